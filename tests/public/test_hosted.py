"""The page of its own that every widget has: its look, its language, its links, and nothing lost."""

import re

import pytest
from sqlalchemy import select

from tests.factories import widgets as make
from webapp.consent.models import ConsentEvent, ConsentState, State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.subscriptions.models import Confirmation
from webapp.widgets import queries, sources
from webapp.widgets.models import WidgetSourceDay

ENGLISH = {
    "title": "The letter",
    "intro": "Once a month.",
    "button": "Sign me up",
    "thanks": "Thank you!",
}


@pytest.fixture
def widget(workspace):
    made = make.widget(
        workspace,
        title="La lettre",
        intro="Une fois par mois.",
        fields=["first_name"],
        translations={"en": ENGLISH},
    )
    db.session.commit()
    return made


@pytest.fixture
def flyer(widget):
    made = sources.add(widget, "Flyer in the shop")
    db.session.commit()
    return made


def at(widget, more=""):
    return f"/f/{widget.public_id}{more}"


def hidden(page, name):
    found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', page)
    return found[1] if found else None


def send(client, widget, page, **typed):
    """What a browser without script sends from this page."""
    brought = {
        name: value
        for name in ("version", "stamp", "source", "asked")
        if (value := hidden(page, name)) is not None
    }
    with clock.stopped(clock.ahead(seconds=30)):
        return client.post(at(widget), data={**brought, **typed})


def test_it_needs_no_script_and_no_cookie_and_weighs_little(client, widget):
    page = client.get(at(widget))
    assert b"<script" not in page.data
    assert "Set-Cookie" not in page.headers
    assert len(page.data) < 30_000


def test_its_policy_lets_in_our_style_and_nothing_else(client, widget):
    policy = client.get(at(widget)).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "script-src" not in policy
    assert "unsafe" not in policy


def test_the_form_may_lead_on_to_the_site_of_the_merchant(client, workspace):
    made = make.widget(workspace, redirect="https://tilleul.example/merci")
    db.session.commit()
    policy = client.get(at(made)).headers["Content-Security-Policy"]
    assert "form-action 'self' https://tilleul.example;" in policy


def test_search_engines_stay_out_unless_the_marketer_lets_them_in(client, workspace):
    closed, opened = make.widget(workspace), make.widget(workspace, indexed=True)
    db.session.commit()
    page = client.get(at(closed))
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page.text
    page = client.get(at(opened))
    assert "X-Robots-Tag" not in page.headers
    assert "noindex" not in page.text


def test_a_network_that_shows_the_link_reads_title_and_sentence(client, widget):
    page = client.get(at(widget)).text
    assert '<meta property="og:title" content="La lettre">' in page
    assert '<meta property="og:description" content="Une fois par mois.">' in page
    assert f'<link rel="canonical" href="{make.BASE_URL}{at(widget)}">' in page


def test_it_speaks_the_language_that_is_asked_for(client, widget):
    page = client.get(at(widget, "?lang=en")).text
    assert '<html lang="en">' in page
    assert "The letter" in page
    assert "Sign me up" in page


def test_it_speaks_the_readers_language_where_there_is_a_translation(client, widget):
    english = {"Accept-Language": "en-GB,en;q=0.9"}
    german = {"Accept-Language": "de"}
    assert "The letter" in client.get(at(widget), headers=english).text
    assert "La lettre" in client.get(at(widget), headers=german).text


def test_a_form_of_one_language_offers_no_other(client, workspace, widget):
    alone = make.widget(workspace)
    db.session.commit()
    assert "hreflang" in client.get(at(widget)).text
    assert "hreflang" not in client.get(at(alone)).text


def test_the_confirmation_speaks_the_language_of_the_form(client, widget):
    page = client.get(at(widget, "?lang=en")).text
    assert send(client, widget, page, email="anna@example.org").status_code == 303
    assert db.session.scalar(select(Confirmation.locale)) == "en"


@pytest.mark.parametrize(
    ("design", "sheet", "said"),
    [
        ({}, "1f5f4a---8-inherit", "--volontiers-colour:#1f5f4a"),
        (
            {
                "colour": "#8a3b12",
                "background": "#f8f2e9",
                "text_colour": "#3a2c22",
                "radius": 6,
                "font": "serif",
            },
            "8a3b12-f8f2e9-3a2c22-6-serif",
            "--ground:#f8f2e9",
        ),
        (
            {"colour": "#b0501f", "background": "#15181e", "text_colour": "#f4f0ea"},
            "b0501f-15181e-f4f0ea-8-inherit",
            "color-scheme:dark",
        ),
    ],
)
def test_it_wears_the_look_of_the_widget(client, workspace, design, sheet, said):
    made = make.widget(workspace, **design)
    db.session.commit()
    address = f"/embed/theme-{sheet}.css"
    assert address in client.get(at(made)).text
    style = client.get(address)
    assert style.mimetype == "text/css"
    assert said in style.text


