from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.fakes_dns import FakeDns
from webapp.deliverability.domain_checks import dkim_records
from webapp.deliverability.domain_checks.asking import Dns
from webapp.deliverability.domain_checks.dkim_records import OwnKey
from webapp.deliverability.domain_checks.findings import Level


def public(private):
    der = private.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    return b64encode(der).decode()


OURS = public(rsa.generate_private_key(public_exponent=65537, key_size=2048))
OTHER = public(rsa.generate_private_key(public_exponent=65537, key_size=1024))
# 512 bits: nobody makes such a key any more, our library included.
TINY = (
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf"
    "9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ=="
)
KEY = OwnKey("v1", "rsa", OURS)
NEW = OwnKey("v2", "rsa", OTHER)
ED = OwnKey("v3", "ed25519", "MCowBQYDK2VwAyEA")


def check(dns, *keys):
    found, seen = dkim_records.check("shop.fr", list(keys), Dns(dns))
    return {one.code: one.level for one in found}, seen


def published(selector, text):
    return FakeDns().txt(f"{selector}._domainkey.shop.fr", text)


def test_a_published_key_is_good():
    dns = published("v1", dkim_records.record(KEY))
    assert check(dns, KEY) == ({"dkim_good": Level.GOOD}, ["v1"])


def test_blanks_and_the_order_of_tags_do_not_matter():
    half = f"p={OURS[:100]} {OURS[100:]} ; k=rsa"
    assert check(published("v1", half), KEY) == ({"dkim_good": Level.GOOD}, ["v1"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("something else", "dkim_missing"),
        ("v=DKIM1; p=", "dkim_revoked"),
        (f"v=DKIM1; p={OTHER}", "dkim_differs"),
        (f"v=DKIM1; p={OURS[:200]}", "dkim_cut"),
        ("v=DKIM1; p=nonsense", "dkim_differs"),
    ],
)
def test_a_key_that_is_not_ours_is_found(text, code):
    assert check(published("v1", text), KEY) == ({code: Level.PROBLEM}, [])


@pytest.mark.covers("delivery-5")
def test_a_key_of_512_bits_is_found():
    found, _seen = dkim_records.check(
        "shop.fr", [KEY], Dns(published("v1", f"v=DKIM1; k=rsa; p={TINY}"))
    )
    assert [(one.code, one.detail["bits"]) for one in found] == [("dkim_short", 512)]


def test_two_records_for_one_key_are_found():
    dns = FakeDns().txt("v1._domainkey.shop.fr", f"p={OURS}", f"p={OTHER}")
    assert check(dns, KEY) == ({"dkim_two": Level.PROBLEM}, [])


def test_a_domain_in_testing_mode_is_worth_a_word():
    dns = published("v1", f"v=DKIM1; t=y; p={OURS}")
    assert check(dns, KEY) == ({"dkim_testing": Level.ADVICE}, ["v1"])


def test_a_new_key_that_is_not_there_yet_is_no_problem_beside_the_old_one():
    dns = published("v1", dkim_records.record(KEY))
    assert check(dns, NEW, KEY) == ({"dkim_missing": Level.ADVICE}, ["v1"])


def test_ed25519_never_stands_alone():
    dns = published("v3", dkim_records.record(ED))
    found, seen = check(dns, KEY, ED)
    assert found == {"dkim_missing": Level.PROBLEM}
    assert seen == ["v3"]
