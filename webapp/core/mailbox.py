"""The built-in mailbox: outgoing mail is caught as files and leaves no machine."""

import contextlib
import email
import email.errors
import email.header
import email.message
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

# Enough for a campaign on trial; older mail makes room for new.
KEPT = 5_000
# The headers of any mail of ours fit in here many times over.
HEADER_BYTES = 65_536
# Names sort by time: nanoseconds since 1970, then a part nobody can guess.
KEY = re.compile(r"[0-9]{19}-[0-9a-f]{16}")


class MessageNotFound(LookupError):
    """The mailbox holds no such message, or no longer."""


@dataclass(frozen=True)
class Summary:
    """What a list of mail shows of one message."""

    key: str
    received_at: datetime
    sender: str
    recipients: str
    subject: str


@dataclass(frozen=True)
class CaughtMessage:
    """One message taken apart for reading; `html` is as it was sent, not made safe."""

    summary: Summary
    envelope_sender: str
    envelope_recipients: list[str]
    headers: list[tuple[str, str]]
    text: str
    html: str
    attachments: list[str]
    size: int


def store(directory: Path, sender: str, recipients: list[str], content: bytes) -> str:
    """Keep a message with its envelope and give its key; nobody reads half of it."""
    key = f"{time.time_ns():019d}-{secrets.token_hex(8)}"
    envelope = f"X-Envelope-From: {sender}\nX-Envelope-To: {', '.join(recipients)}\n"
    unfinished = directory / f"{key}.part"
    unfinished.write_bytes(envelope.encode("utf-8", "surrogateescape") + content)
    unfinished.rename(_path(directory, key))
    return key


def prune(directory: Path, keep: int = KEPT) -> None:
    """Drop the oldest messages beyond `keep`."""
    for key in islice(_newest_first(directory), keep, None):
        _path(directory, key).unlink(missing_ok=True)


def empty(directory: Path) -> None:
    """Drop every message."""
    prune(directory, keep=0)


def list_messages(
    directory: Path, search: str = "", before: str | None = None, limit: int = 50
) -> list[Summary]:
    """List the newest messages first, those older than the key `before`.

    `search` is looked for in sender, recipients and subject, whatever its case.
    """
    keys = (key for key in _newest_first(directory) if not before or key < before)
    found = (summary for key in keys if (summary := _summary(directory, key)))
    wanted = search.casefold().strip()
    matching = (summary for summary in found if wanted in _searched(summary))
    return list(islice(matching, limit))


def read_message(directory: Path, key: str) -> CaughtMessage:
    """Read one message.

    :raises MessageNotFound: when the mailbox holds no message of that key.
    """
    sender, recipients, content = _split(_read(directory, key))
    mail = email.message_from_bytes(content)
    return CaughtMessage(
        summary=_summarise(key, recipients, mail),
        envelope_sender=sender,
        envelope_recipients=[one for one in recipients.split(", ") if one],
        headers=[(name, decode(value)) for name, value in mail.items()],
        text=_body(mail, "text/plain"),
        html=_body(mail, "text/html"),
        attachments=[_filename(part) for part in mail.walk() if _is_attached(part)],
        size=len(content),
    )


def decode(value: object) -> str:
    """Decode a header (RFC 2047) for reading; a broken one stays as it is."""
    raw = str(value)
    try:
        decoded = str(email.header.make_header(email.header.decode_header(raw)))
    except (ValueError, LookupError, email.errors.MessageError):
        decoded = raw
    return " ".join(decoded.encode("utf-8", "replace").decode().split())


def _path(directory: Path, key: str) -> Path:
    return directory / f"{key}.eml"


def _newest_first(directory: Path) -> Iterator[str]:
    with contextlib.suppress(FileNotFoundError):
        keys = (path.stem for path in directory.iterdir() if path.suffix == ".eml")
        yield from sorted(filter(KEY.fullmatch, keys), reverse=True)


def _read(directory: Path, key: str, most: int = -1) -> bytes:
    if not KEY.fullmatch(key):
        raise MessageNotFound(key)
    try:
        with _path(directory, key).open("rb") as file:
            return file.read(most)
    except FileNotFoundError:
        raise MessageNotFound(key) from None


def _split(stored: bytes) -> tuple[str, str, bytes]:
    """Take the two envelope lines off; `store` wrote them."""
    sender, recipients, content = [*stored.split(b"\n", 2), b"", b""][:3]
    return _envelope_value(sender), _envelope_value(recipients), content


def _envelope_value(line: bytes) -> str:
    return line.partition(b":")[2].strip().decode("utf-8", "replace")


def _summary(directory: Path, key: str) -> Summary | None:
    try:
        _, recipients, content = _split(_read(directory, key, HEADER_BYTES))
    except MessageNotFound:
        return None  # pruned since we listed the directory
    header = re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0]
    return _summarise(key, recipients, email.message_from_bytes(header + b"\n\n"))


def _summarise(key: str, recipients: str, mail: email.message.Message) -> Summary:
    seconds = int(key.partition("-")[0]) / 1_000_000_000
    return Summary(
        key=key,
        received_at=datetime.fromtimestamp(seconds, UTC),
        sender=decode(mail.get("From", "")),
        recipients=decode(mail.get("To", "")) or recipients,
        subject=decode(mail.get("Subject", "")),
    )


def _searched(summary: Summary) -> str:
    return f"{summary.sender}\n{summary.recipients}\n{summary.subject}".casefold()


def _body(mail: email.message.Message, kind: str) -> str:
    """Give the first part of a kind that is there to be read, decoded somehow."""
    for part in mail.walk():
        if part.get_content_type() == kind and not _is_attached(part):
            payload = part.get_payload(decode=True)
            raw = payload if isinstance(payload, bytes) else b""
            try:
                return raw.decode(part.get_content_charset() or "utf-8", "replace")
            except LookupError:
                return raw.decode("utf-8", "replace")
    return ""


def _is_attached(part: email.message.Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _filename(part: email.message.Message) -> str:
    return decode(part.get_filename() or part.get_content_type())
