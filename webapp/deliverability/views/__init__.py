"""The pages about the way mail leaves, and the mailbox that catches it."""

from webapp.deliverability.views.domains import blueprint as domains
from webapp.deliverability.views.mail_servers import blueprint as mail_servers
from webapp.deliverability.views.mailbox import blueprint as mailbox
from webapp.deliverability.views.sending import blueprint as sending

__all__ = ["domains", "mail_servers", "mailbox", "sending"]