@pytest.mark.parametrize(
    "sheet",
    [
        "red",
        "1f5f4a",
        "1f5f4a---8-comic",
        "1f5f4a---99-serif",
        "ffffff---8-serif",
        "1f5f4a-ffffff-fefefe-8-serif",
        "1f5f4a---8-serif}body{",
        "1f5f4a---٨-serif",
    ],
)
def test_a_style_sheet_says_a_look_a_widget_may_have_and_nothing_else(client, sheet):
    assert client.get(f"/embed/theme-{sheet}.css").status_code == 404


def test_what_was_typed_is_still_there_when_something_is_wrong(client, widget):
    page = client.get(at(widget)).text
    answer = send(
        client,
        widget,
        page,
        email="camille@",
        first_name='"><b>Camille',
        opens="yes",
    )
    assert answer.status_code == 422
    assert 'value="camille@"' in answer.text
    assert 'value="&#34;&gt;&lt;b&gt;Camille"' in answer.text
    assert 'name="opens" value="yes" checked' in answer.text
    assert 'name="clicks" value="yes">' in answer.text


def test_an_error_is_told_above_and_beside_its_field(client, widget):
    answer = send(client, widget, client.get(at(widget)).text, email="camille@")
    assert 'href="#field-email"' in answer.text
    assert 'id="field-email"' in answer.text
    assert 'aria-describedby="wrong-field-email"' in answer.text
    assert 'id="wrong-field-email"' in answer.text


def test_an_error_counts_nothing_and_keeps_nobody(client, widget):
    send(client, widget, client.get(at(widget)).text, email="camille@")
    assert db.session.scalar(select(Contact)) is None


class TestSlips:
    """A probable slip is asked about, once, without script."""

    def ask(self, client, widget, email="anna@gmial.com", **typed):
        page = client.get(at(widget, "?lang=en")).text
        return send(client, widget, page, email=email, **typed)

    def test_the_form_comes_back_with_the_question_and_all_that_was_typed(
        self, client, widget
    ):
        answer = self.ask(client, widget, first_name="Anna", clicks="yes")
        assert answer.status_code == 422
        assert "Did you mean anna@gmail.com?" in answer.text
        assert 'value="anna@gmial.com"' in answer.text
        assert 'value="Anna"' in answer.text
        assert 'name="clicks" value="yes" checked' in answer.text
        assert db.session.scalar(select(Contact)) is None

    def test_the_two_answers_are_buttons_of_the_same_form_and_look(
        self, client, widget
    ):
        answers = re.findall(
            r"<button ([^>]*)>((?:Keep|Use)[^<]*)<",
            self.ask(client, widget).text,
        )
        assert answers == [
            ('type="submit"', "Keep anna@gmial.com"),
            ('type="submit" name="meant" value="anna@gmail.com"', "Use anna@gmail.com"),
        ]

    def test_what_enter_presses_corrects_nothing(self, client, widget):
        page = self.ask(client, widget).text
        first = re.search(r"<button type=\"submit\"[^>]*>", page)[0]
        assert "meant" not in first

    def test_the_other_address_is_taken_when_it_is_chosen(self, client, widget):
        page = self.ask(client, widget, first_name="Anna").text
        chosen = {"email": "anna@gmial.com", "meant": "anna@gmail.com"}
        answer = send(client, widget, page, first_name="Anna", **chosen)
        assert answer.status_code == 303
        contact = db.session.scalar(select(Contact))
        assert (contact.email, contact.first_name) == ("anna@gmail.com", "Anna")

    def test_what_was_typed_is_taken_when_it_is_kept(self, client, widget):
        page = self.ask(client, widget).text
        answer = send(client, widget, page, email="anna@gmial.com")
        assert answer.status_code == 303
        assert db.session.scalar(select(Contact.email)) == "anna@gmial.com"

    def test_nobody_is_asked_twice(self, client, widget):
        page = self.ask(client, widget).text
        answer = send(client, widget, page, email="anna@gmaill.com")
        assert answer.status_code == 303

    def test_an_address_without_a_slip_is_not_asked_about(self, client, widget):
        assert self.ask(client, widget, "anna@gmail.com").status_code == 303

    def test_a_question_nobody_asked_has_no_answer(self, client, widget):
        send(
            client,
            widget,
            client.get(at(widget)).text,
            email="anna@example.org",
            meant="other@example.org",
        )
        assert db.session.scalar(select(Contact.email)) == "anna@example.org"

    def test_the_script_asks_by_itself(self, client, widget):
        answer = client.post(
            at(widget),
            data={"email": "anna@gmial.com"},
            headers={"Accept": "application/json"},
        )
        assert answer.json["thanks"]


