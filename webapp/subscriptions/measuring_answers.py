"""The answer to a mail that asks whether one may be measured: a page of its own, and nothing else.

Mail is forwarded, so this link can do very little: for thirty days, and only while the address
is the one it was mailed to, it takes a yes to being measured. A no it takes for ever.
"""

from dataclasses import dataclass

from webapp.accounts.models import Workspace
from webapp.consent import ledger, purposes
from webapp.consent.ledger import Evidence
from webapp.consent.models import Purpose, PurposeKind, State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.messages import addressing, ending_links
from webapp.messages.mail_tokens import Kind
from webapp.subscriptions import describing, wording

METHOD = "measuring_mail"


@dataclass(frozen=True)
class Asked:
    """Who was asked, by which campaign, and whether a yes still counts."""

    workspace: Workspace
    contact: Contact
    campaign_id: int
    takes_yes: bool


@dataclass(frozen=True)
class Box:
    """One thing that would be measured, with its sentence, and whether the person agreed to it."""

    name: str
    sentence: str
    ticked: bool


def read(token: str) -> Asked | None:
    """Whom this link asks; None for one we did not make, or whose person is known no more."""
    ids = addressing.tokens().read(token, Kind.MEASURING)
    reader = describing.reader(*ids[:2]) if ids else None
    if ids is None or reader is None or reader.contact is None:
        return None
    _workspace, _contact, minute, mark, campaign_id = ids
    takes_yes = ending_links.is_open((minute, mark), reader.contact.email)
    return Asked(reader.workspace, reader.contact, campaign_id, takes_yes)


def boxes(asked: Asked, locale: str) -> list[Box]:
    """What the workspace would measure; what it does not, nobody is asked."""
    return [
        Box(
            purpose.kind,
            wording.measuring_sentence(
                PurposeKind(purpose.kind), asked.workspace, locale
            ),
            _state(asked, purpose) == State.GIVEN,
        )
        for purpose in _offered(asked.workspace)
    ]


def answer(asked: Asked, ticked: frozenset[str], locale: str) -> None:
    """Record a yes for each box that is ticked and a no for each other one.

    What was said already is not said again; a yes by a link that is over is no answer.
    """
    for purpose in _offered(asked.workspace):
        now = _state(asked, purpose)
        wants = purpose.kind in ticked
        if wants and (now == State.GIVEN or not asked.takes_yes):
            continue
        if not wants and now in {State.REFUSED, State.WITHDRAWN}:
            continue
        said = State.WITHDRAWN if now == State.GIVEN else State.REFUSED
        _record(asked, purpose, State.GIVEN if wants else said, locale)
    asked.contact.last_contact_at = asked.contact.updated_at = clock.now()


def preferences_url(asked: Asked) -> str:
    """The page of all preferences, as any mail leads to it: there one can have less."""
    return addressing.urls().preferences(
        workspace=asked.workspace.id, contact=asked.contact.id
    )


def _record(asked: Asked, purpose: Purpose, state: State, locale: str) -> None:
    kind = PurposeKind(purpose.kind)
    text_id = wording.measuring_id(kind, asked.workspace, locale)
    evidence = Evidence(METHOD, text_id, detail={"campaign": asked.campaign_id})
    ledger.record(asked.contact, purpose, state, evidence)


def _state(asked: Asked, purpose: Purpose) -> str | None:
    found = ledger.state_of(asked.contact, purpose)
    return found.state if found else None


def _offered(workspace: Workspace) -> list[Purpose]:
    both = purposes.measuring(workspace)
    wanted = (
        (both.opens, workspace.measures_opens),
        (both.clicks, workspace.measures_clicks),
    )
    return [purpose for purpose, is_wanted in wanted if is_wanted]
