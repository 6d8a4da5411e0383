"""One envelope as SMTP wants it on the wire, or the reason why it cannot go."""

import re
from typing import NamedTuple

import idna

from webapp.deliverability.transports import Envelope, Outcome, Result, Stage
from webapp.deliverability.transports.smtp_replies import Extensions

# RFC 5321 section 4.5.3.1.3: 256 octets with the brackets.
LONGEST_ADDRESS = 254

# Nothing that could end the command, or send the mail by another road (source routes).
_PATH = re.compile(r"[^\x00-\x20\x7f<>@]+@[^\x00-\x20\x7f<>@]+")


class Unsendable(Exception):
    """The envelope cannot be put on the wire to this server."""

    def __init__(self, enhanced: str, text: str) -> None:
        """Say why, with the code a server would have used (RFC 3463)."""
        super().__init__(text)
        self.enhanced = enhanced
        self.text = text

    def outcome(self, key: int) -> Outcome:
        """Refuse the envelope before any byte of it was written."""
        return Outcome(
            key, Result.REFUSED, 0, self.enhanced, self.text, stage=Stage.LOCAL
        )


class Letter(NamedTuple):
    """An envelope ready for the wire; `body` lacks only the final dot."""

    envelope: Envelope
    sender: bytes
    recipient: bytes
    body: bytes


def write_letter(envelope: Envelope, server: Extensions) -> Letter:
    """Make the commands and the body for this server. Raises Unsendable."""
    sender = path(envelope.mail_from, "5.1.7") if envelope.mail_from else ""
    recipient = path(envelope.rcpt_to, "5.1.3")
    size = len(envelope.body)
    if server.largest_message and size > server.largest_message:
        raise Unsendable("5.3.4", "The message is larger than the server takes.")
    options = f" SIZE={size}" if server.announces_size else ""
    body = envelope.body
    if not envelope.is_plain:
        options += _beyond_ascii(envelope, server)
        body = _stuffed(body)
    return Letter(
        envelope,
        sender=f"MAIL FROM:<{sender}>{options}\r\n".encode(),
        recipient=f"RCPT TO:<{recipient}>\r\n".encode(),
        body=body,
    )


def path(address: str, enhanced: str) -> str:
    """Check an address and give its domain in ASCII (RFC 5891). Raises Unsendable."""
    if not _PATH.fullmatch(address) or not address.isprintable():
        raise Unsendable(enhanced, "The address is not valid.")
    if not address.isascii():
        local, _, domain = address.rpartition("@")
        address = f"{local}@{_ascii_domain(domain, enhanced)}"
    if len(address.encode()) > LONGEST_ADDRESS:
        raise Unsendable(enhanced, "The address is too long.")
    return address


def _ascii_domain(domain: str, enhanced: str) -> str:
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except UnicodeError:
        raise Unsendable(enhanced, "The domain of the address is not valid.") from None


def _beyond_ascii(envelope: Envelope, server: Extensions) -> str:
    options = "" if envelope.body.isascii() else _eight_bit(server)
    if _is_international(envelope):
        options += _international(server)
    return options


def _eight_bit(server: Extensions) -> str:
    if not server.eight_bit:
        raise Unsendable("5.6.3", "The server does not take 8-bit messages.")
    return " BODY=8BITMIME"


def _is_international(envelope: Envelope) -> bool:
    """Tell whether local parts or raw headers need SMTPUTF8 (RFC 6531)."""
    if not (envelope.rcpt_to.isascii() and envelope.mail_from.isascii()):
        addresses = (envelope.rcpt_to, envelope.mail_from)
        if any(not address.rpartition("@")[0].isascii() for address in addresses):
            return True
    if envelope.body.isascii():
        return False
    return not envelope.body.partition(b"\r\n\r\n")[0].isascii()


def _international(server: Extensions) -> str:
    if not server.international:
        raise Unsendable(
            "5.6.7", "The server does not take addresses in other scripts (SMTPUTF8)."
        )
    return " SMTPUTF8"


def _stuffed(body: bytes) -> bytes:
    """Double a dot that begins a line (RFC 5321 section 4.5.2), and end the last line.

    A dot after a bare LF is doubled too: some servers would end the message there.
    """
    # Searching from the end is the fastest search for two bytes in CPython.
    if body.rfind(b"\n.") >= 0:
        body = body.replace(b"\n.", b"\n..")
    if body.startswith(b"."):
        body = b"." + body
    if not body.endswith(b"\r\n"):
        body += b"\r\n"
    return body
