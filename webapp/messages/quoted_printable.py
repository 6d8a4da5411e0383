"""Quoted-printable by pieces: each ends with a soft break, so pieces can be joined.

RFC 2045 6.7: lines of at most 76 characters, CRLF, and a last `=` means "goes on". No line
begins with a dot, so that SMTP has none to double (RFC 5321 4.5.2).
"""

import re
from binascii import b2a_qp

SOFT_BREAK = b"=\r\n"
LINE = 76
# Needs neither encoding nor escaping in HTML: most names, cities and addresses.
_PLAIN = re.compile(r"[A-Za-z0-9 ,;:!?/_()+@-][A-Za-z0-9 ,.;:!?/_()+@-]*").fullmatch
# What HTML writes in another way than a text does.
_IN_MARKUP = re.compile("[&<>\"']").search
_DOT_FIRST = re.compile(rb"^\.", re.MULTILINE).search


def encode(text: str) -> bytes:
    """A whole part; line ends become CRLF."""
    raw = text.replace("\n", "\r\n").encode("utf-8", "replace")
    encoded = b2a_qp(raw)
    # Python writes its soft breaks as LF unless the text itself has a CRLF.
    if b"\n" not in raw:
        encoded = encoded.replace(b"\n", b"\r\n")
    return _dotless(encoded) if _DOT_FIRST(encoded) else encoded


def piece(text: str) -> bytes:
    """A part of a part: whatever comes next begins a line."""
    if not text:
        return b""
    if len(text) < LINE and text.isprintable() and text[0] != ".":
        encoded = b2a_qp(text.encode("utf-8", "replace"))
        if len(encoded) < LINE:
            return encoded + SOFT_BREAK
    before, line_end, last = encode(text).rpartition(b"\r\n")
    if len(last) < LINE:
        return before + line_end + last + SOFT_BREAK
    cut = _before_escape(last, LINE - 3)
    rest = b"=2E" + last[cut + 1 :] if last[cut : cut + 1] == b"." else last[cut:]
    return before + line_end + last[:cut] + SOFT_BREAK + rest + SOFT_BREAK


def plain_piece(text: str) -> bytes | None:
    """As piece(), at a tenth of its cost, for a text that stands for itself in HTML."""
    if _PLAIN(text) is None:
        return None
    raw = text.encode("ascii")
    if len(raw) < LINE:
        return raw + SOFT_BREAK
    first, rest = raw[: LINE - 1], raw[LINE - 1 :]
    # An address of ours; longer texts, and a dot that would begin a line, are not for here.
    if len(rest) >= LINE or rest.startswith(b"."):
        return None
    return first + SOFT_BREAK + rest + SOFT_BREAK


def same_piece(text: str) -> bytes | None:
    """As piece(), for a text that is written alike in HTML and in plain text."""
    plain = plain_piece(text)
    if plain is None and text.isprintable() and not _IN_MARKUP(text):
        return piece(text)
    return plain


def _dotless(encoded: bytes) -> bytes:
    """A first dot written as =2E; where its line has no room for that, it is broken."""
    lines = encoded.split(b"\r\n")
    done = []
    while lines:
        line = lines.pop(0)
        if line.startswith(b"."):
            line = b"=2E" + line[1:]
        if len(line) > LINE:
            cut = _before_escape(line, LINE - 1)
            lines.insert(0, line[cut:])
            line = line[:cut] + b"="
        done.append(line)
    return b"\r\n".join(done)


def _before_escape(line: bytes, cut: int) -> int:
    """Never cut =C3 in two."""
    for start in (cut - 1, cut - 2):
        if line[start : start + 1] == b"=":
            return start
    return cut