class TestSources:
    """By which link somebody came is kept through everything, and only if we gave it out."""

    def test_the_ledger_says_by_which_link_somebody_came(self, client, widget, flyer):
        page = client.get(at(widget, f"?s={flyer.mark}")).text
        send(client, widget, page, email="anna@example.org")
        event = db.session.scalar(select(ConsentEvent))
        assert event.detail == {"source": "Flyer in the shop"}

    def test_the_agreement_says_it_too(self, client, widget, flyer):
        page = client.get(at(widget, f"?s={flyer.mark}")).text
        send(client, widget, page, email="anna@example.org")
        told = db.session.scalar(select(Message.content))["values"]
        client.post(told["url"].removeprefix(make.BASE_URL))
        event = db.session.scalar(
            select(ConsentEvent).where(ConsentEvent.state == State.GIVEN)
        )
        assert event.detail == {"source": "Flyer in the shop"}
        counted = sources.figures(flyer)
        assert (counted.shown, counted.submitted, counted.confirmed) == (1, 1, 1)
        assert counted.conversion == 1

    @pytest.mark.parametrize("typed", ["camille@", "camille@gmial.com"])
    def test_it_survives_errors_and_the_question_about_a_slip(
        self, client, widget, flyer, typed
    ):
        page = client.get(at(widget, f"?s={flyer.mark}")).text
        again = send(client, widget, page, email=typed).text
        assert hidden(again, "source") == flyer.mark
        send(client, widget, again, email="camille@example.org")
        assert db.session.scalar(select(ConsentEvent)).detail["source"] == flyer.name

    def test_it_survives_another_language(self, client, widget, flyer):
        page = client.get(at(widget, f"?s={flyer.mark}")).text
        english = re.search(r'href="([^"]*lang=en[^"]*)" lang="en"', page)[1]
        page = client.get(english.replace("&amp;", "&")).text
        assert "The letter" in page
        assert hidden(page, "source") == flyer.mark

    @pytest.mark.covers("consent-15")
    @pytest.mark.parametrize("mark", ["zzzzz", "Flyer in the shop", "x" * 500, "'--"])
    def test_a_mark_nobody_gave_out_is_kept_nowhere(self, client, widget, flyer, mark):
        page = client.get(at(widget), query_string={"s": mark}).text
        assert hidden(page, "source") is None
        send(client, widget, page, email="anna@example.org", source=mark)
        assert db.session.scalar(select(ConsentEvent)).detail == {}
        assert db.session.scalar(select(WidgetSourceDay)) is None

    def test_a_mark_of_another_widget_is_unknown(self, client, workspace, flyer):
        other = make.widget(workspace)
        db.session.commit()
        page = client.get(at(other, f"?s={flyer.mark}")).text
        assert hidden(page, "source") is None

    def test_the_script_on_another_site_may_bring_it(self, client, widget, flyer):
        client.post(at(widget, "/shown"), data={"source": flyer.mark})
        client.post(
            at(widget),
            data={"email": "anna@example.org", "source": flyer.mark},
            headers={"Accept": "application/json"},
        )
        counted = sources.figures(flyer)
        assert (counted.shown, counted.submitted) == (1, 1)
        assert db.session.scalar(select(ConsentEvent)).detail["source"] == flyer.name

    def test_a_link_off_the_list_goes_on_working(self, client, widget, flyer):
        sources.archive(flyer)
        db.session.commit()
        page = client.get(at(widget, f"?s={flyer.mark}")).text
        send(client, widget, page, email="anna@example.org")
        assert db.session.scalar(select(ConsentEvent)).detail["source"] == flyer.name

    def test_nothing_of_it_names_a_visitor(self, client, widget, flyer):
        columns = set(WidgetSourceDay.__table__.columns.keys())
        assert columns == {"source_id", "day", "shown", "submitted", "confirmed"}


def test_a_sign_up_waits_for_its_confirmation(client, widget):
    send(client, widget, client.get(at(widget)).text, email="anna@example.org")
    assert db.session.scalar(select(ConsentState.state)) == State.PENDING
    assert db.session.scalar(select(Message.kind)) == "confirmation"


def test_the_event_names_the_version_in_the_language_that_was_shown(client, widget):
    page = client.get(at(widget, "?lang=en")).text
    send(client, widget, page, email="anna@example.org")
    event = db.session.scalar(select(ConsentEvent))
    shown = queries.latest_version(widget, "en")
    assert event.widget_version_id == shown.id


def test_the_contact_page_says_by_which_link_they_came(client, editor, widget, flyer):
    page = client.get(at(widget, f"?s={flyer.mark}")).text
    send(client, widget, page, email="anna@example.org")
    contact = db.session.scalar(select(Contact))
    page = editor.get(f"/w/maison-tilleul/contacts/{contact.id}").text
    assert page.count("with a form (Flyer in the shop)") == 2
