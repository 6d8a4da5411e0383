"""The kinds of mail servers, and the transport that speaks with each."""

from webapp.deliverability.transports import Transport, api
from webapp.deliverability.transports.api import ApiTransport, Provider
from webapp.deliverability.transports.api_server import ApiServer, BadApiServer
from webapp.deliverability.transports.brevo import Brevo
from webapp.deliverability.transports.mailgun import Mailgun
from webapp.deliverability.transports.postmark import Postmark
from webapp.deliverability.transports.scaleway import Scaleway
from webapp.deliverability.transports.ses import Ses
from webapp.deliverability.transports.smtp import SmtpTransport
from webapp.deliverability.transports.smtp_server import SmtpServer

Server = SmtpServer | ApiServer

PROVIDERS: dict[str, Provider] = {
    "ses": Ses(),
    "brevo": Brevo(),
    "mailgun": Mailgun(),
    "postmark": Postmark(),
    "scaleway": Scaleway(),
}


def transport(server: Server) -> Transport:
    """A new way to a server, not yet connected. Raises BadApiServer."""
    if isinstance(server, SmtpServer):
        return SmtpTransport(server)
    return ApiTransport(server, _provider(server))


def check(server: ApiServer) -> None:
    """Whether mail can be handed over on these terms. Raises BadApiServer."""
    api.check(server, _provider(server))


def carries_pictures(server: Server) -> bool:
    """Whether it takes messages with pictures within."""
    return isinstance(server, SmtpServer) or _provider(server).carries_pictures


def _provider(server: ApiServer) -> Provider:
    if server.kind not in PROVIDERS:
        raise BadApiServer("kind", "there is no such kind of mail server")
    return PROVIDERS[server.kind]
