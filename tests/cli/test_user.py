import pytest
from click.testing import CliRunner
from sqlalchemy import select

from tests.factories import accounts as make
from webapp.accounts import passwords
from webapp.accounts.models import Membership, User
from webapp.cli.user import user
from webapp.core.db import db

PASSWORD = "une phrase assez longue"


@pytest.fixture
def run(app, settings, monkeypatch):
    for name, value in {
        "VOLONTIERS_DATA": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "BROKER_URL": "stub://",
        "SECRET_KEY": settings.secret_key,
    }.items():
        monkeypatch.setenv(name, value)

    def command(*arguments):
        db.session.commit()
        result = CliRunner().invoke(user, list(arguments))
        db.session.expire_all()
        return result

    return command


def _create(run, email="luc@maison.example", **changes):
    options = {
        "name": "Luc",
        "workspace": "maison-tilleul",
        "role": "viewer",
        "password": PASSWORD,
        **changes,
    }
    return run(
        "create", email, *[f"--{name}={value}" for name, value in options.items()]
    )


def test_the_operator_creates_a_user_in_a_workspace(run, workspace):
    assert _create(run).exit_code == 0
    luc = db.session.scalars(select(User)).one()
    assert passwords.matches(luc, PASSWORD)
    assert db.session.scalars(select(Membership)).one().role == "viewer"


@pytest.mark.parametrize(
    ("email", "changes"),
    [
        ("nobody", {}),
        ("luc@maison.example", {"workspace": "nowhere"}),
        ("luc@maison.example", {"password": "short"}),
    ],
)
def test_what_cannot_be_creates_nothing(run, workspace, email, changes):
    assert _create(run, email, **changes).exit_code == 1
    assert db.session.scalars(select(User)).all() == []


def test_an_address_has_one_account(run, workspace):
    _create(run)
    assert "has an account" in _create(run, "Luc@Maison.example").output


def test_the_operator_sets_a_password_and_lets_a_disabled_user_in(run, workspace):
    luc = make.member(workspace, role="viewer", email="luc@maison.example")
    assert run("disable", luc.email).exit_code == 0
    assert luc.disabled_at
    assert run("set-password", luc.email, f"--password={PASSWORD}").exit_code == 0
    assert passwords.matches(luc, PASSWORD)
    assert luc.disabled_at is None


def test_nobody_is_told_so(run, workspace):
    assert run("disable", "nobody@maison.example").exit_code == 1


def test_the_list_shows_everybody_with_their_roles(run, workspace):
    make.member(workspace, role="viewer", email="luc@maison.example", name="Luc")
    assert (
        "luc@maison.example\tLuc\tactive\tmaison-tilleul: viewer" in run("list").output
    )
