"""Who may be on a list besides those who agreed: customers, professionals, each under its conditions."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from webapp.accounts import access, auditing
from webapp.accounts.models import Workspace
from webapp.consent import bases, gate, grounds, ledger
from webapp.consent.grounds import Ground
from webapp.consent.ledger import Evidence
from webapp.consent.models import Basis, Purpose, ShownText, State
from webapp.contacts import queries as contacts
from webapp.contacts.models import Contact
from webapp.core import events
from webapp.core.db import db
from webapp.subscriptions import wording
from webapp.subscriptions.events import Subscribed
from webapp.subscriptions.models import MailingList


@dataclass(frozen=True)
class Accepted:
    """What a list accepts besides consent, and what it needs for that."""

    customers: bool
    product_family: str
    sale_notice: str
    professionals: bool


@dataclass(frozen=True)
class Everywhere:
    """What the lists in use accept, all of them together."""

    bases: frozenset[str]
    families: list[str]


def of_workspace(workspace: Workspace) -> Everywhere:
    """The bases that at least one list in use accepts, and the products their lists are about."""
    found = db.session.scalars(
        select(Purpose)
        .join(MailingList, MailingList.purpose_id == Purpose.id)
        .where(
            MailingList.workspace_id == workspace.id, MailingList.archived_at.is_(None)
        )
    ).all()
    return Everywhere(
        bases=frozenset().union(
            {Basis.CONSENT.value}, *(one.other_bases for one in found)
        ),
        families=sorted({one.product_family for one in found} - {""}),
    )


def settings(workspace: Workspace, mailing_list: MailingList) -> Accepted:
    """What the list accepts now; its notice is proposed until somebody writes it better."""
    purpose = purpose_of(mailing_list)
    accepted = bases.accepted(purpose)
    return Accepted(
        customers=Basis.EXISTING_CUSTOMER in accepted,
        product_family=purpose.product_family,
        sale_notice=mailing_list.sale_notice
        or wording.sale_notice(workspace, mailing_list.locale),
        professionals=Basis.LEGITIMATE_INTEREST in accepted,
    )


def change(workspace: Workspace, mailing_list: MailingList, told: Accepted) -> None:
    """Accept this from now on; who stands on what is no longer accepted gets nothing more."""
    purpose = purpose_of(mailing_list)
    wanted = zip(bases.OTHERS, (told.customers, told.professionals), strict=True)
    purpose.other_bases = [basis.value for basis, is_wanted in wanted if is_wanted]
    purpose.product_family = told.product_family
    mailing_list.sale_notice = told.sale_notice
    if told.customers:
        ledger.shown(
            workspace, grounds.SALE_NOTICE, told.sale_notice, mailing_list.locale
        )
    auditing.record(
        workspace, "list.bases_changed", mailing_list, bases=purpose.other_bases
    )


def sale_notices(workspace: Workspace) -> Sequence[ShownText]:
    """Every notice that customers of the workspace could read at a sale, the newest first."""
    return db.session.scalars(
        select(ShownText)
        .where(
            ShownText.workspace_id == workspace.id,
            ShownText.kind == grounds.SALE_NOTICE,
        )
        .order_by(ShownText.id.desc())
    ).all()


def put_on(
    mailing_list: MailingList,
    contact: Contact,
    ground: Ground,
    notice_id: int | None = None,
) -> None:
    """Write to somebody who did not ask for it, on a ground that a colleague states.

    :raises GroundIsRefused: when the ground does not carry it.
    """
    purpose = purpose_of(mailing_list)
    evidence = Evidence(
        method="staff", text_id=notice_id, user_id=access.current_user_id()
    )
    ledger.record(contact, purpose, State.GIVEN, evidence, ground)
    events.publish(
        Subscribed(
            workspace_id=mailing_list.workspace_id,
            mailing_list_id=mailing_list.id,
            contact_id=contact.id,
        )
    )


def reachable(workspace: Workspace, mailing_list: MailingList) -> Select[Contact]:
    """The people on the list who may be written to now."""
    everybody = contacts.matching(workspace)
    return gate.let_through(everybody, workspace, purpose_of(mailing_list))


def purpose_of(mailing_list: MailingList) -> Purpose:
    """The purpose that who is on the list agreed to, or is written to for."""
    return db.session.get_one(Purpose, mailing_list.purpose_id)
