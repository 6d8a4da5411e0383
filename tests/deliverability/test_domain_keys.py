from base64 import b64encode

import dkim

from tests.factories import domains
from webapp.core import clock
from webapp.deliverability import domain_editing, domain_keys
from webapp.deliverability.dkim import Signer
from webapp.deliverability.domain_checks import dkim_records
from webapp.deliverability.domain_checks.dkim_records import OwnKey
from webapp.deliverability.models import KeyAlgorithm


def key_names(keys):
    return [key.selector for key in keys]


def test_what_a_key_signs_verifies_with_the_record_we_show(workspace):
    made = domains.domain(workspace)
    domain_editing.renew_key(made, KeyAlgorithm.ED25519)
    keys = domain_keys.every(made)
    signer = Signer(made.domain, tuple(map(domain_keys.signing_key, keys)))
    head = b"From: bonjour@maison-tilleul.example\r\n"
    message = signer.sign(head, b"Bonjour\r\n") + head + b"\r\nBonjour\r\n"
    published = {
        f"{dkim_records.name_of(key.selector, made.domain)}.".encode(): (
            dkim_records.record(OwnKey(key.selector, key.algorithm, key.public_key))
        ).encode()
        for key in keys
    }
    for index in range(2):
        checked = dkim.DKIM(message, minkey=2048)
        assert checked.verify(
            idx=index, dnsfunc=lambda name, timeout=5: published[name]
        )


def test_a_private_key_is_not_stored_as_it_is(workspace):
    [key] = domain_keys.every(domains.domain(workspace))
    assert "PRIVATE KEY" not in key.private_key_encrypted
    assert b64encode(b"PRIVATE KEY").decode() not in key.private_key_encrypted


def test_a_key_of_another_installation_cannot_be_read(app, workspace, monkeypatch):
    [key] = domain_keys.every(domains.domain(workspace))
    monkeypatch.setitem(app.config, "SECRET_KEY", "another key")
    assert not domain_keys.is_readable(key)


def test_no_key_signs_before_it_was_seen(workspace):
    made = domains.domain(workspace, checked=False)
    keys = domain_keys.every(made)
    assert domain_keys.in_use(keys) == []
    assert domain_keys.in_use(keys, unseen=True) == keys


def test_the_old_key_signs_until_the_new_one_is_seen(workspace):
    made = domains.domain(workspace)
    [old] = domain_keys.every(made)
    domain_editing.renew_key(made, KeyAlgorithm.RSA)
    new, _old = keys = domain_keys.every(made)
    assert domain_keys.in_use(keys) == domain_keys.in_use(keys, unseen=True) == [old]
    assert domain_keys.outdated(keys) == []
    new.seen_at = clock.now()
    assert domain_keys.in_use(keys) == [new]
    assert domain_keys.outdated(keys) == [old]
    assert domain_keys.replaced_at(keys, old) == new.seen_at


def test_ed25519_signs_beside_rsa_and_never_alone(workspace):
    made = domains.domain(workspace)
    [first] = domain_keys.every(made)
    domain_editing.renew_key(made, KeyAlgorithm.ED25519)
    second, _first = keys = domain_keys.every(made)
    assert domain_keys.in_use(keys) == [first]
    second.seen_at = clock.now()
    assert domain_keys.in_use(keys) == [first, second]
    first.seen_at = None
    assert domain_keys.in_use(keys) == []
