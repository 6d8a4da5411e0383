"""What the workspace has that a segment may ask about, gathered into its catalogue."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Table, select

from webapp.accounts.models import Workspace
from webapp.consent import purposes
from webapp.consent.models import Basis, Purpose, PurposeKind, State
from webapp.contacts.models import Attribute, AttributeKind
from webapp.core.db import Model, db
from webapp.core.i18n import _l
from webapp.purchases.models import SiteEventName
from webapp.segments import leaning, offered
from webapp.segments.catalogue import Catalogue
from webapp.segments.columns import NEVER_ASKED
from webapp.segments.kinds import Kind
from webapp.segments.models import Segment
from webapp.segments.subjects import (
    ATTRIBUTE,
    CONSENT,
    CONSENT_BASIS,
    CONSENT_SINCE,
    LIST,
    PART,
    SEGMENT,
    Heading,
    Subject,
)
from webapp.subscriptions.models import MailingList

ADDRESS_PARTS: Mapping[str, Any] = MappingProxyType(
    {
        "street": _l("street"),
        "postcode": _l("postcode"),
        "city": _l("city"),
        "country": _l("country"),
    }
)
STATES: Mapping[str, Any] = MappingProxyType(
    {
        State.GIVEN.value: _l("given"),
        State.PENDING.value: _l("waiting to be confirmed"),
        State.REFUSED.value: _l("refused"),
        State.WITHDRAWN.value: _l("withdrawn"),
        NEVER_ASKED: _l("never asked"),
    }
)
BASES: Mapping[str, Any] = MappingProxyType(
    {
        Basis.CONSENT.value: _l("consent"),
        Basis.EXISTING_CUSTOMER.value: _l("customer"),
        Basis.LEGITIMATE_INTEREST.value: _l("profession"),
    }
)
_MEASURING: Mapping[str, Any] = MappingProxyType(
    {
        PurposeKind.OPENS.value: _l("Measuring of opens"),
        PurposeKind.CLICKS.value: _l("Measuring of clicks"),
    }
)
# Nothing was sent of these.
_UNSENT = ("draft", "scheduled")


def of(workspace: Workspace) -> Catalogue:
    """Everything a segment of this workspace may ask about."""
    return Catalogue(
        lists=_lists(workspace),
        attributes=_attributes(workspace),
        more=[
            *_consents(workspace),
            *offered.mails(_campaigns(workspace)),
            *_events(workspace),
            *_segments(workspace),
        ],
        clicks=purposes.measuring(workspace).clicks.id,
    )


def _lists(workspace: Workspace) -> Iterator[Subject]:
    found = select(MailingList.id, MailingList.name, MailingList.purpose_id).where(
        MailingList.workspace_id == workspace.id, MailingList.archived_at.is_(None)
    )
    for row in db.session.execute(found.order_by(MailingList.name)):
        yield Subject(
            f"{LIST}{row.id}",
            row.name,
            Kind.LIST,
            heading=Heading.LISTS,
            number=row.purpose_id,
        )


def _consents(workspace: Workspace) -> Iterator[Subject]:
    found = select(Purpose.id, Purpose.kind, Purpose.name).where(
        Purpose.workspace_id == workspace.id
    )
    for row in db.session.execute(found.order_by(Purpose.kind, Purpose.name)):
        yield from _consent(row)


def _consent(row: Any) -> Iterable[Subject]:
    name = _MEASURING.get(row.kind, row.name)
    told: tuple[tuple[str, Any, Kind, Mapping[str, Any]], ...] = (
        (CONSENT, _l("Consent: %(name)s", name=name), Kind.CHOICE, STATES),
        (CONSENT_BASIS, _l("Legal basis: %(name)s", name=name), Kind.CHOICE, BASES),
        (CONSENT_SINCE, _l("Last answer: %(name)s", name=name), Kind.DATE, {}),
    )
    for prefix, label, kind, words in told:
        yield Subject(
            f"{prefix}{row.id}",
            label,
            kind,
            tuple(words),
            Heading.LISTS,
            words,
            number=row.id,
        )


def _attributes(workspace: Workspace) -> Iterator[Subject]:
    found = select(Attribute).where(Attribute.workspace_id == workspace.id)
    for one in db.session.scalars(found.order_by(Attribute.name)):
        key = f"{ATTRIBUTE}{one.key}"
        if one.kind != AttributeKind.ADDRESS:
            yield Subject(
                key, one.name, Kind(one.kind), tuple(one.choices), Heading.CUSTOM
            )
            continue
        for part, words in ADDRESS_PARTS.items():
            label = _l("%(field)s: %(part)s", field=one.name, part=words)
            yield Subject(f"{key}{PART}{part}", label, Kind.TEXT, (), Heading.CUSTOM)


def _campaigns(workspace: Workspace) -> Mapping[str, Any]:
    # Campaigns stand above segments: only their numbers and names are looked at.
    campaign: Table = Model.metadata.tables["campaign"]
    found = select(campaign.c.id, campaign.c.name).where(
        campaign.c.workspace_id == workspace.id, campaign.c.status.not_in(_UNSENT)
    )
    rows = db.session.execute(found.order_by(campaign.c.id.desc()))
    return {str(row.id): row.name for row in rows}


def _events(workspace: Workspace) -> Iterator[Subject]:
    found = select(SiteEventName.name).where(SiteEventName.workspace_id == workspace.id)
    for name in db.session.scalars(found.order_by(SiteEventName.name)):
        yield offered.event(name)


def _segments(workspace: Workspace) -> Iterator[Subject]:
    found = select(Segment.id, Segment.name, Segment.rules).where(
        Segment.workspace_id == workspace.id
    )
    rows = list(db.session.execute(found.order_by(Segment.name, Segment.id)))
    measured = leaning.measured({row.id: row.rules for row in rows})
    for row in rows:
        yield Subject(
            f"{SEGMENT}{row.id}",
            row.name,
            Kind.SEGMENT,
            heading=Heading.SEGMENTS,
            number=row.id,
            needs_measuring=row.id in measured,
        )
