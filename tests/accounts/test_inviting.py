import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import accounts as make
from webapp.accounts.models import Invitation, Membership, User
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message

MEMBERS = "/w/maison-tilleul/settings/members"
INVITATIONS = "/w/maison-tilleul/settings/invitations"
NEWCOMER = {"name": "Luc", "password": "une phrase assez longue"}


def _invite(owner, email="luc@maison.example", role="editor"):
    return owner.post(MEMBERS, data={"email": email, "role": role})


def _path():
    message = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    return re.search(r"/invitation/[^\"' ]+", str(message.content))[0]


def _invitation():
    db.session.expire_all()
    return db.session.scalars(select(Invitation)).one()


def test_a_newcomer_joins_by_the_link_of_the_mail(owner, client):
    _invite(owner)
    answer = client.post(_path(), data=NEWCOMER)
    assert answer.location == "/w/maison-tilleul/"
    assert client.get(answer.location).status_code == 200
    luc = db.session.scalars(select(User).where(User.name == "Luc")).one()
    assert (luc.email, luc.memberships[0].role) == ("luc@maison.example", "editor")


def test_the_secret_of_the_link_is_not_with_the_invitation(owner):
    _invite(owner)
    assert _path().rpartition("/")[2] != _invitation().token_hash


def test_a_link_works_once(owner, client, app):
    _invite(owner)
    client.post(_path(), data=NEWCOMER)
    assert app.test_client().get(_path()).status_code == 410
    assert app.test_client().post(_path(), data=NEWCOMER).status_code == 410


def test_a_link_is_good_for_a_week(owner, client):
    _invite(owner)
    path = _path()
    with clock.stopped(clock.now() + timedelta(days=6)):
        assert client.get(path).status_code == 200
    with clock.stopped(clock.now() + timedelta(days=8)):
        assert client.get(path).status_code == 410


def test_who_has_an_account_signs_in_and_joins(owner, client, sign_in):
    luc = make.user(email="luc@maison.example")
    _invite(owner)
    assert client.get(_path()).location.startswith("/sign-in?next=/invitation/")
    browser = sign_in(luc)
    assert browser.get(_path()).status_code == 200
    assert browser.post(_path()).location == "/w/maison-tilleul/"
    assert browser.get("/w/maison-tilleul/").status_code == 200


def test_a_stolen_link_does_not_make_a_second_account_for_a_known_address(
    owner, client
):
    make.user(email="luc@maison.example")
    _invite(owner)
    answer = client.post(_path(), data=NEWCOMER)
    assert answer.location.startswith("/sign-in")


def test_an_invitation_is_for_the_address_it_was_sent_to(owner, stranger):
    _invite(owner)
    assert "another address" in stranger.post(_path()).text
    assert stranger.get("/w/maison-tilleul/").status_code == 404


def test_an_easy_password_is_refused(owner, client):
    _invite(owner)
    assert (
        client.post(_path(), data={"name": "Luc", "password": "luc"}).status_code == 422
    )


def test_a_member_is_not_invited_again(workspace, owner):
    make.member(workspace, role="viewer", email="luc@maison.example")
    assert "member already" in _invite(owner, "Luc@maison.example").text


def test_a_new_invitation_replaces_the_old_one(owner, client):
    _invite(owner)
    old = _path()
    _invite(owner, "Luc@maison.example", role="viewer")
    assert _invitation().role == "viewer"
    assert client.get(old).status_code == 410


def test_sending_again_makes_the_old_link_useless(owner, client):
    _invite(owner)
    old = _path()
    owner.post(f"{INVITATIONS}/{_invitation().id}/resend")
    assert client.get(old).status_code == 410
    assert client.get(_path()).status_code == 200


def test_a_revoked_invitation_opens_nothing(owner, client):
    _invite(owner)
    owner.post(f"{INVITATIONS}/{_invitation().id}/revoke")
    assert client.post(_path(), data=NEWCOMER).status_code == 410
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 1


def test_an_invitation_of_another_workspace_is_out_of_reach(owner, stranger):
    _invite(owner)
    number = _invitation().id
    path = f"/w/ailleurs/settings/invitations/{number}/revoke"
    assert stranger.post(path).status_code == 404
    assert _invitation().id == number


@pytest.mark.parametrize(
    ("email", "role"), [("nobody", "editor"), ("luc@maison.example", "king")]
)
def test_a_wrong_invitation_is_shown_again(owner, email, role):
    assert _invite(owner, email, role).status_code == 422


def test_the_mail_names_the_shop_and_who_invites(workspace, owner, worker, app):
    _invite(owner)
    message = db.session.scalars(select(Message)).one()
    from webapp.messages import letters

    body = letters.write(message, workspace, None, message.recipient).body.decode()
    assert "Maison Tilleul" in body
    assert _path() in body.replace("=\r\n", "").replace("=3D", "=")
