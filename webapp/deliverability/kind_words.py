"""The kinds of mail servers as a person chooses among them."""

from dataclasses import dataclass
from typing import Any

from webapp.core.i18n import _l
from webapp.deliverability.models import ServerKind


@dataclass(frozen=True)
class KindWords:
    """What it is, what one needs, where one finds it, and what to know before."""

    title: Any
    summary: Any
    where: Any
    know: Any = ""
    icon: str = "api"


WORDS: dict[ServerKind, KindWords] = {
    ServerKind.SMTP: KindWords(
        _l("Any SMTP server"),
        _l(
            "Your host, your company or any provider: a server name, a user name and a "
            "password."
        ),
        _l(
            "Your provider lists them as “SMTP”, “outgoing mail” or “relay” settings. "
            "If there is a choice, take port 587 with STARTTLS, or 465 with TLS."
        ),
        _l(
            "An ordinary e-mail account allows a few hundred e-mails a day. For newsletters, take "
            "a provider made for them."
        ),
        "server",
    ),
    ServerKind.BREVO: KindWords(
        "Brevo",
        _l("A French provider. You need an API key."),
        _l(
            "At app.brevo.com: your name at the top right, “SMTP & API”, then “API keys”. "
            "An SMTP key is something else and does not fit here."
        ),
        _l(
            "Brevo measures opens and clicks by itself unless you switch that off in its "
            "transactional settings, and takes no pictures within a message: use its SMTP "
            "server for those."
        ),
    ),
    ServerKind.MAILGUN: KindWords(
        "Mailgun",
        _l("You need your sending domain and a sending key. It has servers in Europe."),
        _l(
            "At app.mailgun.com: “Sending”, “Domain settings”, then “Sending API keys”. "
            "The region is the one the domain was created in."
        ),
    ),
    ServerKind.POSTMARK: KindWords(
        "Postmark",
        _l("You need the token of a server, and a broadcast stream for newsletters."),
        _l(
            "At account.postmarkapp.com: your server, then “API Tokens”. The stream is in "
            "“Message Streams”."
        ),
        _l(
            "Set the stream’s unsubscribe handling to “custom”: your newsletters bring their "
            "own link."
        ),
    ),
    ServerKind.SCALEWAY: KindWords(
        "Scaleway",
        _l("A French provider. You need the ID of a project and a secret key."),
        _l(
            "At console.scaleway.com: the ID is on the project’s dashboard, the key in “IAM”, "
            "“API keys”. The key needs the right to send transactional e-mail."
        ),
        _l(
            "Meant for single e-mails: ask Scaleway before you send newsletters. It refuses "
            "subjects of fewer than ten letters, messages of more than 2 MB and pictures "
            "within a message."
        ),
    ),
    ServerKind.SES: KindWords(
        "Amazon SES",
        _l("You need an access key of AWS, and the region your domain is verified in."),
        _l(
            "At console.aws.amazon.com: “IAM”, a user with the right ses:SendEmail, then "
            "“Create access key”. The region is at the top right of the SES console."
        ),
        _l(
            "A new account writes to verified addresses only, until Amazon grants it "
            "“production access”."
        ),
    ),
}
