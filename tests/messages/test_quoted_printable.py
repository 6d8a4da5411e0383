import quopri

from hypothesis import example, given
from hypothesis import strategies as st

from webapp.messages import quoted_printable

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("ab =..\t\né漢"), st.characters(exclude_categories=["Cs", "Cc"])
    ),
    max_size=300,
) | st.text(alphabet=".=é", min_size=70, max_size=240)


@given(st.lists(TEXTS, max_size=6))
def test_pieces_put_together_read_as_their_texts(texts):
    raw = b"".join(quoted_printable.piece(text) for text in texts)
    assert quopri.decodestring(raw) == "".join(texts).replace("\n", "\r\n").encode()
    _is_fit_for_the_wire(raw)
    assert b"\n" not in raw.replace(b"\r\n", b"")


@given(TEXTS)
def test_a_whole_part_reads_as_its_text(text):
    raw = quoted_printable.encode(text)
    assert quopri.decodestring(raw) == text.replace("\n", "\r\n").encode()
    _is_fit_for_the_wire(raw)


def _is_fit_for_the_wire(raw):
    for line in raw.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.startswith(b".")


@given(st.from_regex(r"[A-Za-z0-9 ,.;:!?/_()+@-]{1,150}", fullmatch=True))
@example("a" * 75 + ".")
@example("a" * 150)
def test_the_short_way_says_the_same(text):
    raw = quoted_printable.plain_piece(text)
    if text[0] == "." or text[75:76] == ".":
        assert raw is None
        return
    assert quopri.decodestring(raw) == text.encode()
    _is_fit_for_the_wire(raw)


def test_what_needs_escaping_has_no_short_way():
    assert [
        quoted_printable.plain_piece(text)
        for text in ("<", "&", "é", "=", "\n", "", ".a", "a" * 151)
    ] == [None] * 8
