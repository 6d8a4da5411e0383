"""Files in a message: each kind of multipart only where needed, and read again as they were."""

from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.messages.enclosing import File, enclose

PDF = File("brochure.pdf", "application/pdf", bytes(range(256)) * 20)
PNG = File("", "image/png", b"\x89PNG\r\n\x1a\n" + b".\r\n.\r\n" * 30, "ab12@pictures")
INSIDE = (
    b'--b\r\nContent-Type: text/plain; charset="utf-8"\r\n\r\nHello'
    b'\r\n--b\r\nContent-Type: text/html; charset="utf-8"\r\n\r\n<p>Hello</p>'
    b"\r\n--b--\r\n"
)


def whole(*files):
    made = enclose(files, b"b")
    raw = b"Subject: x\r\n" + made.header + made.before + INSIDE + made.after
    return raw, message_from_bytes(raw, policy=policy.default)


def shape(part):
    kind = part.get_content_type()
    return (
        (kind, [shape(one) for one in part.iter_parts()])
        if part.is_multipart()
        else kind
    )


ALTERNATIVE = ("multipart/alternative", ["text/plain", "text/html"])


def test_attachments_stand_beside_the_words():
    _raw, mail = whole(PDF, PDF)
    assert shape(mail) == (
        "multipart/mixed",
        [ALTERNATIVE, "application/pdf", "application/pdf"],
    )


def test_pictures_stand_with_the_words_that_show_them():
    _raw, mail = whole(PNG)
    assert shape(mail) == ("multipart/related", [ALTERNATIVE, "image/png"])
    assert mail["content-type"].params["type"] == "multipart/alternative"


def test_attachments_stand_around_what_shows_pictures():
    _raw, mail = whole(PDF, PNG)
    related = ("multipart/related", [ALTERNATIVE, "image/png"])
    assert shape(mail) == ("multipart/mixed", [related, "application/pdf"])


@pytest.mark.parametrize("files", [(PDF,), (PNG,), (PDF, PNG), (PNG, PDF, PDF)])
def test_the_files_are_read_again_as_they_were(files):
    raw, mail = whole(*files)
    leaves = [part for part in mail.walk() if not part.is_multipart()]
    assert [part.get_content().strip() for part in leaves[:2]] == [
        "Hello",
        "<p>Hello</p>",
    ]
    read = sorted(part.get_payload(decode=True) for part in leaves[2:])
    assert read == sorted(file.content for file in files)
    assert [part.defects for part in mail.walk()] == [[]] * len(list(mail.walk()))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert not [line for line in raw.split(b"\r\n") if line.startswith(b".")]


def test_the_weight_is_what_a_file_takes_in_the_message():
    for size in (0, 1, 2, 3, 56, 57, 58, 1000):
        file = File("a.pdf", "application/pdf", b"x" * size)
        empty = File("a.pdf", "application/pdf", b"")
        gained = len(whole(file)[0]) - len(whole(empty)[0])
        assert file.weight == gained


def test_an_inline_picture_says_its_id_and_asks_to_be_shown_in_place():
    _raw, mail = whole(PNG)
    picture = list(mail.iter_parts())[1]
    assert picture["content-id"] == "<ab12@pictures>"
    assert picture.get_content_disposition() == "inline"


@pytest.mark.covers("delivery-8")
@given(
    st.text(
        alphabet=st.one_of(
            st.characters(exclude_categories=["Cs"]),
            st.sampled_from("\r\n\0 ;\"\\='*%é日"),
        ),
        min_size=1,
        max_size=100,
    )
)
def test_no_name_breaks_the_message_and_each_is_read_as_written(name):
    raw, mail = whole(File(name, "application/pdf", b"1"))
    (attached,) = list(mail.iter_attachments())
    assert attached.keys() == [
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
    ]
    assert attached.get_payload(decode=True) == b"1"
    assert max(len(line) for line in raw.split(b"\r\n")) <= 100
    said = attached.get_filename()
    if name.isprintable() and name.strip() == name and "  " not in name:
        assert said == name
