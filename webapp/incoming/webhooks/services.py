"""The mail services we know; adding one touches nothing but this list and its own file."""

from webapp.incoming.webhooks.kinds import Kind
from webapp.incoming.webhooks.kinds.brevo import BREVO
from webapp.incoming.webhooks.kinds.mailgun import MAILGUN
from webapp.incoming.webhooks.kinds.mailjet import MAILJET
from webapp.incoming.webhooks.kinds.postmark import POSTMARK
from webapp.incoming.webhooks.kinds.scaleway import SCALEWAY
from webapp.incoming.webhooks.kinds.sendgrid import SENDGRID
from webapp.incoming.webhooks.kinds.ses import SES

SERVICES: dict[str, Kind] = {
    kind.source: kind
    for kind in (SES, MAILGUN, SENDGRID, POSTMARK, BREVO, MAILJET, SCALEWAY)
}
