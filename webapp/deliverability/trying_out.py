"""Try a mail server before anything depends on it: what it says, and one message through it."""

from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid

from webapp.accounts.models import Workspace
from webapp.core import clock
from webapp.core.i18n import _
from webapp.deliverability import sender_domains
from webapp.deliverability.dkim import CRLF
from webapp.deliverability.transports import Envelope, Outcome, kinds
from webapp.deliverability.transports.kinds import Server
from webapp.deliverability.transports.smtp_connection import Failure
from webapp.deliverability.transports.smtp_opening import open_connection, tls_context
from webapp.deliverability.transports.smtp_server import Security, SmtpServer

# Somebody is looking at the page and waits.
PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Finding:
    """What came of speaking with a server; `code` is 0 when it said nothing."""

    works: bool
    code: int = 0
    said: str = ""


def connect(server: SmtpServer) -> Finding:
    """Connect, encrypt and sign in as for sending, and send nothing."""
    server = replace(server, timeout=PATIENCE_SECONDS)
    context = None if server.security is Security.NONE else tls_context(server)
    try:
        connection, _extensions = open_connection(server, context)
    except Failure as failure:
        return Finding(works=False, code=failure.code, said=failure.text)
    connection.quit()
    return Finding(works=True)


def send_test(server: Server, workspace: Workspace, to: str) -> Outcome:
    """Hand one short message over and tell what the server made of it."""
    transport = kinds.transport(_impatient(server))
    sender = workspace.sender_email or workspace.rights_email
    envelope = Envelope(1, sender, to, _message(workspace, sender, to))
    try:
        [outcome] = transport.send([envelope])
    finally:
        transport.close()
    return outcome


def _impatient(server: Server) -> Server:
    if isinstance(server, SmtpServer):
        server = replace(server, dot_timeout=PATIENCE_SECONDS)
    return replace(server, timeout=PATIENCE_SECONDS)


def _message(workspace: Workspace, sender: str, to: str) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = formataddr((workspace.sender_name or workspace.name, sender))
    mail["To"] = to
    mail["Subject"] = _("Test e-mail of %(shop)s", shop=workspace.name)
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    mail.set_content(
        _("This e-mail shows that %(shop)s can send e-mail.", shop=workspace.name)
        + "\n"
    )
    head, _empty, body = mail.as_bytes().partition(CRLF * 2)
    signer = sender_domains.signer_for(workspace, sender)
    signature = signer.sign(head + CRLF, body) if signer else b""
    return signature + head + CRLF * 2 + body
