"""A mail that came in, opened without trust: broken headers and encodings break nothing."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from functools import cached_property
from itertools import islice

# The envelope as our receiver saw it, written before the mail (RFC 5321 section 4.4).
ENVELOPE_FROM = "X-Envelope-From"
ENVELOPE_TO = "X-Envelope-To"
# Reports and the headers they return stand at the top; the rest of a long mail is not kept.
KEPT = 256 * 1024

_FOLDED = re.compile(r"\r?\n[ \t]+")
_LINES = re.compile(r"\r\n|\r|\n")
_FIELD = re.compile(r"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")
# Deeper than any report is, and shallow enough to be looked through.
_MOST_PARTS = 200
# Each level of a nested mail is read line by line by all those above it.
_MOST_LEVELS = 20
_LEVEL = re.compile(
    rb"^content-type:[^a-z]*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE
)


class Mail:
    """A mail and what may be asked of it; headers come decoded, absent ones empty."""

    def __init__(self, raw: bytes) -> None:
        """Keep the bytes; of a mail with too much in it, the header alone is read."""
        self.message: Message = _parsed(raw)

    def header(self, name: str) -> str:
        """The first field of the name."""
        return decoded(self.message.get(name, ""))

    def headers(self, name: str) -> list[str]:
        """Every field of the name."""
        return [decoded(value) for value in self.message.get_all(name, [])]

    @cached_property
    def parts(self) -> list[Message]:
        """The mail and all that is in it, in the order of reading."""
        return list(islice(self.message.walk(), _MOST_PARTS))

    @property
    def report_type(self) -> str:
        """What kind of report it is (RFC 6522); empty when it is none."""
        if self.message.get_content_type() != "multipart/report":
            return ""
        return str(self.message.get_param("report-type", "")).strip().lower()

    def part(self, *kinds: str) -> Message | None:
        """The first part of one of these types."""
        found = (part for part in self.parts if part.get_content_type() in kinds)
        return next(found, None)

    @cached_property
    def words(self) -> str:
        """What a person would read: the plain texts, else those of the HTML without its tags."""
        plain = "\n".join(self._texts("text/plain"))
        if plain.strip():
            return plain
        return re.sub(r"<[^<>]*>", " ", "\n".join(self._texts("text/html")))

    @property
    def is_from_machine(self) -> bool:
        """Whether a mail system wrote it, by the name it gives itself."""
        return bool(_DAEMON.search(self.header("From").lower()))

    @property
    def has_null_sender(self) -> bool:
        """Whether it came with the return path of reports, `<>` (RFC 5321 section 4.5.5)."""
        given = self.message.get(ENVELOPE_FROM, self.message.get("Return-Path"))
        return given is not None and decoded(given).strip(" <>") == ""

    def _texts(self, kind: str) -> Iterator[str]:
        for part in self.parts:
            if part.get_content_type() == kind and not part.get_filename():
                yield text_of(content(part), part.get_content_charset())


def _parsed(raw: bytes) -> Message:
    levels = sum(1 for _ in islice(_LEVEL.finditer(raw), _MOST_LEVELS + 1))
    if levels <= _MOST_LEVELS:
        return message_from_bytes(raw)
    return BytesHeaderParser().parsebytes(raw)


_DAEMON = re.compile(
    r"mailer-daemon|postmaster|mail delivery (sub)?system|mdaemon|mail administrator"
)


def decoded(value: object) -> str:
    """A header as text (RFC 2047), on one line; a broken one as far as it can be read."""
    raw = _FOLDED.sub(" ", str(value))
    with suppress(ValueError, LookupError, binascii.Error):
        raw = str(make_header(decode_header(raw)))
    return " ".join(raw.encode("utf-8", "replace").decode().split())


def content(part: Message) -> bytes:
    """The bytes of a part behind its header, its transfer encoding undone.

    The parser is not asked: it takes the blocks of a report apart, and not always rightly.
    """
    body = [*_BLANK.split(part.as_bytes(), maxsplit=1), b""][1]
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding == "base64":
        try:
            return base64.b64decode(body, validate=False)
        except binascii.Error:
            return body
    return quopri.decodestring(body) if encoding == "quoted-printable" else body


def text_of(raw: bytes, charset: str | None = None) -> str:
    """The bytes as text, whatever they claim to be."""
    try:
        return raw.decode(charset or "utf-8", "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def blocks(raw: bytes) -> list[dict[str, str]]:
    """Groups of fields parted by blank lines, names in lower case (RFC 3464 section 2.1)."""
    return [found for block in _BLANK.split(raw) if (found := fields(block))]


def fields(raw: bytes) -> dict[str, str]:
    """Header fields up to the first blank line, in UTF-8 (RFC 6533); the first of a name counts."""
    head = _BLANK.split(raw.lstrip(b"\r\n"), maxsplit=1)[0]
    found: dict[str, str] = {}
    for line in _LINES.split(_FOLDED.sub(" ", head.decode("utf-8", "replace"))):
        if matched := _FIELD.fullmatch(line):
            found.setdefault(matched[1].lower(), matched[2].strip())
    return found
