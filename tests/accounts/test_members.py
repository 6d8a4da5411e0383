import pytest
from sqlalchemy import select

from tests.factories import accounts as make
from webapp.accounts import members
from webapp.accounts.access import ROLES, Permission
from webapp.accounts.members import ROLE_NAMES, ROLE_NOTES, LastOwnerStays
from webapp.accounts.models import AuditEntry, Membership, Role
from webapp.core.db import db
from webapp.core.errors import NotFound

MEMBERS = "/w/maison-tilleul/settings/members"


def _role(user):
    return db.session.scalar(
        select(Membership.role).where(Membership.user_id == user.id)
    )


def test_every_role_has_a_name_an_explanation_and_permissions():
    assert set(Role) == set(ROLE_NAMES) == set(ROLE_NOTES) == set(ROLES)


def test_an_owner_may_do_everything_and_a_viewer_look():
    assert ROLES[Role.OWNER] == set(Permission)
    assert ROLES[Role.VIEWER] == {Permission.VIEW}


def test_an_owner_changes_the_role_of_a_member(workspace, owner):
    luc = make.member(workspace, role="viewer", name="Luc")
    answer = owner.post(f"{MEMBERS}/{luc.id}/role", data={"role": "editor"})
    assert answer.location == MEMBERS
    assert _role(luc) == "editor"
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.target_name) == ("member.role_changed", "Luc")


def test_a_role_nobody_made_is_refused(workspace, owner):
    luc = make.member(workspace, role="viewer")
    assert (
        owner.post(f"{MEMBERS}/{luc.id}/role", data={"role": "king"}).status_code == 422
    )


def test_a_removed_member_no_longer_opens_the_workspace(workspace, owner, sign_in):
    luc = make.member(workspace, role="editor")
    browser = sign_in(luc)
    owner.post(f"{MEMBERS}/{luc.id}/remove")
    assert browser.get("/w/maison-tilleul/").status_code == 404


def test_the_last_owner_stays(workspace, owner):
    [only] = members.of(workspace)
    answer = owner.post(f"{MEMBERS}/{only.user_id}/remove", follow_redirects=True)
    assert "needs an owner" in answer.text
    owner.post(f"{MEMBERS}/{only.user_id}/role", data={"role": "viewer"})
    assert _role(only.user) == "owner"


def test_one_of_two_owners_may_go(workspace, owner):
    second = make.member(workspace, role="owner")
    members.remove(workspace, second.id)
    assert _role(second) is None
    [last] = members.of(workspace)
    with pytest.raises(LastOwnerStays):
        members.change_role(workspace, last.user_id, Role.EDITOR)


def test_members_of_other_workspaces_cannot_be_touched(workspace):
    other = make.workspace(slug="other")
    stranger = make.member(other, role="viewer")
    with pytest.raises(NotFound):
        members.remove(workspace, stranger.id)


@pytest.mark.parametrize("role", ["editor", "viewer", "privacy_officer"])
def test_only_owners_manage_members(workspace, sign_in, role):
    browser = sign_in(make.member(workspace, role=role))
    assert browser.get(MEMBERS).status_code == 403


def test_a_privacy_officer_reads_the_audit_log_and_sees_no_other_setting(
    workspace, sign_in
):
    officer = sign_in(make.member(workspace, role="privacy_officer"))
    settings = officer.get("/w/maison-tilleul/settings/", follow_redirects=True)
    assert settings.request.path == "/w/maison-tilleul/settings/audit-log"
    assert "/settings/members" not in settings.text
