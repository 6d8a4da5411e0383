"""The numbers and addresses that people went by before two contacts of theirs were made one.

An address that was given up so is no address we write to: it tells who somebody is, no more.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    String,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import Mapped

from webapp.accounts.models import Workspace
from webapp.contacts import queries
from webapp.contacts.models import Contact
from webapp.core.db import Model, db
from webapp.core.personal_data import Category, personal, technical


class ContactAlias(Model):
    """A contact that was made one with another: the number and the address it went by."""

    __tablename__ = "contact_alias"
    __table_args__ = (
        # Found by its beginning, too.
        Index(
            "ix_contact_alias_email",
            "workspace_id",
            literal_column("lower(email)").label("lowered"),
            postgresql_ops={"lowered": "text_pattern_ops"},
        ),
    )

    # No foreign key: that contact is no more, and comes back under its number.
    former_id: Mapped[int] = technical(
        BigInteger, primary_key=True, autoincrement=False
    )
    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    contact_id: Mapped[int] = technical(
        ForeignKey("contact.id", ondelete="CASCADE"), index=True
    )
    email: Mapped[str] = personal(Category.CONTACT, String(254))
    since: Mapped[datetime] = technical()


def known(workspace: Workspace, contact_id: int) -> Contact | None:
    """Who has this number, or had it before they were made one with another contact."""
    found = queries.find(workspace, contact_id)
    if found is not None:
        return found
    alias = db.session.get(ContactAlias, contact_id)
    if alias is None or alias.workspace_id != workspace.id:
        return None
    return queries.find(workspace, alias.contact_id)


def find_by_email(workspace: Workspace, email: str) -> Contact | None:
    """Who has this address or, if nobody has it, had it before they were made one with another.

    For facts about a person, such as an order. A sign-up asks for mail at an address: it
    makes a contact of its own, with consents of its own.
    """
    found = queries.find_by_email(workspace, email)
    if found is not None:
        return found
    return db.session.scalar(
        select(Contact)
        .join(ContactAlias, ContactAlias.contact_id == Contact.id)
        .where(
            ContactAlias.workspace_id == workspace.id,
            func.lower(ContactAlias.email) == email.strip().lower(),
        )
        .order_by(ContactAlias.since.desc(), ContactAlias.former_id.desc())
        .limit(1)
    )


def beginning_with(
    workspace: Workspace, typed: str, most: int = 5
) -> list[tuple[ContactAlias, Contact]]:
    """The former addresses that begin so, and who had them."""
    beginning = typed.strip().lower()
    if not beginning:
        return []
    rows = db.session.execute(
        select(ContactAlias, Contact)
        .join(Contact, Contact.id == ContactAlias.contact_id)
        .where(
            ContactAlias.workspace_id == workspace.id,
            func.lower(ContactAlias.email).startswith(beginning, autoescape=True),
        )
        .order_by(ContactAlias.former_id)
        .limit(most)
    )
    return [(row.ContactAlias, row.Contact) for row in rows]


def of(contact: Contact) -> list[ContactAlias]:
    """The other contacts that this one was made of, the latest first."""
    return list(
        db.session.scalars(
            select(ContactAlias)
            .where(ContactAlias.contact_id == contact.id)
            .order_by(ContactAlias.since.desc(), ContactAlias.former_id.desc())
        )
    )


def numbers(contact: Contact) -> list[int]:
    """All the numbers under which this person said something."""
    return [contact.id, *(alias.former_id for alias in of(contact))]
