"""How an address of a mail service stands, in one word."""

from enum import StrEnum

from webapp.incoming.models import WebhookAddress
from webapp.incoming.webhooks.kinds import Key
from webapp.incoming.webhooks.services import SERVICES


class State(StrEnum):
    """What the shop has to know, the worst first."""

    KEY_MISSING = "key_missing"
    REFUSED = "refused"
    # A topic waits for our yes.
    CONFIRMING = "confirming"
    HEARD = "heard"
    WAITING = "waiting"


def of(address: WebhookAddress) -> State:
    """Whether the service is heard, or what keeps it from being."""
    if SERVICES[address.kind].key is Key.SIGNING and not address.key_encrypted:
        return State.KEY_MISSING
    heard, refused = address.last_event_at, address.last_refused_at
    if refused and (heard is None or refused > heard):
        return State.REFUSED
    if address.confirm_url:
        return State.CONFIRMING
    return State.HEARD if heard else State.WAITING
