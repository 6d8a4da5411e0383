"""What is said in the reader's language."""

import pytest
from markupsafe import escape

from tests.factories import accounts as make_accounts
from webapp.core import mail_templates
from webapp.core.db import db
from webapp.core.i18n import _l


def test_what_somebody_typed_into_a_sentence_is_escaped_in_a_page(app):
    said = _l("There is no tag <%(tag)s>.", tag="x-tag")
    assert "<x-tag>" in str(said)
    assert "&lt;x-tag&gt;" in escape(said)


@pytest.mark.parametrize(
    ("preferred", "heading"),
    [
        ("fr", "Se connecter"),
        ("en", "Sign in"),
        ("de, en;q=0.5", "Sign in"),
        ("de", "Se connecter"),
        ("", "Se connecter"),
    ],
)
def test_a_visitor_is_spoken_to_in_their_language_or_in_french(
    client, workspace, preferred, heading
):
    make_accounts.member(workspace, role="owner")
    db.session.commit()
    page = client.get("/sign-in", headers={"Accept-Language": preferred}).get_data(
        as_text=True
    )
    assert f"<title>{heading} " in page


def test_the_choice_of_a_member_goes_before_their_browser(workspace, sign_in):
    member = make_accounts.member(workspace, role="owner", locale="fr")
    page = sign_in(member).get(
        f"/w/{workspace.slug}/lists/", headers={"Accept-Language": "en"}
    )
    assert "<title>Listes " in page.get_data(as_text=True)


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("fr", "Confirmez votre inscription\u00a0: Le thé"),
        ("en", "Please confirm: Le thé"),
    ],
)
def test_a_mail_is_written_in_the_language_asked_for(app, workspace, language, subject):
    values = {
        "workspace": workspace,
        "list_name": "Le thé",
        "url": "https://x.test",
        "days": 7,
    }
    assert mail_templates.write("confirmation", language, values).subject == subject
