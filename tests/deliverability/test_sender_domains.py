import pytest

from tests.factories import accounts as make
from tests.factories import domains
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.deliverability import domain_keys, sender_domains
from webapp.deliverability.models import DomainHealth, MailServer, ServerKind

LEA = "lea@maison-tilleul.example"


def server(workspace, kind, **changes):
    made = MailServer(
        workspace_id=workspace.id,
        name=kind,
        kind=kind,
        host="smtp.example.net",
        port=587,
        is_active=True,
        options={},
        weight=100,
        **changes,
    )
    db.session.add(made)
    db.session.flush()
    return made


@pytest.mark.covers("delivery-4")
@pytest.mark.parametrize(
    ("address", "signs"),
    [
        (LEA, "maison-tilleul.example"),
        ("lea@MAISON-TILLEUL.example", "maison-tilleul.example"),
        ("lea@a.maison-tilleul.example", "maison-tilleul.example"),
        ("lea@news.maison-tilleul.example", "news.maison-tilleul.example"),
        ("lea@b.news.maison-tilleul.example", "news.maison-tilleul.example"),
        ("lea@xmaison-tilleul.example", None),
        ("lea@example", None),
    ],
)
def test_the_nearest_domain_signs_so_that_it_is_aligned(workspace, address, signs):
    domains.domain(workspace)
    domains.domain(workspace, "news.maison-tilleul.example")
    signer = sender_domains.signer_for(workspace, address)
    assert (signer.domain if signer else None) == signs


def test_the_domain_of_another_workspace_signs_nothing(workspace):
    other = make.workspace(slug="ailleurs")
    theirs = domains.domain(other)
    assert sender_domains.signer_for(workspace, LEA) is None
    with pytest.raises(NotFound):
        sender_domains.get(workspace, theirs.id)


def test_nothing_is_signed_with_a_key_nobody_can_look_up(workspace):
    made = domains.domain(workspace, checked=False)
    assert sender_domains.signer_for(workspace, LEA) is None
    domains.pass_checks(made)
    assert sender_domains.signer_for(workspace, LEA).keys


def test_nothing_is_signed_with_a_key_that_cannot_be_read(app, workspace, monkeypatch):
    domains.domain(workspace)
    domain_keys._load.cache_clear()
    monkeypatch.setitem(app.config, "SECRET_KEY", "another key")
    assert sender_domains.signer_for(workspace, LEA) is None


def test_a_provider_with_an_interface_signs_by_itself(workspace):
    domains.domain(workspace)
    server(workspace, ServerKind.SES)
    assert sender_domains.signer_for(workspace, LEA) is None
    smtp = server(workspace, ServerKind.SMTP)
    assert sender_domains.signer_for(workspace, LEA)
    smtp.is_active = False
    assert sender_domains.signer_for(workspace, LEA) is None


@pytest.mark.covers("delivery-4")
def test_mail_comes_back_below_the_domain_once_that_was_checked(workspace):
    made = domains.domain(workspace, return_path="bounce.maison-tilleul.example")
    assert sender_domains.return_path_host(workspace, LEA) == made.return_path_host
    made.checks = [one for one in made.checks if one["subject"] != "return_path"]
    assert sender_domains.return_path_host(workspace, LEA) is None
    assert sender_domains.return_path_host(workspace, "lea@other.fr") is None


def test_links_have_the_name_of_the_domain_once_that_was_checked(workspace):
    made = domains.domain(workspace, tracking="news.maison-tilleul.example")
    assert sender_domains.tracking_host(workspace, LEA) == made.tracking_host
    made.checks = []
    assert sender_domains.tracking_host(workspace, LEA) is None


@pytest.mark.parametrize(
    ("health", "may"),
    [
        (DomainHealth.GREEN, True),
        (DomainHealth.AMBER, True),
        (DomainHealth.RED, False),
        (DomainHealth.UNCHECKED, False),
    ],
)
def test_a_domain_may_send_when_its_checks_passed(workspace, health, may):
    made = domains.domain(workspace)
    made.health = health
    assert sender_domains.may_send(made) is may
