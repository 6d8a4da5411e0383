"""The published vectors of AWS Signature Version 4 (its test suite, the POST requests)."""

from datetime import UTC, datetime

import pytest

from webapp.deliverability.transports.sigv4 import Key, signed

KEY = Key(
    "AKIDEXAMPLE",
    "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "us-east-1",
    "service",
)
AT = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
HOST = {"Host": "example.amazonaws.com"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
VECTORS = {
    "post-vanilla": (
        HOST,
        b"",
        "host;x-amz-date",
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    ),
    "post-header-key-sort": (
        HOST | {"My-Header1": "value1"},
        b"",
        "host;my-header1;x-amz-date",
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
    ),
    "post-header-value-case": (
        HOST | {"My-Header1": "VALUE1"},
        b"",
        "host;my-header1;x-amz-date",
        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
    ),
    "post-x-www-form-urlencoded": (
        HOST | FORM,
        b"Param1=value1",
        "content-type;host;x-amz-date",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_a_request_is_signed_as_the_published_vector(name):
    headers, body, names, signature = VECTORS[name]
    found = signed(KEY, "/", headers, body, AT)
    assert found["X-Amz-Date"] == "20150830T123600Z"
    assert found["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
        f" SignedHeaders={names}, Signature={signature}"
    )


def test_neither_the_key_nor_the_request_shows_the_secret():
    found = signed(KEY, "/", HOST, b"", AT)
    assert KEY.secret not in repr(KEY) + repr(found)
