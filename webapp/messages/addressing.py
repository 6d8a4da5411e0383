"""The addresses of our own pages as this installation writes them into its mail."""

from webapp.core.installation import settings
from webapp.messages.links import MailUrls
from webapp.messages.mail_tokens import MailTokens


def tokens() -> MailTokens:
    """What signs the links in our mail; the tracking endpoints read with the same key."""
    return MailTokens(settings().secret_key.encode())


def urls() -> MailUrls:
    """The links of one message, below our public address."""
    return MailUrls(settings().base_url, tokens())
