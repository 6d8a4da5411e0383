import threading

import pytest
from sqlalchemy import func, select

from webapp.accounts import setting_up
from webapp.accounts.models import AuditEntry, Membership, User, Workspace
from webapp.accounts.setting_up import IsSetUpAlready, Owner, slug_of
from webapp.consent.models import Purpose
from webapp.core.db import db, transaction

OWNER = Owner(
    "Anna Martin", "anna@maison-tilleul.example", "une phrase assez longue", "fr"
)
SHOP = {
    "name": "Maison Tilleul",
    "website": "https://maison-tilleul.example",
    "locale": "fr",
    "timezone": "Europe/Paris",
    "legal_name": "Maison Tilleul SARL",
    "siren": "732 829 320",
    "address": "12 rue des Tilleuls",
    "postcode": "69001",
    "city": "Lyon",
    "country": "FR",
    "rights_email": "donnees@maison-tilleul.example",
    "rights_phone": "",
    "dpo_name": "",
    "dpo_email": "",
    "sender_name": "Maison Tilleul",
    "sender_email": "bonjour@maison-tilleul.example",
}
FORM = {
    "owner_name": OWNER.name,
    "owner_email": OWNER.email,
    "password": OWNER.password,
    **SHOP,
}


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/forgotten-password", "/w/maison/", "/account"]
)
def test_while_nobody_has_an_account_every_page_leads_to_the_first_visit(client, path):
    assert client.get(path, follow_redirects=True).request.path == "/setup"


def test_the_first_visitor_owns_the_workspace_and_is_signed_in(client):
    answer = client.post("/setup", data=FORM)
    assert answer.location == "/w/maison-tilleul/"
    assert client.get(answer.location).status_code == 200
    workspace = db.session.scalars(select(Workspace)).one()
    membership = db.session.scalars(select(Membership)).one()
    assert (workspace.siren, membership.role) == ("732829320", "owner")


def test_a_new_workspace_has_its_purposes_about_measuring(client):
    client.post("/setup", data=FORM)
    kinds = db.session.scalars(select(Purpose.kind)).all()
    assert sorted(kinds) == ["clicks", "opens"]


def test_the_first_visit_stands_in_the_audit_log(client):
    client.post("/setup", data=FORM)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.user.email) == ("workspace.created", OWNER.email)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "too short"),
        ("password", "aaaaaaaaaaaaaaa"),
        ("password", OWNER.email),
        ("siren", "732829321"),
        ("owner_email", "nobody"),
        ("website", "javascript:alert(1)"),
        ("rights_email", ""),
        ("name", "   "),
        ("country", "XX"),
    ],
)
def test_a_wrong_answer_is_shown_again_and_creates_nothing(client, field, value):
    answer = client.post("/setup", data={**FORM, field: value})
    assert answer.status_code == 422
    assert "invalid-feedback" in answer.text
    assert db.session.scalar(select(func.count(User.id))) == 0


def test_a_password_is_never_shown_again(client):
    answer = client.post("/setup", data={**FORM, "siren": "1"})
    assert OWNER.password not in answer.text


def test_the_first_visit_happens_once(client, owner):
    assert client.get("/setup").location == "/sign-in"
    assert client.post("/setup", data=FORM).location == "/sign-in"
    assert db.session.scalar(select(func.count(Workspace.id))) == 1


def test_of_two_first_visitors_at_the_same_moment_one_wins(bare_app):
    together = threading.Barrier(2)
    results = []

    def visit(number):
        with bare_app.app_context():
            owner = Owner("Anna", f"anna{number}@maison.example", OWNER.password, "fr")
            together.wait()
            try:
                with transaction():
                    setting_up.set_up(owner, dict(SHOP, siren=""))
                results.append("in")
            except IsSetUpAlready:
                results.append("late")

    visitors = [threading.Thread(target=visit, args=[number]) for number in (1, 2)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert sorted(results) == ["in", "late"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Maison Tilleul", "maison-tilleul"),
        ("L’Épicerie d’Été !", "lepicerie-dete"),
        ("日本", "shop"),
        ("a" * 200, "a" * 55),
    ],
)
def test_a_slug_is_what_an_address_can_hold_of_a_name(name, slug):
    assert slug_of(name) == slug


def test_two_shops_of_one_name_have_two_addresses(app):
    first, workspace = setting_up.set_up(OWNER, dict(SHOP, siren=""))
    second = setting_up.create_workspace(first, dict(SHOP, siren=""))
    assert (workspace.slug, second.slug) == ("maison-tilleul", "maison-tilleul-2")
