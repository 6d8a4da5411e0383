"""What an SMTP server says: replies, their codes, and its extensions."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

# RFC 5321 section 4.5.3.1.5 allows lines of 512 bytes; a server that sends a hundred
# times more without end is broken or hostile.
LONGEST_REPLY = 65_536
TEXT_LIMIT = 300
# Nothing beyond it is looked at: looking for addresses takes the square of its length.
_LOOKED_AT = 2000

_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")
# Also as the local part of a return path, `anna=example.org`, or in a link, `%40`.
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;]+(?:@|%40|=40)[^\s<>()\[\]\"',;]*", re.ASCII)
# What follows when nothing is wrong with MAIL, RCPT and DATA.
_GO_ON = re.compile(rb"(?:250 [^\r\n]{0,512}\r\n){2}354 [^\r\n]{0,512}\r\n").match
# A reply of one line, as nearly all are.
_USUAL = re.compile(rb"([2-5][0-9]{2}) ([^\r\n]{0,512})\r\n").match


class NotSmtp(Exception):
    """The server does not speak SMTP."""


class Reply(NamedTuple):
    """One whole reply: its code and the text of its lines, as they came."""

    code: int
    lines: tuple[bytes, ...]

    @property
    def kind(self) -> int:
        """The first digit, which alone decides (RFC 5321 section 4.2.1)."""
        return self.code // 100

    @property
    def enhanced(self) -> str:
        """The enhanced status code (RFC 3463), or nothing."""
        return _enhanced(self.lines[-1])

    def text(self, *addresses: str) -> str:
        """The words, printable, short, and without any e-mail address."""
        text, lowered = _words(self.lines)
        return _bare(text, lowered, addresses)


# Most servers say the same to most messages.
@lru_cache(maxsize=128)
def _enhanced(line: bytes) -> str:
    found = _ENHANCED.match(_decoded(line))
    return found[1] if found else ""


@lru_cache(maxsize=128)
def _words(lines: tuple[bytes, ...]) -> tuple[str, str]:
    said = [_decoded(line) for line in lines]
    text = _shown(" ".join(_ENHANCED.sub("", line, count=1).strip() for line in said))
    return text, text.lower()


def presentable(text: str, *addresses: str) -> str:
    """Keep what may be stored: printable, short, without any e-mail address."""
    shown = _shown(text)
    return _bare(shown, shown.lower(), addresses)


def _shown(text: str) -> str:
    if len(text) > _LOOKED_AT:
        # Without the last word: half an address would not look like one.
        text = text[:_LOOKED_AT].rpartition(" ")[0]
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else " " for sign in text)
    if "@" in text or "40" in text:
        text = _ADDRESS.sub("…", text)
    return text


def _bare(text: str, lowered: str, addresses: tuple[str, ...]) -> str:
    for address in addresses:
        local, _, domain = address.rpartition("@")
        if local and local.lower() in lowered:
            text = _without(text, local, domain)
    return text[:TEXT_LIMIT]


def _without(text: str, local: str, domain: str) -> str:
    """Some servers name the mailbox alone, or as in a return path."""
    mailbox = rf"(?<!\w){re.escape(local)}(?:={re.escape(domain)})?(?!\w)"
    return re.sub(mailbox, "…", text, flags=re.IGNORECASE)


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "replace")


class ReplyReader:
    """Cuts the bytes of a server into replies, however they were split on the way."""

    def __init__(self) -> None:
        """Start with nothing heard."""
        self._heard = b""
        self._lines: list[bytes] = []
        self._size = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was heard beyond the last reply."""
        return not self._heard and not self._lines

    def hear(self, data: bytes) -> None:
        """Add bytes as they come."""
        self._heard += data

    def skip_go_on(self) -> bool:
        """Pass over a sender and a recipient taken and a body asked for, if all is there."""
        if self._lines or not (found := _GO_ON(self._heard)):
            return False
        self._heard = self._heard[found.end() :]
        return True

    def next(self) -> Reply | None:
        """Take the next whole reply, if it is there. Raises NotSmtp."""
        if not self._lines and (usual := _USUAL(self._heard)):
            self._heard = self._heard[usual.end() :]
            return Reply(int(usual[1]), (usual[2],))
        while b"\n" in self._heard:
            line, _, self._heard = self._heard.partition(b"\n")
            code, is_last, text = _read_line(line.rstrip(b"\r"))
            self._lines.append(text)
            self._size += len(line)
            if is_last:
                lines, self._lines, self._size = tuple(self._lines), [], 0
                return Reply(code, lines)
            self._check_size()
        self._check_size()
        return None

    def _check_size(self) -> None:
        if len(self._heard) + self._size > LONGEST_REPLY:
            raise NotSmtp("a reply without end")


def _read_line(line: bytes) -> tuple[int, bool, bytes]:
    """Split `250-text` or `250 text`; a bare `250` is a last line too."""
    digits, separator = line[:3], line[3:4]
    if len(digits) != 3 or not digits.isdigit() or separator not in b" -":
        raise NotSmtp("a reply that is not SMTP")
    code = int(digits)
    if not 200 <= code < 600:
        raise NotSmtp("a reply code that SMTP does not have")
    return code, separator != b"-", line[4:]


@dataclass(frozen=True)
class Extensions:
    """What the server announced in its answer to EHLO (RFC 5321 section 4.1.1.1)."""

    pipelining: bool = False
    eight_bit: bool = False
    international: bool = False
    starttls: bool = False
    announces_size: bool = False
    largest_message: int | None = None
    authentication: frozenset[str] = frozenset()


def read_extensions(reply: Reply) -> Extensions:
    """Read the extensions a server offers; its first line is only a greeting."""
    said: dict[str, str] = {}
    for line in reply.lines[1:]:
        # Old servers write AUTH=LOGIN beside AUTH LOGIN.
        keyword, _, values = _decoded(line).upper().replace("=", " ").partition(" ")
        said[keyword] = f"{said.get(keyword, '')} {values}".strip()
    size = said.get("SIZE", "")
    return Extensions(
        pipelining="PIPELINING" in said,
        eight_bit="8BITMIME" in said,
        international="SMTPUTF8" in said,
        starttls="STARTTLS" in said,
        announces_size="SIZE" in said,
        # Zero means "no fixed limit" (RFC 1870 section 4).
        largest_message=(int(size) or None) if size.isdecimal() else None,
        authentication=frozenset(said.get("AUTH", "").split()),
    )
