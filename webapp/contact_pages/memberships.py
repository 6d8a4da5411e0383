"""The segments that hold a contact now, and those it left."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.segments.models import Segment, SegmentChange, SegmentMember

LEFT_SHOWN = 20


@dataclass(frozen=True)
class Membership:
    """One segment, and since when the contact is in it, or when it left."""

    segment: Segment
    at: datetime


@dataclass(frozen=True)
class Memberships:
    """Where a contact belongs, by name, and where it no longer does, latest first."""

    present: list[Membership]
    left: list[Membership]


def of(contact: Contact) -> Memberships:
    """The segments of a contact, as they were last found."""
    present = db.session.execute(
        select(Segment, SegmentMember.entered_at)
        .join(SegmentMember, SegmentMember.segment_id == Segment.id)
        .where(SegmentMember.contact_id == contact.id)
        .order_by(Segment.name, Segment.id)
    )
    left = db.session.execute(
        select(Segment, SegmentChange.at)
        .join(SegmentChange, SegmentChange.segment_id == Segment.id)
        .where(SegmentChange.contact_id == contact.id, SegmentChange.entered.is_(False))
        .order_by(SegmentChange.at.desc(), SegmentChange.id.desc())
        .limit(LEFT_SHOWN)
    )
    return Memberships(
        [Membership(segment, at) for segment, at in present],
        [Membership(segment, at) for segment, at in left],
    )
