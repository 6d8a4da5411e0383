import dataclasses
import re
from base64 import b64encode
from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.messages.test_mime import SIMPLE, blueprint, person
from webapp.deliverability.dkim import Signer, SigningKey
from webapp.messages.framing import Sender
from webapp.messages.mime import Variant, simple_message

DATED = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ED = ed25519.Ed25519PrivateKey.generate()
BY_RSA = SigningKey("v1", RSA)
BY_ED = SigningKey("v2", ED)
ONE = Signer("shop.fr", (BY_RSA,))
BOTH = Signer("shop.fr", (BY_RSA, BY_ED))
# Signing with it is quick: the property test is about headers and bodies.
QUICK = Signer("shop.fr", (BY_ED,))


def dns(name, timeout=5):
    spki = RSA.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    raw = ED.public_key().public_bytes_raw()
    return {
        b"v1._domainkey.shop.fr.": b"v=DKIM1; k=rsa; p=" + b64encode(spki),
        b"v2._domainkey.shop.fr.": b"v=DKIM1; k=ed25519; p=" + b64encode(raw),
    }[name]


def verifies(message, index=0):
    try:
        return dkim.DKIM(message, minkey=2048).verify(idx=index, dnsfunc=dns)
    except dkim.ValidationError:
        return False


def signed(headers, body, signer=QUICK):
    return signer.sign(headers, body) + headers + b"\r\n" + body


def newsletter(signer=BOTH, recipient=None, **changes):
    made = blueprint(**changes)
    made._sender = dataclasses.replace(made._sender, signer=signer)
    return made.build(recipient or person(), Variant(clicks=True, opens=True), DATED)


def simple(**changes):
    sender = Sender("lea@shop.fr", "Léa", signer=BOTH)
    return simple_message(dataclasses.replace(SIMPLE, sender=sender, **changes), DATED)


@pytest.mark.covers("delivery-2")
@pytest.mark.parametrize(
    "message",
    [
        newsletter(),
        newsletter(subject="Été : 100 € offerts — " + "très long " * 30),
        newsletter(recipient=person("Zoé & <fils>", name="Ζωή «Ω» " * 12)),
        newsletter(recipient=person(address="andré@bücher.example")),
        newsletter(base="https://news.fr/" + "x" * 800),
        simple(),
        simple(html=""),
        simple(html="", text=""),
        simple(html="", text="Fin.\n\n\n\n"),
        simple(subject="x" * 500, name="," * 70),
    ],
)
def test_both_signatures_of_every_mail_verify(message):
    assert verifies(message, 0)
    assert verifies(message, 1)


@pytest.mark.covers("delivery-2")
def test_the_signature_covers_what_providers_ask_for():
    head = newsletter(ONE).partition(b"\r\n\r\n")[0]
    tag = re.search(rb"h=([^;]*);", head)[1]
    covered = re.sub(rb"\s", b"", tag).split(b":")
    assert covered.count(b"from") == 2
    assert set(covered) >= {
        *(b"from", b"to", b"subject", b"date", b"message-id", b"reply-to"),
        *(b"mime-version", b"content-type", b"list-id", b"feedback-id"),
        *(b"list-unsubscribe", b"list-unsubscribe-post"),
    }


@pytest.mark.covers("delivery-3")
@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"List-Unsubscribe: <https://news", b"List-Unsubscribe: <https://nevs"),
        (b"List-Unsubscribe=One-Click", b"List-Unsubscribe=One-click"),
        (b"Subject: Pour", b"Subject: Pout"),
        (b"\r\nFrom: ", b"\r\nFrom: <mallory@example.org>\r\nFrom: "),
        (b"Bonjour", b"Bonsoir"),
    ],
)
def test_a_changed_byte_is_found_out(was, becomes):
    message = newsletter(ONE)
    assert verifies(message)
    assert was in message
    assert not verifies(message.replace(was, becomes, 1))


@pytest.mark.covers("delivery-2")
@pytest.mark.parametrize(
    "header",
    [
        b"Subject: folded\r\n over\r\n\t two lines \t \r\n",
        b"SUBJECT:  capitals and   spaces\r\n",
        b"Subject:\r\n",
        b"Subject: =?utf-8?b?w4l0w6k=?=\r\n =?utf-8?b?w4l0w6k=?=\r\n",
        "Subject: Été à la boutique\r\n".encode(),
        b"Subject: one\r\nSubject: two\r\n",
        b"X-Unknown: unsigned\r\n",
        b"From: anne@shop.fr\r\n",
    ],
)
def test_odd_headers_verify(header):
    headers = b"From: lea@shop.fr\r\n" + header
    assert verifies(signed(headers, b"Bonjour\r\n"))


@pytest.mark.parametrize("body", [b"", b"\r\n", b"\r\n\r\n", b"x", b"x\r\n\r\n\r\n"])
def test_a_body_verifies_however_it_ends(body):
    assert verifies(signed(b"From: lea@shop.fr\r\nTo: anne@example.org\r\n", body))


WORDS = st.text(
    st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=120
)
LINES = st.lists(st.sampled_from(["", " ", "\t", "a", "é  b ", "--x"]), max_size=8)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["To", "subject", "LIST-ID", "Reply-To", "X-Else"]),
            st.lists(WORDS, min_size=1, max_size=3),
            st.sampled_from(["\r\n ", "\r\n\t", "\r\n  "]),
        ),
        max_size=6,
    ),
    LINES,
)
def test_whatever_we_sign_dkimpy_verifies(fields, lines):
    headers = "From: lea@shop.fr\r\n"
    for name, words, fold in fields:
        # A line of spaces alone would end the header for some readers (RFC 5322 4.2).
        value = fold.join(word.strip() or "x" for word in words)
        headers += f"{name}: {value}\r\n"
    message = signed(headers.encode(), "\r\n".join(lines).encode())
    assert verifies(message)


def test_a_retry_carries_the_same_signature():
    assert newsletter() == newsletter()


def test_the_fields_of_a_signature_keep_to_78_characters():
    for line in newsletter().partition(b"\r\nTo:")[0].split(b"\r\n"):
        assert len(line) <= 78


def test_a_key_is_never_shown():
    assert "private" not in repr(ONE)
