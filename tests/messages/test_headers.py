from email import message_from_bytes, policy

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from webapp.messages import headers

NASTY = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from('\r\n\0\t =?"\\<>@,;:()é漢🎉\u202e\u2028\x85'),
    ),
    max_size=300,
)


def parse(raw):
    return message_from_bytes(raw + b"\r\nbody", policy=policy.default)


def assert_one_field(raw):
    lines = raw.removesuffix(b"\r\n").split(b"\r\n")
    assert all(line.startswith(b" ") for line in lines[1:])
    assert all(len(line) <= 998 for line in lines)
    assert b"\r" not in b"".join(lines)
    assert b"\n" not in b"".join(lines)


@pytest.mark.covers("delivery-8")
@given(NASTY)
def test_any_subject_stays_one_field_and_is_read_back(value):
    raw = headers.field("Subject", headers.text(value))
    assert_one_field(raw)
    message = parse(raw)
    assert message.keys() == ["Subject"]
    assert message["subject"] == headers.clean(value)


@pytest.mark.covers("delivery-8")
@given(NASTY)
def test_any_display_name_stays_one_name_of_one_address(name):
    assume(headers.clean(name))
    raw = headers.field("To", headers.mailbox("anne@example.org", name))
    assert_one_field(raw)
    (address,) = parse(raw)["to"].addresses
    assert address.addr_spec == "anne@example.org"
    # Python 3.11 leaves a space between encoded words of a name, against RFC 2047 6.2.
    assert unspaced(address.display_name) == unspaced(headers.clean(name))


def unspaced(text):
    return text.replace(" ", "")


@given(NASTY.filter(lambda name: 0 < len(headers.clean(name)) <= 9))
def test_a_short_display_name_is_read_back_exactly(name):
    raw = headers.field("To", headers.mailbox("anne@example.org", name))
    assert parse(raw)["to"].addresses[0].display_name == headers.clean(name)


@given(NASTY)
def test_any_list_name_leaves_the_list_id_readable(name):
    raw = headers.field("List-ID", headers.list_id(name, "Mes nouvelles", "shop.fr"))
    assert_one_field(raw)
    assert raw.endswith(b"<mes-nouvelles.shop.fr>\r\n")


@pytest.mark.parametrize(
    "address",
    [
        "a@b.fr\r\nBcc: c@d.fr",
        "a@b.fr, c@d.fr",
        "a b@c.fr",
        "<a@b.fr>",
        "a",
        "@b.fr",
        "a@",
        "a@b@c.fr",
        "a\0@b.fr",
        "a@b..fr",
        "a@b fr",
        '"a\r\n"@b.fr',
    ],
)
@pytest.mark.covers("delivery-8")
def test_what_is_not_one_address_is_refused(address):
    with pytest.raises(headers.AddressCannotBeWritten):
        headers.mailbox(address)


@given(NASTY)
def test_an_address_is_written_whole_or_refused(local):
    try:
        written = headers.mailbox(f"{local}@example.org")
    except headers.AddressCannotBeWritten:
        return
    assert_one_field(headers.field("To", written))
    assert written.decode() == f"{local}@example.org"


def test_a_domain_with_accents_is_written_in_the_alphabet_of_the_dns():
    assert headers.mailbox("anne@Café.fr") == b"anne@xn--caf-dma.fr"
    assert not headers.needs_smtputf8("anne@café.fr")
    assert headers.needs_smtputf8("élodie@example.org")
    assert headers.mailbox("élodie@example.org") == "élodie@example.org".encode()


def test_a_plain_name_is_left_plain_and_a_comma_is_quoted():
    assert headers.mailbox("a@b.fr", "Anne Martin") == b"Anne Martin <a@b.fr>"
    assert headers.mailbox("a@b.fr", 'Martin, "A"') == b'"Martin, \\"A\\"" <a@b.fr>'


def test_a_long_subject_is_folded_at_spaces():
    raw = headers.field("Subject", headers.text("mot " * 60))
    assert max(len(line) for line in raw.split(b"\r\n")) <= 76
    assert b"=?" not in raw


@pytest.mark.covers("delivery-6")
def test_feedback_id_has_four_fields_and_a_sender_of_five_to_fifteen_characters():
    value = headers.feedback_id(12, 3, "news:letter", "volontiers")
    assert value == b"12:3:news-letter:volontiers"
    for sender in ("abcd", "a" * 16, "é" * 6):
        with pytest.raises(ValueError, match="5 to 15"):
            headers.feedback_id(1, 1, "x", sender)
