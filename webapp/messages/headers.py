"""Header fields that no value can break: RFC 5322, 2047, 2919, 8058."""

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

import idna

from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.messages.filters import show

# RFC 2047 2: a line with encoded words has at most 76 characters, its name included.
_WORD_BYTES = 39
_LINE = 76
_WHITE = re.compile(r"[ \t\n\f\v]+")
# They make a subject or a name read otherwise than it is written.
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_DOT_ATOM = re.compile(
    r"[^\x00-\x20()<>\[\]:;@\\,\"\x7f-\xa0\u2028\u2029\ud800-\udfff]+"
)
_QUOTED = re.compile(r'"(?:[^\x00-\x1f"\\\x7f-\x9f]|\\[\x20-\x7e])+"')
_NOT_ID = re.compile(r"[^A-Za-z0-9_-]+")
# Feedback-ID of Gmail: the sender, at the right, of 5 to 15 characters.
SENDER_ID = (5, 15)


class AddressCannotBeWritten(DomainError):
    """An address that would break a header, or has no domain in the DNS's alphabet."""

    message = _l("This e-mail address cannot be written to.")


def clean(text: object) -> str:
    """One line of text: no line ends, no control characters, no direction tricks."""
    line = show(text)
    if not line.isascii():
        line = _DIRECTION.sub("", line)
    if "  " in line or not line.isprintable():
        line = _WHITE.sub(" ", line)
    return line.strip()


def field(name: str, value: bytes) -> bytes:
    """A header field; the value was made by one of the functions here."""
    return name.encode("ascii") + b": " + value + b"\r\n"


def text(value: object, *, after: int = 10) -> bytes:
    """An unstructured value (Subject), folded; `after` is the room its name takes."""
    line = clean(value)
    if line.isascii() and "=?" not in line:
        folded = _fold(line, after)
        if folded is not None:
            return folded.encode("ascii")
    return _encoded_words(line)


def phrase(name: object) -> bytes:
    """A display name: as it is, quoted, or encoded, as its letters demand."""
    line = clean(name)
    if not line.isascii() or "=?" in line or len(line) > _LINE - 14:
        return _encoded_words(line)
    if _ATOMS.fullmatch(line):
        return line.encode("ascii")
    quoted = line.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'.encode("ascii")


def mailbox(address: str, name: object = "") -> bytes:
    """An address with the name of its owner.

    :raises AddressCannotBeWritten: rather than to break the header.
    """
    written = ascii_domain(address).encode()
    said = phrase(name) if name else b""
    if not said:
        return written
    # After an encoded name, on its own line: these lines have 76 characters at most.
    glue = b"\r\n " if len(said) + len(written) > _LINE - 14 else b" "
    return said + glue + b"<" + written + b">"


def ascii_domain(address: str) -> str:
    """The address with its domain in the DNS's alphabet (IDNA 2008, UTS 46).

    :raises AddressCannotBeWritten: for anything that is not one address.
    """
    local, at, domain = address.rpartition("@")
    fits = _DOT_ATOM.fullmatch(local) or _QUOTED.fullmatch(local)
    if not at or not fits:
        raise AddressCannotBeWritten
    return f"{local}@{_domain(domain)}"


def needs_smtputf8(address: str) -> bool:
    """Only a server that speaks SMTPUTF8 (RFC 6531) can take this address."""
    return not address.rpartition("@")[0].isascii()


def message_id(local: str, domain: str) -> bytes:
    """The same for every attempt of a message."""
    return f"<{_NOT_ID.sub('', local)}@{_domain(domain)}>".encode("ascii")


@lru_cache(maxsize=256)
def date(moment: datetime) -> bytes:
    """A moment with its zone (RFC 5322 3.3)."""
    return format_datetime(moment).encode("ascii")


def list_id(name: object, slug: str, domain: str) -> bytes:
    """RFC 2919: readers filter on it."""
    label = _NOT_ID.sub("-", slug).strip("-").lower() or "list"
    return phrase(name) + f"\r\n <{label}.{_domain(domain)}>".encode("ascii")


def feedback_id(campaign: object, workspace: object, kind: str, sender: str) -> bytes:
    """Gmail's and Orange's Feedback-ID: four fields, nothing about the person.

    :raises ValueError: for a sender that is not of 5 to 15 characters.
    """
    name = _NOT_ID.sub("", sender)
    if not SENDER_ID[0] <= len(name) <= SENDER_ID[1]:
        raise ValueError("The sender of a Feedback-ID has 5 to 15 characters.")
    fields = (
        _NOT_ID.sub("-", str(part)) or "-" for part in (campaign, workspace, kind)
    )
    return ":".join((*fields, name)).encode("ascii")


@lru_cache(maxsize=4096)
def _domain(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode("ascii").lower()
    except idna.IDNAError as error:
        raise AddressCannotBeWritten from error


def _fold(line: str, after: int) -> str | None:
    """Broken at spaces into lines of 76; None where a word is too long for that."""
    if len(line) <= _LINE - after:
        return line
    folded, room = [], _LINE - after
    current = ""
    for word in line.split(" "):
        if current and len(current) + 1 + len(word) > room:
            folded.append(current)
            current, room = word, _LINE - 1
        else:
            current = f"{current} {word}" if current else word
        if len(word) > room:
            return None
    return "\r\n ".join([*folded, current])


def _encoded_words(line: str) -> bytes:
    return b"\r\n ".join(
        b"=?utf-8?b?" + b64encode(chunk) + b"?=" for chunk in _chunks(line)
    )


def _chunks(line: str) -> Iterator[bytes]:
    """No letter is cut in two: each encoded word stands alone (RFC 2047 5)."""
    if len(line) * 4 <= _WORD_BYTES:
        yield line.encode()
        return
    chunk = b""
    for letter in line:
        raw = letter.encode()
        if len(chunk) + len(raw) > _WORD_BYTES:
            yield chunk
            chunk = b""
        chunk += raw
    yield chunk
