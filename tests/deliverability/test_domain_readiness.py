import dataclasses

import pytest

from tests.factories import domains
from webapp.deliverability import domain_readiness
from webapp.deliverability.models import DomainHealth

LEA = "lea@maison-tilleul.example"


@pytest.fixture
def sends(app, monkeypatch):
    def by(host):
        settings = dataclasses.replace(
            app.extensions["settings"], smtp_url=f"smtps://a:b@{host}:465"
        )
        monkeypatch.setitem(app.extensions, "settings", settings)

    by("ssl0.ovh.net")
    return by


def obstacle(workspace, address=LEA):
    found = domain_readiness.obstacle(workspace, address)
    return str(found) if found else None


def test_mail_that_is_caught_here_may_come_from_anywhere(workspace):
    assert obstacle(workspace, "lea@gmail.com") is None


@pytest.mark.usefixtures("sends")
def test_a_demonstration_needs_no_domain(workspace):
    workspace.is_demo = True
    assert obstacle(workspace) is None


@pytest.mark.covers("delivery-4")
@pytest.mark.usefixtures("sends")
def test_a_domain_must_be_there_checked_and_set_up(workspace):
    assert "maison-tilleul.example" in obstacle(workspace)
    made = domains.domain(workspace, checked=False)
    unchecked = obstacle(workspace)
    assert unchecked
    domains.fail_checks(made)
    assert obstacle(workspace) not in {None, unchecked}
    made.health = DomainHealth.AMBER
    assert obstacle(workspace) is None
    domains.pass_checks(made)
    assert obstacle(workspace) is None


@pytest.mark.covers("delivery-4")
@pytest.mark.usefixtures("sends")
def test_an_owner_who_answers_for_it_may_send(workspace):
    made = domains.domain(workspace, checked=False)
    domains.fail_checks(made)
    domains.answer_for(made)
    assert obstacle(workspace) is None


@pytest.mark.parametrize(
    ("host", "address", "may"),
    [
        ("ssl0.ovh.net", "lea@gmail.com", False),
        ("smtp.gmail.com", "lea@gmail.com", True),
        ("smtp.gmail.com", "lea@orange.fr", False),
        ("smtp.orange.fr", "lea@wanadoo.fr", True),
        ("smtp.notorange.fr", "lea@orange.fr", False),
    ],
)
def test_an_address_at_a_provider_leaves_by_its_servers_alone(
    workspace, sends, host, address, may
):
    sends(host)
    assert (obstacle(workspace, address) is None) is may
