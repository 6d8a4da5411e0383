"""The mailbox shows any mail, however odd, and nothing but mail."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.core import mailbox

PLAIN = (
    b"From: Shop <shop@example.org>\r\nTo: ada@example.org\r\n"
    b"Subject: =?utf-8?q?=C3=89t=C3=A9?=\r\n\r\nBonjour\r\n"
)
RICH = b"""\
From: shop@example.org
To: ada@example.org
Subject: Two ways
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Caf=E9
--inner
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PHA+Q2Fmw6k8L3A+
--inner--
--outer
Content-Type: text/html; name=attached.html
Content-Disposition: attachment; filename="attached.html"

<p>not the body</p>
--outer
Content-Type: application/pdf
Content-Disposition: attachment; filename*=utf-8''re%C3%A7u.pdf

%PDF
--outer--
"""


def put(
    directory, content=PLAIN, sender="bounce@shop", recipients=("ada@example.org",)
):
    return mailbox.store(directory, sender, list(recipients), content)


def with_subject(text):
    return b"From: a@b\nTo: c@d\nSubject: " + text.encode() + b"\n\nbody\n"


def test_a_stored_message_is_listed_with_its_headers_decoded(tmp_path):
    key = put(tmp_path)
    [summary] = mailbox.list_messages(tmp_path)
    assert summary.key == key
    assert summary.sender == "Shop <shop@example.org>"
    assert summary.recipients == "ada@example.org"
    assert summary.subject == "Été"


def test_the_envelope_is_kept_apart_from_the_headers(tmp_path):
    key = put(tmp_path, sender="bounce+7@shop", recipients=["a@x.org", "b@x.org"])
    message = mailbox.read_message(tmp_path, key)
    assert message.envelope_sender == "bounce+7@shop"
    assert message.envelope_recipients == ["a@x.org", "b@x.org"]
    assert [name for name, _ in message.headers] == ["From", "To", "Subject"]
    assert message.size == len(PLAIN)


def test_an_envelope_a_mail_claims_for_itself_is_not_believed(tmp_path):
    key = put(tmp_path, content=b"X-Envelope-From: liar@x\n" + PLAIN, sender="real@x")
    assert mailbox.read_message(tmp_path, key).envelope_sender == "real@x"


def test_both_ways_to_read_a_mail_are_given_and_its_attachments_named(tmp_path):
    message = mailbox.read_message(tmp_path, put(tmp_path, content=RICH))
    assert message.text.strip() == "Café"
    assert message.html == "<p>Café</p>"
    assert message.attachments == ["attached.html", "reçu.pdf"]


def test_the_newest_mail_comes_first_and_pages_follow_one_another(tmp_path):
    keys = [put(tmp_path) for _ in range(5)]
    first = mailbox.list_messages(tmp_path, limit=2)
    second = mailbox.list_messages(tmp_path, before=first[-1].key, limit=2)
    assert [m.key for m in first + second] == keys[:0:-1]


@pytest.mark.parametrize("wanted", ["SPRING", "c@D", "a@b"])
def test_search_finds_subject_and_addresses_whatever_their_case(tmp_path, wanted):
    put(tmp_path)
    key = put(tmp_path, content=with_subject("Spring sale"))
    assert [m.key for m in mailbox.list_messages(tmp_path, search=wanted)] == [key]


def test_an_absent_mailbox_is_empty(tmp_path):
    assert mailbox.list_messages(tmp_path / "none") == []
    mailbox.empty(tmp_path / "none")


def test_emptying_leaves_no_message(tmp_path):
    put(tmp_path)
    mailbox.empty(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_only_the_latest_messages_are_kept(tmp_path):
    keys = [put(tmp_path) for _ in range(4)]
    mailbox.prune(tmp_path, keep=2)
    assert [m.key for m in mailbox.list_messages(tmp_path)] == [keys[3], keys[2]]


def test_a_half_written_message_is_not_listed(tmp_path):
    (tmp_path / "1700000000000000000-00112233445566ff.part").write_bytes(PLAIN)
    assert mailbox.list_messages(tmp_path) == []


@pytest.mark.parametrize(
    "key",
    [
        "../secret",
        "..%2fsecret",
        "/etc/passwd",
        "",
        "1700000000000000000-00112233445566ff/../../secret",
        "1700000000000000000-00112233445566ff\n",
        "1700000000000000000-0011223344556677",
    ],
)
def test_a_key_that_is_no_message_of_the_mailbox_reads_nothing(tmp_path, key):
    (tmp_path / "secret.eml").write_text("secret")
    inside = tmp_path / "mailbox"
    inside.mkdir()
    with pytest.raises(mailbox.MessageNotFound):
        mailbox.read_message(inside, key)


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"no header at all",
        b"Subject: =?utf-8?b?!!!?=\n\nx",
        b"Subject: =?no-such-charset?q?x?=\n\nx",
        b"Subject: \xff\xfe raw bytes\nFrom: \xe9\n\nx",
        b"Content-Type: text/plain; charset=nonsense\n\n\xe9",
        b"Content-Type: multipart/mixed\n\nno boundary",
        b"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n%%%",
        b"Content-Type: ;;;\nContent-Disposition: =\n\nx",
        b"Content-Type: message/rfc822\n\nContent-Type: text/plain\n\ninner",
        b'Content-Type: application/x; name="=?x?y?z?="\n\nx',
        b"Subject: a\n\tfolded\n subject\n\nx",
    ],
)
def test_an_odd_mail_is_listed_and_read_all_the_same(tmp_path, odd):
    key = put(tmp_path, content=odd)
    assert [m.key for m in mailbox.list_messages(tmp_path)] == [key]
    message = mailbox.read_message(tmp_path, key)
    assert message.size == len(odd)
    shown = [message.text, message.html, message.summary.subject, *message.attachments]
    "".join(shown).encode()


@given(content=st.binary(max_size=400))
def test_no_bytes_at_all_break_the_reader(tmp_path_factory, content):
    directory = tmp_path_factory.mktemp("mailbox")
    header = b"Content-Type: multipart/mixed; boundary=x\nSubject: =?utf-8?q?"
    for mail in (content, header + content):
        message = mailbox.read_message(directory, put(directory, content=mail))
        assert message.size == len(mail)
        str(message).encode()


def test_a_header_cannot_break_out_of_its_line():
    assert not re.search(r"[\r\n]", mailbox.decode("=?utf-8?q?a=0D=0AEvil:_1?="))
