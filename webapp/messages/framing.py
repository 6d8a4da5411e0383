"""What surrounds the words of a message: who sends it, the lines between parts."""

import hashlib
from dataclasses import dataclass

from webapp.deliverability.dkim import Signer
from webapp.messages import headers

_TEXT = b'Content-Type: text/plain; charset="utf-8"\r\n'
_HTML = b'Content-Type: text/html; charset="utf-8"\r\n'
_ENCODING = b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
_ONE_CLICK = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


@dataclass(frozen=True)
class Sender:
    """Who a message comes from, as its headers say."""

    address: str
    name: str = ""
    reply_to: str = ""
    reply_to_name: str = ""
    # Signs for the domain of the address, where somebody may.
    signer: Signer | None = None

    @property
    def domain(self) -> str:
        """Where its Message-IDs live."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Listing:
    """What mail providers group a newsletter by; the same for all its readers."""

    name: str
    slug: str
    campaign: int
    workspace: int
    sender_id: str = "volontiers"
    kind: str = "newsletter"
    # Header fields that the relay wants, as they go on the wire.
    for_relay: bytes = b""


def constant_headers(sender: Sender, listing: Listing) -> bytes:
    """The header fields that are the same for all readers, one-click included."""
    feedback = headers.feedback_id(
        listing.campaign, listing.workspace, listing.kind, listing.sender_id
    )
    named = headers.list_id(listing.name, listing.slug, sender.domain)
    return b"".join(
        (
            _ONE_CLICK,
            from_field(sender),
            headers.field("List-ID", named),
            headers.field("Feedback-ID", feedback),
            b"Precedence: bulk\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n",
            listing.for_relay,
        )
    )


def from_field(sender: Sender) -> bytes:
    """From, and Reply-To where answers go elsewhere."""
    fields = headers.field("From", headers.mailbox(sender.address, sender.name))
    if sender.reply_to:
        answer = headers.mailbox(sender.reply_to, sender.reply_to_name)
        fields += headers.field("Reply-To", answer)
    return fields


def multipart(boundary: bytes) -> bytes:
    """The end of the header of a message with two alternatives."""
    return b"MIME-Version: 1.0\r\n" + _content_type(boundary)


def single() -> bytes:
    """The end of the header of a message that is text alone."""
    return b"MIME-Version: 1.0\r\n" + _TEXT + _ENCODING


def alternatives(boundary: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands before the text, between text and HTML, and after the HTML."""
    line = b"--" + boundary
    opening = line + b"\r\n" + _TEXT + _ENCODING
    middle = b"\r\n" + line + b"\r\n" + _HTML + _ENCODING
    return opening, middle, b"\r\n" + line + b"--\r\n"


def _content_type(boundary: bytes) -> bytes:
    return (
        b'Content-Type: multipart/alternative;\r\n boundary="' + boundary + b'"\r\n\r\n'
    )


def boundary(*contents: str) -> bytes:
    """Always the same for a content; `=_` cannot stand in quoted-printable."""
    whole = "\0".join(contents)
    digest = hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()
    return b"=_" + digest[:24].encode("ascii")
