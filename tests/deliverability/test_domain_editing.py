import dataclasses

import pytest
from sqlalchemy import select

from tests.factories import accounts as make
from tests.factories import domains
from webapp.accounts.models import AuditEntry
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.deliverability import domain_editing, domain_keys, sender_domains
from webapp.deliverability.domain_editing import (
    DomainIsThere,
    KeyIsNeeded,
    NoDomainName,
    NotBelow,
    NotYours,
    ReasonIsMissing,
    TooManyDomains,
)
from webapp.deliverability.models import KeyAlgorithm


def logged():
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("shop.fr", "shop.fr"),
        (" Shop.FR. ", "shop.fr"),
        ("www.shop.fr", "shop.fr"),
        ("https://www.shop.fr/contact?a=b", "shop.fr"),
        ("lea@shop.fr", "shop.fr"),
        ("Café-Léa.fr", "xn--caf-la-dva6b.fr"),
        ("news.shop.fr", "news.shop.fr"),
    ],
)
def test_a_domain_is_found_in_what_people_paste(typed, name):
    assert domain_editing.normalise(typed).startswith(name[:4])
    if name.isascii() and not name.startswith("xn--"):
        assert domain_editing.normalise(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "shop",
        "localhost",
        "192.0.2.1",
        "a b.fr",
        "-a.fr",
        "x" * 64 + ".fr",
        "a..fr",
    ],
)
def test_what_is_no_domain_is_refused(typed):
    with pytest.raises(NoDomainName):
        domain_editing.normalise(typed)


def test_no_workspace_has_more_domains_looked_up_than_fifty(workspace, monkeypatch):
    monkeypatch.setattr(domain_editing, "MOST", 1)
    domain_editing.add(workspace, "shop.fr")
    with pytest.raises(TooManyDomains):
        domain_editing.add(workspace, "boutique.fr")


def test_a_new_domain_has_a_key_of_its_own(workspace):
    made = domain_editing.add(workspace, "Shop.fr")
    [key] = domain_keys.every(made)
    assert (made.domain, key.algorithm, key.seen_at) == ("shop.fr", "rsa", None)
    assert (logged().action, logged().target_name) == ("domain.added", "shop.fr")


def test_the_domain_of_a_mailbox_provider_is_refused(workspace):
    with pytest.raises(NotYours):
        domain_editing.add(workspace, "orange.fr")


def test_a_domain_is_added_once(workspace):
    domain_editing.add(workspace, "shop.fr")
    with pytest.raises(DomainIsThere):
        domain_editing.add(workspace, "www.shop.fr")


def test_returned_mail_has_a_name_where_the_installation_hears_it(
    app, workspace, monkeypatch
):
    assert domain_editing.add(workspace, "a.fr").return_path_host == ""
    settings = dataclasses.replace(
        app.extensions["settings"], return_host="mail.volontiers.example"
    )
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert domain_editing.add(workspace, "b.fr").return_path_host == "bounce.b.fr"


def test_names_stand_below_the_domain(workspace):
    made = domains.domain(workspace)
    domain_editing.change_hosts(
        made, return_path="B.maison-tilleul.example", tracking=""
    )
    assert made.return_path_host == "b.maison-tilleul.example"
    for other in (
        "bounce.other.fr",
        "maison-tilleul.example",
        "xmaison-tilleul.example",
    ):
        with pytest.raises(NotBelow):
            domain_editing.change_hosts(made, return_path="", tracking=other)


@pytest.mark.covers("delivery-4")
def test_who_answers_for_a_domain_and_why_is_kept_and_logged(workspace):
    owner = make.member(workspace, role="owner")
    made = domains.domain(workspace, checked=False)
    with pytest.raises(ReasonIsMissing):
        domain_editing.override(made, "  ", user_id=owner.id)
    assert not sender_domains.may_send(made)
    domain_editing.override(made, " The records come next week. ", user_id=owner.id)
    assert sender_domains.may_send(made)
    assert (made.override_by_id, made.override_reason) == (
        owner.id,
        "The records come next week.",
    )
    assert made.override_at is not None
    assert logged().action == "domain.overridden"
    assert logged().detail == {"reason": "The records come next week."}
    domain_editing.withdraw_override(made)
    assert not sender_domains.may_send(made)
    assert logged().action == "domain.override_withdrawn"


def test_a_key_that_still_waits_is_not_made_again(workspace):
    made = domains.domain(workspace)
    for _ in range(2):
        domain_editing.renew_key(made, KeyAlgorithm.RSA)
    assert len(domain_keys.every(made)) == 2
    assert logged().action == "domain.key_made"


def test_a_removed_domain_takes_its_keys_along(workspace):
    made = domains.domain(workspace)
    domain_editing.remove(made)
    db.session.flush()
    assert sender_domains.every(workspace) == []
    assert logged().action == "domain.removed"


def test_a_key_that_signs_nothing_alone_can_be_removed(workspace):
    made = domains.domain(workspace)
    [first] = domain_keys.every(made)
    with pytest.raises(KeyIsNeeded):
        domain_editing.remove_key(made, first.id)
    domain_editing.renew_key(made, KeyAlgorithm.ED25519)
    domain_editing.renew_key(made, KeyAlgorithm.RSA)
    new, second, _first = domain_keys.every(made)
    with pytest.raises(KeyIsNeeded):
        domain_editing.remove_key(made, first.id)
    domain_editing.remove_key(made, second.id)
    domain_editing.remove_key(made, new.id)
    db.session.flush()
    assert domain_keys.every(made) == [first]
    assert logged().action == "domain.key_removed"
    with pytest.raises(NotFound):
        domain_editing.remove_key(made, new.id)
