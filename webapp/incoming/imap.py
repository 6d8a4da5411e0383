"""A mailbox read over IMAP (RFC 9051, and 3501 before it): what is new, and what is put away."""

import base64
import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from webapp.deliverability.transports.smtp_server import Security
from webapp.incoming.mail import KEPT

# Where what was read is put, so that the mailbox stays a mailbox.
AWAY = "Volontiers"
SECONDS = 30.0
_MONTHS = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]
_DELIMITER = re.compile(rb'\) "(.)" ')


class Trouble(StrEnum):
    """Why a mailbox cannot be read."""

    UNREACHABLE = "unreachable"
    NOT_SECURE = "not_secure"
    REFUSED = "refused"
    NO_FOLDER = "no_folder"
    BROKEN = "broken"
    KEY = "key"


class CannotRead(Exception):
    """The mailbox cannot be read; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        """Name the trouble."""
        super().__init__(trouble)
        self.trouble = trouble


@dataclass(frozen=True)
class Account:
    """Whose mailbox, and which folder of it."""

    host: str
    port: int
    security: Security
    username: str
    password: str = field(repr=False)
    folder: str = "INBOX"


class Folder:
    """The open folder of a mailbox."""

    def __init__(self, client: imaplib.IMAP4, validity: int) -> None:
        """`validity`: another one, and all numbers mean other messages (RFC 9051, 2.3.1.1)."""
        self.validity = validity
        self._client = client
        self._away: str | None = None

    def numbers(self, above: int, since: datetime | None = None) -> list[int]:
        """The numbers of the messages that came after this one, or on that day or later."""
        asked = [f"UID {above + 1}:*"]
        if since:
            asked.append(f"SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}")
        found = self._ask("SEARCH", *asked)
        listed = b" ".join(line for line in found if isinstance(line, bytes)).split()
        # "n:*" names the last message even when it came before n.
        return sorted(int(number) for number in listed if int(number) > above)

    def read(self, number: int) -> bytes:
        """The beginning of a message; nobody sees that it was looked at."""
        found = self._ask("FETCH", str(number), f"(BODY.PEEK[]<0.{KEPT}>)")
        return next((part[1] for part in found if isinstance(part, tuple)), b"")

    def put_away(self, numbers: Sequence[int]) -> None:
        """Move messages out of the folder; where that cannot be, mark them as read."""
        if not numbers:
            return
        listed = ",".join(map(str, numbers))
        try:
            self._move(listed)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            self._ask("STORE", listed, "+FLAGS.SILENT", r"(\Seen)")

    def _move(self, listed: str) -> None:
        away = _quoted(self._folder_for_it())
        self._ask("STORE", listed, "+FLAGS.SILENT", r"(\Seen)")
        if "MOVE" in self._client.capabilities:
            self._ask("MOVE", listed, away)
            return
        self._ask("COPY", listed, away)
        self._ask("STORE", listed, "+FLAGS.SILENT", r"(\Deleted)")
        # A plain EXPUNGE would remove what others marked.
        if "UIDPLUS" in self._client.capabilities:
            self._ask("EXPUNGE", listed)

    def _folder_for_it(self) -> str:
        """Beside the inbox or, where servers want that, in it."""
        if self._away is None:
            _, found = self._client.list('""', '""')
            told = found[0] if found else None
            matched = _DELIMITER.search(told) if isinstance(told, bytes) else None
            delimiter = matched[1].decode("ascii") if matched else "."
            names = (AWAY, f"INBOX{delimiter}{AWAY}")
            self._away = next(filter(self._exists, names), "")
        if not self._away:
            raise imaplib.IMAP4.error("no folder to put it away")
        return self._away

    def _exists(self, name: str) -> bool:
        self._client.create(_quoted(name))
        status, _ = self._client.status(_quoted(name), "(MESSAGES)")
        return status == "OK"

    def _ask(self, command: str, *arguments: str) -> list[bytes | tuple[bytes, bytes]]:
        status, data = self._client.uid(command, *arguments)
        if status != "OK":
            raise imaplib.IMAP4.error(command)
        return [part for part in data if part]


@contextmanager
def opened(account: Account) -> Iterator[Folder]:
    """The folder, open while the block runs.

    :raises CannotRead: with the trouble.
    """
    try:
        client = _connect(account)
    except ssl.SSLError as error:
        raise CannotRead(Trouble.NOT_SECURE) from error
    except (OSError, imaplib.IMAP4.error) as error:
        raise CannotRead(Trouble.UNREACHABLE) from error
    try:
        yield _select(client, account)
    except (OSError, imaplib.IMAP4.error) as error:
        raise CannotRead(Trouble.BROKEN) from error
    finally:
        _part_from(client)


def _connect(account: Account) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    place = (account.host, account.port)
    if account.security is Security.TLS:
        return imaplib.IMAP4_SSL(*place, ssl_context=context, timeout=SECONDS)
    client = imaplib.IMAP4(*place, timeout=SECONDS)
    if account.security is Security.STARTTLS:
        client.starttls(context)
    return client


def _select(client: imaplib.IMAP4, account: Account) -> Folder:
    try:
        client.login(account.username, account.password)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeError) as error:
        # LOGIN has no letters beyond ASCII (RFC 3501 section 6.2.3).
        raise CannotRead(Trouble.REFUSED) from error
    # Some tell what they can do only to those who signed in.
    _, told = client.capability()
    client.capabilities = tuple(told[0].decode("ascii", "replace").upper().split())
    status, _ = client.select(_quoted(account.folder))
    if status != "OK":
        raise CannotRead(Trouble.NO_FOLDER)
    _, validity = client.response("UIDVALIDITY")
    return Folder(client, int(validity[0] or 0) if validity else 0)


def _part_from(client: imaplib.IMAP4) -> None:
    try:
        client.logout()
    except (OSError, imaplib.IMAP4.error):
        client.shutdown()


def _quoted(name: str) -> str:
    r"""A folder's name as IMAP writes it: quoted, other letters in modified UTF-7.

    RFC 3501 section 5.1.3.
    """
    written = re.sub(
        r"[^\x20-\x7e]+|&",
        lambda found: "&-" if found[0] == "&" else f"&{_utf7(found[0])}-",
        name,
    )
    escaped = written.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _utf7(letters: str) -> str:
    encoded = base64.b64encode(letters.encode("utf-16-be")).decode("ascii")
    return encoded.rstrip("=").replace("/", ",")
