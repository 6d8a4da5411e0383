"""The addresses of our own pages as this installation writes them into its mail."""

from webapp.accounts.models import Workspace
from webapp.core.installation import settings
from webapp.deliverability import sender_domains
from webapp.messages.links import MailUrls
from webapp.messages.mail_tokens import MailTokens


def tokens() -> MailTokens:
    """What signs the links in our mail; the tracking endpoints read with the same key."""
    return MailTokens(settings().secret_key.encode())


def base_url(workspace: Workspace, from_address: str) -> str:
    """Where the links of mail from this address lead: the workspace's own host, once checked."""
    host = sender_domains.tracking_host(workspace, from_address)
    return f"https://{host}" if host else settings().base_url


def urls() -> MailUrls:
    """The links of one message, below our public address."""
    return MailUrls(settings().base_url, tokens())
