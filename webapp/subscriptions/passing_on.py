"""The addresses that go to a partner: of those alone who said yes to it and whom nothing protects from it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Exists, Select, exists, func, or_, select

from webapp.accounts import auditing
from webapp.accounts.models import AuditEntry, Workspace
from webapp.consent import gate
from webapp.consent.gate import NOTHING, Reason
from webapp.consent.models import (
    Basis,
    ConsentEvent,
    ConsentState,
    Purpose,
    ShownText,
    State,
)
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.core.spreadsheets import as_csv
from webapp.subscriptions.models import Partner

# What the sentence says is passed on, and what the partner needs to prove it (GDPR article 7(1)).
COLUMNS = ("email", "agreed_at", "words", "proof")
WITHDRAWN_COLUMNS = ("email", "withdrew_at", "proof")
ROWS_AT_ONCE = 1000
# How the audit log tells an export; who has an address is looked up there.
EXPORTED = "partner.exported"
AGREED, WITHDREW = "agreed", "withdrew"


@dataclass(frozen=True)
class Figures:
    """How many people agreed to a partner, and how many took it back."""

    agreed: int = 0
    withdrew: int = 0


def figures(asked: Iterable[Partner]) -> dict[int, Figures]:
    """The figures of each partner by its number, in one reading of the index."""
    by_purpose = {partner.purpose_id: partner.id for partner in asked}
    rows = db.session.execute(
        select(ConsentState.purpose_id, ConsentState.state, func.count())
        .where(ConsentState.purpose_id.in_(by_purpose))
        .group_by(ConsentState.purpose_id, ConsentState.state)
    )
    counted = {(by_purpose[number], state): people for number, state, people in rows}
    return {
        number: Figures(
            agreed=counted.get((number, State.GIVEN), 0),
            withdrew=counted.get((number, State.WITHDRAWN), 0),
        )
        for number in by_purpose.values()
    }


def export(workspace: Workspace, partner: Partner, who: str) -> Iterator[str]:
    """The file of those who agreed, or of those who withdrew since; that it was taken is logged."""
    auditing.record(workspace, EXPORTED, partner, who=who)
    told = withdrawn_lines if who == WITHDREW else lines
    return told(workspace, partner)


def lines(workspace: Workspace, partner: Partner) -> Iterator[str]:
    """The addresses as CSV, with the day and the words of each yes and its place in the ledger.

    Read little by little. Nothing else of a person is in it: they agreed to nothing else.
    """
    rows = db.session.execute(
        _people(workspace, partner), execution_options={"yield_per": ROWS_AT_ONCE}
    )
    # A generator: the cursor is opened when the file is read, after the request's commit.
    yield from as_csv(COLUMNS, rows)


def withdrawn_lines(workspace: Workspace, partner: Partner) -> Iterator[str]:
    """Those who took their yes back, so that the partner forgets them too (GDPR article 19).

    Nobody whose address the partner never got: it would get it by this.
    """
    rows = db.session.execute(
        select(Contact.email, ConsentState.since, ConsentEvent.seq)
        .join(ConsentState, ConsentState.contact_id == Contact.id)
        .join(ConsentEvent, ConsentEvent.id == ConsentState.event_id)
        .where(
            Contact.workspace_id == workspace.id,
            ConsentState.purpose_id == partner.purpose_id,
            ConsentState.state == State.WITHDRAWN,
            _was_passed_on(partner),
        )
        .order_by(Contact.id),
        execution_options={"yield_per": ROWS_AT_ONCE},
    )
    yield from as_csv(WITHDRAWN_COLUMNS, rows)


def _was_passed_on(partner: Partner) -> Exists:
    """Whether the person agreed to the partner at the moment of any of its exports."""
    last_word = (
        select(ConsentEvent.state)
        .where(
            ConsentEvent.workspace_id == partner.workspace_id,
            ConsentEvent.contact_id == ConsentState.contact_id,
            ConsentEvent.purpose_id == partner.purpose_id,
            ConsentEvent.at <= AuditEntry.at,
        )
        .order_by(ConsentEvent.seq.desc())
        .limit(1)
        .correlate(ConsentState, AuditEntry)
        .scalar_subquery()
    )
    return (
        exists()
        .where(
            AuditEntry.workspace_id == partner.workspace_id,
            AuditEntry.target_kind == Partner.__tablename__,
            AuditEntry.target_id == partner.id,
            AuditEntry.action == EXPORTED,
            AuditEntry.detail["who"].astext == AGREED,
            last_word == State.GIVEN,
        )
        .correlate(ConsentState)
    )


def _people(workspace: Workspace, partner: Partner) -> Select[*tuple[Any, ...]]:
    purpose = db.session.get_one(Purpose, partner.purpose_id)
    verdict = gate.verdicts(workspace, purpose, NOTHING).subquery("verdict")
    return (
        select(Contact.email, ConsentState.since, ShownText.body, ConsentEvent.seq)
        .join(ConsentState, ConsentState.contact_id == Contact.id)
        .join(verdict, verdict.c.contact_id == Contact.id)
        .join(ConsentEvent, ConsentEvent.id == ConsentState.event_id)
        .join(ShownText, ShownText.id == ConsentEvent.text_id)
        .where(
            Contact.workspace_id == workspace.id,
            ConsentState.purpose_id == purpose.id,
            ConsentState.state == State.GIVEN,
            # Only a yes passes an address on (CPCE article L34-5).
            ConsentState.basis == Basis.CONSENT,
            # How often we write ourselves is another matter.
            or_(verdict.c.reason.is_(None), verdict.c.reason == Reason.OFTEN_ENOUGH),
        )
        .order_by(Contact.id)
    )
