"""Contacts and the fields a workspace adds to them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped

from webapp.core.db import HasId, Model
from webapp.core.personal_data import Category, personal, technical

# The words of a contact as a search finds them (`contacts/words.py`); for the address also what is
# inside its words. The index and the question must spell this alike: see docs/decisions/0009.
SEARCHED = (
    "contact_words(workspace_id, (email)::text, (first_name)::text, (last_name)::text,"
    " (company)::text, (postcode)::text, (city)::text, (phone)::text, (landline)::text)"
)


class Frequency(StrEnum):
    """How many campaigns somebody wants at most."""

    ALL = "all"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Contact(HasId, Model):
    """One person the workspace knows."""

    __tablename__ = "contact"
    __table_args__ = (
        Index(
            "uq_contact_workspace_id_email",
            "workspace_id",
            text("lower(email)"),
            unique=True,
        ),
        Index("ix_contact_workspace_id_id", "workspace_id", "id"),
        # Whoever works from what changed asks for those "updated since my mark".
        Index("ix_contact_workspace_id_updated_at", "workspace_id", "updated_at"),
        # Two in a hundred, always the same ones, by whom a segment is estimated.
        Index(
            "ix_contact_sampled",
            "workspace_id",
            "id",
            postgresql_where=text("hashint8extended(id, 0) % 50 = 0"),
        ),
        # The few whose data is used for nothing, or who want less, found among a million.
        Index(
            "ix_contact_restricted",
            "workspace_id",
            "id",
            postgresql_where=text("restricted_at IS NOT NULL"),
        ),
        Index(
            "ix_contact_slowed",
            "workspace_id",
            "id",
            postgresql_where=text("paused_until IS NOT NULL OR frequency <> 'all'"),
        ),
        Index(
            "ix_contact_attributes",
            "attributes",
            postgresql_using="gin",
            postgresql_ops={"attributes": "jsonb_path_ops"},
        ),
        Index("ix_contact_words", text(SEARCHED), postgresql_using="gin"),
    )

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    email: Mapped[str] = personal(Category.CONTACT, String(254))
    civility: Mapped[str] = personal(Category.IDENTITY, String(10), default="")
    first_name: Mapped[str] = personal(Category.IDENTITY, String(100), default="")
    last_name: Mapped[str] = personal(Category.IDENTITY, String(100), default="")
    phone: Mapped[str] = personal(Category.CONTACT, String(30), default="")
    postcode: Mapped[str] = personal(Category.CONTACT, String(20), default="")
    city: Mapped[str] = personal(Category.CONTACT, String(100), default="")
    country: Mapped[str] = personal(Category.CONTACT, String(2), default="")
    # A name of the IANA's ("Indian/Reunion"); empty where the country decides.
    time_zone: Mapped[str] = personal(
        Category.CONTACT, String(40), default="", server_default=""
    )
    street: Mapped[str] = personal(
        Category.CONTACT, String(200), default="", server_default=""
    )
    # Floor, building, "chez ..."
    street_more: Mapped[str] = personal(
        Category.CONTACT, String(200), default="", server_default=""
    )
    landline: Mapped[str] = personal(
        Category.CONTACT, String(30), default="", server_default=""
    )
    birth_date: Mapped[date | None] = personal(Category.IDENTITY)
    job_title: Mapped[str] = personal(
        Category.IDENTITY, String(100), default="", server_default=""
    )
    company: Mapped[str] = personal(
        Category.IDENTITY, String(150), default="", server_default=""
    )
    # Nine digits of the register of companies (INSEE), and five more for one of its places.
    siren: Mapped[str] = personal(
        Category.IDENTITY, String(9), default="", server_default=""
    )
    siret: Mapped[str] = personal(
        Category.IDENTITY, String(14), default="", server_default=""
    )
    vat_number: Mapped[str] = personal(
        Category.IDENTITY, String(20), default="", server_default=""
    )
    # What it does (NAF, "62.01Z"), and how many work there (a band of INSEE's, "11").
    activity: Mapped[str] = personal(
        Category.IDENTITY, String(10), default="", server_default=""
    )
    headcount: Mapped[str] = personal(
        Category.IDENTITY, String(12), default="", server_default=""
    )
    founded_on: Mapped[date | None] = personal(Category.IDENTITY)
    language: Mapped[str] = personal(Category.PREFERENCES, String(5), default="fr")
    attributes: Mapped[dict[str, Any]] = personal(
        Category.PREFERENCES, default=dict, server_default="{}"
    )
    # By which door the person came: "widget", "demo", "staff", "import", "api".
    source: Mapped[str] = personal(Category.CONSENT, String(30), default="")
    restricted_at: Mapped[datetime | None] = personal(Category.CONSENT)
    frequency: Mapped[str] = personal(
        Category.PREFERENCES, String(7), default=Frequency.ALL, server_default="all"
    )
    # The day on which campaigns come again by themselves.
    paused_until: Mapped[date | None] = personal(Category.PREFERENCES)
    # Kept only for those who want fewer than all.
    last_campaign_at: Mapped[datetime | None] = personal(Category.MESSAGES)
    # The last sign of life FROM the person (never an open): retention counts from here.
    last_contact_at: Mapped[datetime] = personal(
        Category.BEHAVIOUR, server_default=func.now()
    )
    # A day without an hour, written over each time, to stop writing to people who no longer
    # read: for no segment, no statistics, no profile (CNIL, 2026-042). See `last_opens`.
    last_open_on: Mapped[date | None] = personal(Category.BEHAVIOUR)
    created_at: Mapped[datetime] = technical(server_default=func.now())
    updated_at: Mapped[datetime] = technical(server_default=func.now())

    @property
    def full_name(self) -> str:
        """First and last name, as far as they are known."""
        return f"{self.first_name} {self.last_name}".strip()


class AttributeKind(StrEnum):
    """The types a custom field can have."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    # Any of several: a list of words.
    CHOICES = "choices"
    YES_NO = "yes_no"
    # A postal address: an object with the parts of `attributes.ADDRESS_PARTS`.
    ADDRESS = "address"


