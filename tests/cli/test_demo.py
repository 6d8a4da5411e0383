import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from tests.factories import accounts as make
from webapp.accounts.models import Membership, Workspace
from webapp.cli.demo import demo
from webapp.core.db import db


@pytest.fixture
def run(app, settings, monkeypatch):
    for name, value in {
        "VOLONTIERS_DATA": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "BROKER_URL": "stub://",
        "BASE_URL": settings.base_url,
        "SECRET_KEY": settings.secret_key,
    }.items():
        monkeypatch.setenv(name, value)

    def command(*arguments):
        db.session.commit()
        result = CliRunner().invoke(demo, list(arguments))
        db.session.expire_all()
        return result

    return command


def demos():
    return db.session.scalar(select(func.count()).where(Workspace.is_demo))


def owner_of_the_demo():
    return db.session.scalar(
        select(Membership.user_id).join(Workspace).where(Workspace.is_demo)
    )


def test_the_first_owner_gets_the_demo_and_its_address_is_said(run, workspace):
    first = make.member(workspace, role="owner")
    make.member(workspace, role="owner")
    result = run("load")
    assert result.exit_code == 0, result.output
    assert "http://volontiers.test/w/demo/" in result.output
    assert owner_of_the_demo() == first.id


def test_the_operator_names_another_owner(run, workspace):
    make.member(workspace, role="owner")
    other = make.member(workspace, role="editor", email="luc@maison.example")
    assert run("load", "--owner=luc@maison.example").exit_code == 0
    assert owner_of_the_demo() == other.id


def test_nobody_can_own_it_before_the_first_visit(run):
    result = run("load")
    assert result.exit_code == 1
    assert "open http://volontiers.test/ once" in result.output
    assert demos() == 0


def test_an_unknown_owner_is_refused(run, workspace):
    make.member(workspace, role="owner")
    assert run("load", "--owner=personne@example.org").exit_code == 1
    assert demos() == 0


def test_every_demo_is_removed_and_their_number_said(run, workspace):
    for number in (1, 2):
        make.member(workspace, role="owner", email=f"p{number}@maison.example")
        run("load", f"--owner=p{number}@maison.example")
    assert demos() == 2
    assert "removed: 2" in run("remove").output
    assert demos() == 0
    assert "removed: 0" in run("remove").output
