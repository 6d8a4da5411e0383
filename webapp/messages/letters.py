"""The bytes of a mail that is no newsletter, the same at every attempt."""

from dataclasses import dataclass

from jinja2 import TemplateError

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core import clock, mail_templates
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.core.mail_templates import Words
from webapp.deliverability import return_paths, sender_domains
from webapp.messages import addressing
from webapp.messages.framing import Sender
from webapp.messages.headers import AddressCannotBeWritten
from webapp.messages.mail_tokens import Kind
from webapp.messages.mime import SimpleMail, simple_message
from webapp.messages.models import Kind as MessageKind
from webapp.messages.models import Message


class CannotBeWritten(DomainError):
    """Its words or its address make no mail."""

    message = _l("This e-mail cannot be written.")


@dataclass(frozen=True)
class Letter:
    """What the envelope needs: the return path and the bytes."""

    sender: str
    body: bytes


def write(
    message: Message, workspace: Workspace, contact: Contact | None, recipient: str
) -> Letter:
    """The mail in the words of its content, dated like its first attempt.

    :raises CannotBeWritten: when its template or its addresses are broken.
    """
    address = workspace.sender_email or workspace.rights_email
    sender = Sender(
        address=address,
        name=workspace.sender_name or workspace.name,
        signer=sender_domains.signer_for(workspace, address),
    )
    try:
        words = _words(message, workspace, contact)
        mail = SimpleMail(
            sender=sender,
            to=recipient,
            subject=words.subject,
            text=words.text,
            message_id=addressing.tokens().sign(Kind.MESSAGE, message.id),
            html=words.html,
            name=_name(message, contact),
        )
        body = simple_message(mail, message.dated_at or clock.now())
    except (TemplateError, AddressCannotBeWritten) as error:
        raise CannotBeWritten from error
    return Letter(_return_path(message.id, workspace, address), body)


def _return_path(message_id: int, workspace: Workspace, address: str) -> str:
    """Where this message comes back if nobody takes it: an address of its own, else the sender's."""
    host = sender_domains.return_path_host(workspace, address)
    return return_paths.address(message_id, host) if host else address


def _name(message: Message, contact: Contact | None) -> str:
    """A confirmation goes to an address anybody can enter: it repeats nothing of theirs."""
    if contact is None or message.kind == MessageKind.CONFIRMATION:
        return ""
    return contact.full_name


def _words(message: Message, workspace: Workspace, contact: Contact | None) -> Words:
    content = message.content
    if "words" in content:
        return Words(**content["words"])
    values = {**content["values"], "workspace": workspace, "contact": contact}
    return mail_templates.write(content["template"], content["locale"], values)
