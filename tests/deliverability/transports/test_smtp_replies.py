"""Replies are read as the server meant them, and stored without anybody's address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.deliverability.transports.smtp_replies import (
    NotSmtp,
    Reply,
    ReplyReader,
    read_extensions,
)


def read(data):
    reader = ReplyReader()
    reader.hear(data)
    return reader.next()


def text(line, *addresses):
    return Reply(550, (line.encode(),)).text(*addresses)


@given(st.lists(st.integers(min_value=1, max_value=20)))
def test_replies_are_the_same_however_they_arrive(cuts):
    data = b"250-one\r\n250 two\r\n550 5.1.1 no\r\n250\r\n354 go\n"
    reader, replies, start = ReplyReader(), [], 0
    for size in [*cuts, len(data)]:
        reader.hear(data[start : start + size])
        start += size
        while reply := reader.next():
            replies.append((reply.code, len(reply.lines)))
    assert replies == [(250, 2), (550, 1), (250, 1), (354, 1)]
    assert reader.is_empty


@pytest.mark.parametrize(
    "data", [b"hello\r\n", b"25\r\n", b"250_x\r\n", b"099 x\r\n", b"x" * 70_000]
)
def test_what_is_not_smtp_is_said_to_be_so(data):
    with pytest.raises(NotSmtp):
        read(data)


@pytest.mark.parametrize(
    ("line", "enhanced"),
    [
        (b"5.1.1 No such user", "5.1.1"),
        (b"5.7.509", "5.7.509"),
        (b"No such user 5.1.1", ""),
        (b"5.1.1.2 is not a code", ""),
        (b"192.0.2.1 is blocked", ""),
        (b"", ""),
    ],
)
def test_the_enhanced_code_is_read_where_it_stands(line, enhanced):
    assert Reply(550, (line,)).enhanced == enhanced


@pytest.mark.parametrize(
    "said",
    [
        "5.1.1 <anna.b@example.org>: Recipient address rejected",
        "5.1.1 anna.b@example.org... User unknown",
        "no mailbox ANNA.B here",
        "5.1.1 (anna.b@example.org) unknown",
        "bounce+anna.b=example.org@shop.example is not you",
        "see https://help.example/?who=anna.b%40example.org",
        "zoé@example.org anna.b: unknown",
    ],
)
def test_no_address_stays_in_what_is_stored(said):
    kept = text(said, "anna.b@example.org", "b@shop.example").lower()
    assert "@" not in kept
    assert "anna" not in kept
    assert "zoé" not in kept


def test_the_words_of_all_lines_stay_without_their_codes():
    reply = Reply(550, (b"5.7.1 Blocked,", b"5.7.1 see https://x.example/40"))
    assert reply.text() == "Blocked, see https://x.example/40"


def test_what_is_stored_is_short_and_printable():
    kept = text("bad \x1b[31m \x00 " + "é" * 400)
    assert kept.isprintable()
    assert len(kept) == 300


def test_extensions_are_read_from_the_answer_to_ehlo():
    reply = read(
        b"250-PIPELINING is only my name\r\n250-size 1000\r\n250-8bitmime\r\n"
        b"250-AUTH PLAIN\r\n250-AUTH=LOGIN\r\n250 STARTTLS\r\n"
    )
    extensions = read_extensions(reply)
    assert extensions.largest_message == 1000
    assert extensions.authentication == {"PLAIN", "LOGIN"}
    assert extensions.eight_bit
    assert extensions.starttls
    assert not extensions.pipelining
    assert not extensions.international


@pytest.mark.parametrize("size", ["SIZE", "SIZE 0", "SIZE many"])
def test_a_size_without_number_is_no_limit(size):
    extensions = read_extensions(Reply(250, (b"hello", size.encode())))
    assert (extensions.announces_size, extensions.largest_message) == (True, None)


def test_a_reply_without_end_is_read_at_its_beginning_without_half_an_address():
    assert text("40" + "a" * 60_000) == ""
    assert text("No such user " + "a" * 1990 + "@example.org") == "No such user"
