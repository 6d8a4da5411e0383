"""A message of ours taken apart, for interfaces that take its pieces and not its bytes."""

import re
from base64 import b64encode
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage

from webapp.deliverability import relays

# Set from the pieces, made by the provider, or worthless after it.
_STRUCTURE = frozenset(
    {"from", "to", "subject", "reply-to", "date", "mime-version", "return-path"}
)
_BRACKETS = re.compile(r"<[^<>]+>")
_NOT_ASCII_WORD = re.compile(r"=\?[^?]+\?[BbQq]\?")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file; `content_id` when the message shows it in its place."""

    name: str
    type: str
    content: bytes = field(repr=False)
    content_id: str = ""

    @property
    def base64(self) -> str:
        """Its bytes as JSON takes them."""
        return b64encode(self.content).decode()


@dataclass(frozen=True, slots=True)
class Parts:
    """The pieces; `headers` are those that no other piece stands for, in ASCII."""

    subject: str = field(repr=False)
    sender: Address
    recipient: Address
    reply_to: Address | None
    text: str = field(repr=False)
    html: str = field(repr=False)
    headers: list[tuple[str, str]] = field(repr=False)
    attachments: list[Attachment] = field(repr=False)

    @property
    def is_newsletter(self) -> bool:
        """Whether its reader can leave a list."""
        return any(name.lower() == "list-unsubscribe" for name, _ in self.headers)

    @property
    def shows_pictures(self) -> bool:
        """Whether some attachment stands within the HTML."""
        return any(one.content_id for one in self.attachments)


def read(raw: bytes) -> Parts:
    """Take a message apart that this software made."""
    message = message_from_bytes(raw, policy=policy.default)
    text, html = _words(message, "plain"), _words(message, "html")
    return Parts(
        subject=str(message["Subject"] or ""),
        sender=_address(message, "From") or Address(),
        recipient=_address(message, "To") or Address(),
        reply_to=_address(message, "Reply-To"),
        text=text,
        html=html,
        headers=_headers(message),
        attachments=[_attachment(part, html) for part in _files(message)],
    )


def _words(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    return str(found.get_content()) if found else ""


def _address(message: EmailMessage, name: str) -> Address | None:
    field_ = message[name]
    found = field_.addresses if field_ else ()
    return found[0] if found else None


def _headers(message: EmailMessage) -> list[tuple[str, str]]:
    """As they went out, unfolded: a parser would write encoded words anew."""
    return [
        (name, _in_ascii(name, value.replace("\r", "").replace("\n", "").strip()))
        for name, value in message.raw_items()
        if not _is_left_out(name)
    ]


def _is_left_out(name: str) -> bool:
    is_structure = name.lower() in _STRUCTURE or name.lower().startswith("content-")
    return is_structure or relays.is_for_one(name)


def _in_ascii(name: str, value: str) -> str:
    """Providers decode the name of a list and send it raw: its id alone is what counts."""
    if name.lower() != "list-id" or not _NOT_ASCII_WORD.search(value):
        return value
    found = _BRACKETS.search(value)
    return found[0] if found else value


def _files(message: EmailMessage) -> list[EmailMessage]:
    leaves = [part for part in message.walk() if not part.is_multipart()]
    bodies = {id(message.get_body((kind,))) for kind in ("plain", "html")}
    return [part for part in leaves if id(part) not in bodies]


def _attachment(part: EmailMessage, html: str) -> Attachment:
    content = part.get_payload(decode=True)
    name = str(part["Content-ID"] or "").strip().strip("<>")
    is_shown = f"cid:{name}" in html
    return Attachment(
        name=part.get_filename() or "attachment",
        type=part.get_content_type(),
        content=content if isinstance(content, bytes) else b"",
        content_id=name if is_shown else "",
    )
