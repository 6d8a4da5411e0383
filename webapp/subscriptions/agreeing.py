"""What somebody ticks at a sign-up, and the moment it becomes consent."""

from dataclasses import dataclass, field
from typing import Any

from webapp.accounts.models import Workspace
from webapp.consent import ledger, purposes
from webapp.consent.ledger import Evidence
from webapp.consent.models import Basis, Purpose, PurposeKind, State
from webapp.contacts.models import Contact
from webapp.core import clock, events
from webapp.core.db import db
from webapp.subscriptions import partners, wording
from webapp.subscriptions.events import Subscribed
from webapp.subscriptions.models import MailingList


@dataclass(frozen=True)
class Asked:
    """What the person wants: the kept wording of each box that was ticked, None for the others.

    Without `text_id` it is the list's own sentence.
    """

    text_id: int | None = None
    opens: int | None = None
    clicks: int | None = None
    # The wording of each partner's box, by the number of its purpose.
    partners: dict[str, int] = field(default_factory=dict)
    # The address of a parent, of whoever is under fifteen; empty once it is forgotten.
    parent: str | None = None
    # By which door: "widget", "demo", "staff", "preferences".
    method: str = "widget"
    # How a colleague got the agreement: "paper", "phone", "shop", "email".
    collected: str = ""
    # The link they came by, as it was called then, and its number.
    source: str = ""
    source_id: int | None = None

    @property
    def is_for_a_child(self) -> bool:
        """Whether a parent must agree as well (LIL article 45)."""
        return self.parent is not None

    @property
    def detail(self) -> dict[str, Any]:
        """What the ledger keeps of the way they came."""
        told = {"collected": self.collected, "source": self.source}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True)
class Wish:
    """One purpose somebody wants to agree to, with where they stand with it."""

    purpose: Purpose
    text_id: int
    state: State | None
    # Whether that state is the person's own word rather than a sale or a profession.
    has_agreed: bool = True

    @property
    def is_new(self) -> bool:
        """Not agreed to so far; who is written to as a customer did not agree, and still can."""
        return not (self.state is State.GIVEN and self.has_agreed)

    @property
    def was_declined(self) -> bool:
        """The person said no to it once."""
        return self.state in {State.REFUSED, State.WITHDRAWN}


def boxes(workspace: Workspace, locale: str, *, opens: bool, clicks: bool) -> Asked:
    """What was ticked, where the boxes about measuring showed our usual sentences."""

    def text(kind: PurposeKind) -> int:
        return wording.measuring_id(kind, workspace, locale)

    return Asked(
        opens=text(PurposeKind.OPENS) if opens else None,
        clicks=text(PurposeKind.CLICKS) if clicks else None,
    )


def wishes(
    workspace: Workspace, mailing_list: MailingList, contact: Contact, asked: Asked
) -> list[Wish]:
    """Every purpose that was ticked; the list itself comes first, and a child is asked nothing else."""
    own = asked.text_id or wording.shown_id(workspace, mailing_list)
    ticked = [(db.session.get_one(Purpose, mailing_list.purpose_id), own)]
    if not asked.is_for_a_child:
        ticked += _beside(workspace, asked)
    return [_wish(contact, purpose, text_id) for purpose, text_id in ticked]


def give(
    mailing_list: MailingList,
    contact: Contact,
    wanted: list[Wish],
    asked: Asked,
    *,
    method: str,
    widget_version_id: int | None = None,
) -> None:
    """Record each new agreement with the words it was given to; the person shows a sign of life."""
    new = [wish for wish in wanted if wish.is_new]
    for wish in new:
        evidence = Evidence(
            method=method,
            text_id=wish.text_id,
            widget_version_id=widget_version_id,
            detail=asked.detail,
            sealed={"parent": asked.parent} if asked.parent else {},
        )
        ledger.record(contact, wish.purpose, State.GIVEN, evidence)
    contact.last_contact_at = contact.updated_at = clock.now()
    if any(wish.purpose.id == mailing_list.purpose_id for wish in new):
        events.publish(
            Subscribed(
                workspace_id=mailing_list.workspace_id,
                mailing_list_id=mailing_list.id,
                contact_id=contact.id,
                widget_version_id=widget_version_id,
                source_id=asked.source_id,
            )
        )


def _beside(workspace: Workspace, asked: Asked) -> list[tuple[Purpose, int]]:
    """What has a box of its own: each measure, each partner."""
    measuring = purposes.measuring(workspace)
    measures = ((measuring.opens, asked.opens), (measuring.clicks, asked.clicks))
    return [
        *((purpose, text_id) for purpose, text_id in measures if text_id is not None),
        *partners.asked_about(workspace, asked.partners),
    ]


def _wish(contact: Contact, purpose: Purpose, text_id: int) -> Wish:
    found = ledger.state_of(contact, purpose)
    if found is None:
        return Wish(purpose, text_id, None)
    agreed = found.basis == Basis.CONSENT
    return Wish(purpose, text_id, State(found.state), has_agreed=agreed)
