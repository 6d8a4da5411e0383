"""Why a lane is slowed down or closed, in a shopkeeper's words."""

from webapp.core.i18n import Lazy, _l

BUSY = "busy"
CONNECTIONS = "connections"
RATE = "rate"
REPUTATION = "reputation"
POLICY = "policy"
AUTHENTICATION = "authentication"
REVERSE_DNS = "reverse_dns"
QUOTA = "quota"
UNREACHABLE = "unreachable"
SIGN_IN = "sign_in"
TURNED_AWAY = "turned_away"

SENTENCES: dict[str, Lazy] = {
    BUSY: _l("The provider asks us to come back later."),
    CONNECTIONS: _l("The provider wants fewer connections at a time."),
    RATE: _l("The provider wants fewer messages from us for a while."),
    REPUTATION: _l(
        "The provider distrusts this server or your domain: too many complaints or"
        " unknown addresses, or a place on a block list."
    ),
    POLICY: _l("The provider refuses our mail by a rule of its own."),
    AUTHENTICATION: _l(
        "The provider does not find your mail authenticated: check SPF, DKIM and DMARC"
        " of your domain."
    ),
    REVERSE_DNS: _l(
        "The address of the mail server has no name that leads back to it: whoever runs"
        " the server has to set its reverse DNS."
    ),
    QUOTA: _l("The mail server has reached its own limit for the hour or the day."),
    UNREACHABLE: _l("The mail server does not answer."),
    TURNED_AWAY: _l("The mail server does not want to talk with us."),
    SIGN_IN: _l(
        "The mail server does not let us in: check the user name and password."
    ),
}


def sentence(reason: str) -> Lazy | None:
    """The sentence for a reason; None where there is none to tell."""
    return SENTENCES.get(reason)
