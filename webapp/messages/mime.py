"""Messages as they go on the wire: what is common to all readers is made once.

Python's EmailMessage costs a hundred times more, and spoils a long List-Unsubscribe.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import MappingProxyType
from typing import Any, NamedTuple

from webapp.core import clock
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.deliverability.dkim import CRLF
from webapp.messages import framing, headers, links, quoted_printable, text
from webapp.messages.addresses_in_mail import hosted
from webapp.messages.enclosing import Enclosed, File, enclose
from webapp.messages.filters import show
from webapp.messages.framing import Listing, Sender
from webapp.messages.links import MailUrls
from webapp.messages.mail_tokens import Kind
from webapp.messages.personalising import check
from webapp.messages.pieces import Joined, Part
from webapp.messages.problems import refuse_errors
from webapp.messages.variables import CLICK_TOKEN, OPEN_URL

_HEAD = (
    b"To: %b\r\nSubject: %b\r\nDate: %b\r\nMessage-ID: %b\r\nList-Unsubscribe: <%b>\r\n"
)


class NoWayOut(DomainError):
    """A newsletter whose reader cannot leave is never sent."""

    message = _l("This newsletter has no unsubscribe link.")


@dataclass(frozen=True)
class Content:
    """The templates of a campaign; without a text of its own, it is made from the HTML."""

    subject: str
    html: str
    text: str = ""
    # The same for everybody: attachments, and pictures that the HTML shows.
    files: tuple[File, ...] = ()


class Recipient(NamedTuple):
    """One person, and the ids her links carry; `values` as variables.py lists them."""

    address: str
    message: int
    workspace: int
    contact: int
    list_id: int = 0
    name: str = ""
    values: Mapping[str, Any] = MappingProxyType({})


class Variant(NamedTuple):
    """What this person agreed to have measured; by default, nothing."""

    clicks: bool = False
    opens: bool = False
    # Not measured, but the day of the last open may be kept.
    last_open: bool = False


@dataclass(frozen=True)
class Preview:
    """A message as its reader sees it."""

    subject: str
    html: str
    text: str


class Blueprint:
    """A newsletter prepared once, then built for one person after another.

    :raises TemplateIsRefused: when a template has errors.
    :raises NoWayOut: when HTML or text lacks the unsubscribe link.
    """

    def __init__(
        self,
        content: Content,
        sender: Sender,
        listing: Listing,
        urls: MailUrls,
        *,
        fixed: Mapping[str, Any] | None = None,
        custom_keys: Collection[str] = (),
    ) -> None:
        """`fixed`: values that are the same for everybody (workspace, campaign)."""
        for template in (content.subject, content.html, content.text):
            refuse_errors(check(template, custom_keys))
        self._fixed = dict(fixed or {})
        html = links.settle(content.html, self._fixed)
        content = replace(content, html=html, text=content.text or text.from_html(html))
        self.links = links.find(html)
        self._content, self._sender, self._urls = content, sender, urls
        self._subject = Part(content.subject, markup=False, fixed=self._fixed)
        self._boundary = framing.boundary(content.subject, content.html, content.text)
        self._enclosed = _enclosed(content.files, self._boundary)
        self._constant = (
            framing.constant_headers(sender, listing) + self._enclosed.header
        )
        # For a recipient whose address is ASCII: what Envelope.is_plain means.
        self.is_plain = self._constant.isascii()
        # Bytes of each message that its files take.
        self.weight_of_files = sum(file.weight for file in content.files)
        self._bodies: dict[Variant, _Body] = {}
        if not self._body(Variant()).lets_leave:
            raise NoWayOut

    def build(self, recipient: Recipient, variant: Variant, dated: datetime) -> bytes:
        """The message, byte for byte the same for the same arguments.

        :raises RenderingFailed: when a template cannot be completed for this person.
        :raises AddressCannotBeWritten: for an address that no header can hold.
        """
        body = self._body(variant)
        leave = self._urls.unsubscribe(
            workspace=recipient.workspace,
            contact=recipient.contact,
            list_id=recipient.list_id,
            message=recipient.message,
        )
        values = {
            **recipient.values,
            "unsubscribe_url": leave,
            **self._other_urls(recipient, variant, dated, body.roots),
        }
        return _signed(
            self._sender,
            self._own_headers(recipient, values, dated) + self._constant,
            (body.encoded(values), self._enclosed.after),
        )

    def preview(self, recipient: Recipient, variant: Variant | None = None) -> Preview:
        """What the reader will see: the message is built, then read again."""
        raw = self.build(recipient, variant or Variant(), clock.now())
        message = message_from_bytes(raw, policy=policy.default)
        plain, html = _alternatives(message)
        # A page has no parts beside it: it takes its pictures from our host.
        html = hosted(html, self._urls.base_url)
        return Preview(str(message["subject"]), html, plain)

    def _own_headers(
        self, recipient: Recipient, values: Mapping[str, Any], dated: datetime
    ) -> bytes:
        token = self._urls.tokens.sign(Kind.MESSAGE, recipient.message)
        # One URI, never folded or encoded: RFC 8058 readers take it as it stands.
        leave = values["unsubscribe_url"].encode("ascii")
        return _HEAD % (
            headers.mailbox(recipient.address, recipient.name),
            headers.text(self._subject.text(values)),
            headers.date(dated),
            headers.message_id(token, self._sender.domain),
            leave,
        )

    def _other_urls(
        self,
        recipient: Recipient,
        variant: Variant,
        dated: datetime,
        roots: Collection[str],
    ) -> dict[str, str]:
        urls, found = self._urls, {}
        if "preferences_url" in roots:
            found["preferences_url"] = self._preferences(recipient, dated)
        if "browser_url" in roots:
            found["browser_url"] = urls.view(recipient.message)
        if OPEN_URL in roots:
            found[OPEN_URL] = (
                urls.open(recipient.message)
                if variant.opens
                else urls.last_open(recipient.contact)
            )
        if CLICK_TOKEN in roots:
            found[CLICK_TOKEN] = urls.click_token(recipient.message)
        return found

    def _preferences(self, recipient: Recipient, dated: datetime) -> str:
        whose = {"workspace": recipient.workspace, "contact": recipient.contact}
        if self._urls.answers_for is None:
            return self._urls.preferences(**whose)
        return self._urls.answer(**whose, address=recipient.address, dated=dated)

    def _body(self, variant: Variant) -> "_Body":
        if variant not in self._bodies:
            self._bodies[variant] = self._make_body(variant)
        return self._bodies[variant]

    def _make_body(self, variant: Variant) -> "_Body":
        html, plain = self._content.html, self._content.text
        if variant.clicks:
            followed = self._urls.followed(self.links.destinations)
            html = links.track(html, followed)
            html = links.at_the_end(html, self._urls.trap_link())
            plain = links.track_text(plain, followed)
        if variant.opens or variant.last_open:
            html = links.with_pixel(html)
        return _Body(
            Part(plain, markup=False, fixed=self._fixed),
            Part(html, markup=True, fixed=self._fixed),
            self._boundary,
            self._enclosed.before,
        )


class _Body:
    """Two alternatives and the lines between them, as one row of pieces."""

    def __init__(self, text: Part, html: Part, boundary: bytes, before: bytes) -> None:
        self.text, self.html = text, html
        self.roots = text.roots | html.roots
        opening, middle, closing = framing.alternatives(boundary)
        self._pieces = Joined([before + opening, text, middle, html, closing])

    def encoded(self, values: Mapping[str, Any]) -> bytes:
        return self._pieces.encoded(values)

    @property
    def lets_leave(self) -> bool:
        return all("unsubscribe_url" in part.roots for part in (self.text, self.html))


@dataclass(frozen=True)
class SimpleMail:
    """A mail of its own: confirmation, receipt, notice. No list, nothing to leave."""

    sender: Sender
    to: str
    subject: str
    text: str
    # Before the @ of the Message-ID: the same at every attempt.
    message_id: str
    html: str = ""
    name: str = ""


def simple_message(mail: SimpleMail, dated: datetime) -> bytes:
    """The bytes of a mail written by the software (RFC 3834: auto-generated)."""
    head = b"".join(
        (
            headers.field("To", headers.mailbox(mail.to, mail.name)),
            headers.field("Subject", headers.text(mail.subject)),
            headers.field("Date", headers.date(dated)),
            headers.field(
                "Message-ID", headers.message_id(mail.message_id, mail.sender.domain)
            ),
            framing.from_field(mail.sender),
            b"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n",
        )
    )
    boundary = framing.boundary(mail.subject, mail.html, mail.text)
    plain = quoted_printable.encode(show(mail.text))
    if not mail.html:
        return _signed(mail.sender, head + framing.single(), (plain, CRLF))
    html = quoted_printable.encode(show(mail.html))
    opening, middle, closing = framing.alternatives(boundary)
    return _signed(
        mail.sender,
        head + framing.multipart(boundary),
        (opening, plain, middle, html, closing),
    )


def _enclosed(files: Sequence[File], boundary: bytes) -> Enclosed:
    if files:
        return enclose(files, boundary)
    return Enclosed(framing.multipart(boundary), before=b"", after=b"")


def _alternatives(message: EmailMessage) -> list[str]:
    """The text and the HTML, however many files stand around them."""
    parts = [message.get_body((kind,)) for kind in ("plain", "html")]
    return [part.get_content() for part in parts if part is not None]


def _signed(sender: Sender, head: bytes, body: Sequence[bytes]) -> bytes:
    """A whole message; its head ends with the empty line."""
    if sender.signer is None:
        return b"".join((head, *body))
    whole = b"".join(body)
    return sender.signer.sign(head[: -len(CRLF)], whole) + head + whole
