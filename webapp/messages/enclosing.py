"""Files that travel with a message: attachments beside it, pictures inside it.

multipart/mixed around multipart/related (RFC 2387) around the two alternatives, each only
where it is needed. All of it is the same for every reader, so it is encoded once.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from webapp.messages import headers

# RFC 2045 6.8: an encoded line has at most 76 characters.
_LINE = 76
_CRLF = b"\r\n"
# What a percent-encoded piece of a name takes on a line of its own.
_NAME_PIECE = 50
_ALTERNATIVE = "multipart/alternative"
_RELATED = "multipart/related"
_MIXED = "multipart/mixed"


@dataclass(frozen=True)
class File:
    """A file as readers get it; a picture is known in the HTML by its `content_id`."""

    name: str
    media_type: str
    content: bytes
    content_id: str = ""

    @property
    def weight(self) -> int:
        """Its bytes in a message, lines included (base64: a third more)."""
        letters = -(-len(self.content) // 3) * 4
        return letters + 2 * -(-letters // _LINE)


@dataclass(frozen=True)
class Enclosed:
    """What stands around the alternatives of a message with files."""

    # The end of the message's header.
    header: bytes
    before: bytes
    after: bytes


def enclose(files: Sequence[File], alternatives: bytes) -> Enclosed:
    """What stands around the alternatives, which are parted by the boundary `alternatives`."""
    pictures = [file for file in files if file.content_id]
    attachments = [file for file in files if not file.content_id]
    kind, boundary = _ALTERNATIVE, alternatives
    before = after = b""
    for outer, inside in ((_RELATED, pictures), (_MIXED, attachments)):
        if not inside:
            continue
        parts = b"".join(_part(file) for file in inside)
        around = _boundary(outer, alternatives, parts)
        line = b"--" + around
        before = line + _CRLF + _type(kind, boundary) + _CRLF + before
        # The line end before a boundary belongs to the boundary (RFC 2046 5.1.1).
        after += b"".join(line + _CRLF + _part(file) for file in inside)
        after += line + b"--" + _CRLF
        kind, boundary = outer, around
    return Enclosed(
        b"MIME-Version: 1.0\r\n" + _type(kind, boundary) + _CRLF, before, after
    )


def _type(kind: str, boundary: bytes) -> bytes:
    # RFC 2387 3.1: what is related says what its first part is.
    of = f'; type="{_ALTERNATIVE}"' if kind == _RELATED else ""
    start = f"Content-Type: {kind}{of};\r\n boundary=".encode("ascii")
    return start + b'"' + boundary + b'"\r\n'


def _boundary(kind: str, alternatives: bytes, parts: bytes) -> bytes:
    """Always the same for a content; neither base64 nor quoted-printable holds `=_`."""
    whole = kind.encode("ascii") + alternatives + parts
    return b"=_" + hashlib.sha256(whole).hexdigest()[:24].encode("ascii")


def _part(file: File) -> bytes:
    disposition = "inline" if file.content_id else "attachment"
    fields = [
        f"Content-Type: {file.media_type}".encode("ascii"),
        b"Content-Transfer-Encoding: base64",
        f"Content-Disposition: {disposition}".encode("ascii") + _filename(file.name),
    ]
    if file.content_id:
        fields.append(f"Content-ID: <{file.content_id}>".encode("ascii"))
    return b"".join((*_lines(fields), _CRLF, *_lines(_encoded(file.content))))


def _lines(lines: Sequence[bytes]) -> Iterator[bytes]:
    return (line + _CRLF for line in lines)


def _encoded(content: bytes) -> list[bytes]:
    letters = b64encode(content)
    return [letters[at : at + _LINE] for at in range(0, len(letters), _LINE)]


def _filename(name: str) -> bytes:
    """The parameter `filename`; beyond ASCII, or long, in the pieces of RFC 2231."""
    said = headers.clean(name)
    if said.isascii() and len(said) <= _NAME_PIECE:
        quoted = said.replace("\\", "\\\\").replace('"', '\\"')
        return f';\r\n filename="{quoted}"'.encode("ascii")
    pieces = ["utf-8''"]
    for letter in said:
        # No letter is cut in two: readers decode piece by piece.
        written = quote(letter, safe="")
        if len(pieces[-1]) + len(written) > _NAME_PIECE:
            pieces.append("")
        pieces[-1] += written
    if len(pieces) == 1:
        return f";\r\n filename*={pieces[0]}".encode("ascii")
    return "".join(
        f";\r\n filename*{number}*={piece}" for number, piece in enumerate(pieces)
    ).encode("ascii")