class Attribute(HasId, Model):
    """A field that the workspace adds to its contacts; values are in `contact.attributes`."""

    __tablename__ = "attribute"
    __table_args__ = (UniqueConstraint("workspace_id", "key"),)

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    key: Mapped[str] = technical(String(40))
    name: Mapped[str] = technical(String(80))
    kind: Mapped[str] = technical(String(20))
    choices: Mapped[list[Any]] = technical(default=list, server_default="[]")
    category: Mapped[str] = technical(String(20), default=Category.PREFERENCES)
    # Whether people see it on their preference page and may fill it in.
    asked_of_people: Mapped[bool] = technical(default=False, server_default="false")
    # Its place among the fields of the workspace; equal ones stand by name.
    position: Mapped[int] = technical(SmallInteger, default=0, server_default="0")


class ContactRecord(HasId, Model):
    """What somebody said of a contact at one moment: which values, and what stood there before."""

    __tablename__ = "contact_record"
    __table_args__ = (
        Index("ix_contact_record_contact_id_id", "contact_id", "id"),
        # All that one import said, to be taken back in its order.
        Index(
            "ix_contact_record_import",
            "source_id",
            "id",
            postgresql_where=text("source = 'import'"),
        ),
    )

    # Without a key of its own: the contact's goes with the workspace.
    workspace_id: Mapped[int] = technical(BigInteger)
    contact_id: Mapped[int] = technical(ForeignKey("contact.id", ondelete="CASCADE"))
    # By which door: see `records.SOURCES`; the row of that door (an import, a widget...).
    source: Mapped[str] = technical(String(20))
    source_id: Mapped[int | None] = technical(BigInteger)
    user_id: Mapped[int | None] = technical(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = technical(server_default=func.now())
    # By field as `records` names them; only those that are new or changed.
    given: Mapped[dict[str, Any]] = personal(Category.IDENTITY)
    replaced: Mapped[dict[str, Any]] = personal(
        Category.IDENTITY, default=dict, server_default="{}"
    )
    # In other words than those that are kept: "06 12 34 56 78" beside "+33612345678".
    typed: Mapped[dict[str, Any]] = personal(
        Category.IDENTITY, default=dict, server_default="{}"
    )
    # Taken back since, by a record of its own.
    undone_at: Mapped[datetime | None] = technical()


class ContactNote(HasId, Model):
    """What a colleague wrote down about a contact, in their own words."""

    __tablename__ = "contact_note"
    __table_args__ = (Index("ix_contact_note_contact_id_id", "contact_id", "id"),)

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), index=True
    )
    contact_id: Mapped[int] = technical(ForeignKey("contact.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = technical(ForeignKey("user.id", ondelete="SET NULL"))
    body: Mapped[str] = personal(Category.IDENTITY, Text)
    pinned: Mapped[bool] = technical(default=False, server_default="false")
    written_at: Mapped[datetime] = technical()


class ProfileWeights(Model):
    """Which fields matter to a workspace, and how much: none, 1 or 2, by field."""

    __tablename__ = "profile_weights"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    weights: Mapped[dict[str, Any]] = technical()


class AddressChange(HasId, Model):
    """A move to another address: asked for, confirmed from there, and undone from the old one."""

    __tablename__ = "address_change"
    __table_args__ = (
        # How many mails this address was sent lately, in the whole installation.
        Index("ix_address_change_new_address_hash", "new_address_hash", "requested_at"),
    )

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), index=True
    )
    contact_id: Mapped[int] = technical(
        ForeignKey("contact.id", ondelete="CASCADE"), index=True
    )
    new_address: Mapped[str] = personal(Category.CONTACT, String(254))
    new_address_hash: Mapped[bytes] = personal(Category.CONTACT, LargeBinary(32))
    # What it was when the new one was confirmed; until then nothing.
    old_address: Mapped[str] = personal(Category.CONTACT, String(254), default="")
    token_hash: Mapped[str] = technical(String(64), unique=True)
    undo_hash: Mapped[str | None] = technical(String(64), unique=True)
    requested_at: Mapped[datetime] = personal(Category.CONTACT)
    expires_at: Mapped[datetime] = technical()
    confirmed_at: Mapped[datetime | None] = personal(Category.CONTACT)
    undone_at: Mapped[datetime | None] = personal(Category.CONTACT)


class RememberedCount(Model):
    """Figures over everybody, as they were when somebody counted: counting takes seconds."""

    __tablename__ = "remembered_count"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    # What was counted, such as "audience:12", and the mark of the exact question.
    subject: Mapped[str] = technical(String(40), primary_key=True)
    question: Mapped[str] = technical(String(64))
    figures: Mapped[dict[str, Any]] = technical()
    at: Mapped[datetime] = technical()
