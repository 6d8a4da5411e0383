"""What is doubtful in a base, how good it was day by day, and whom we asked to bring it up to date."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    func,
    text,
)
from sqlalchemy.orm import Mapped

from webapp.core.db import HasId, Model
from webapp.core.personal_data import Category, personal, technical


class Doubt(StrEnum):
    """What can be wrong with a profile."""

    # One slip away from a domain that most people have.
    MISTYPED = "mistyped"
    # The domain of the address takes no mail.
    DEAD_DOMAIN = "dead_domain"
    PHONE = "phone"
    LANDLINE = "landline"
    # Postcode and city do not go together.
    PLACE = "place"
    COMPANY = "company"
    # Values that we would write otherwise today; nothing is wrong with them.
    UNTIDY = "untidy"


class Verdict(StrEnum):
    """What the DNS says about mail for a domain."""

    RECEIVES = "receives"
    # There is no such name.
    MISSING = "missing"
    # "Takes no mail" (RFC 7505), or no server at all (RFC 5321 5.1).
    REFUSES = "refuses"
    # It did not say, as yet: nothing follows from that.
    UNKNOWN = "unknown"


class DomainCheck(Model):
    """Whether a domain that contacts have takes mail, as the DNS said it last."""

    __tablename__ = "domain_check"

    domain: Mapped[str] = technical(String(253), primary_key=True)
    verdict: Mapped[str] = technical(String(10))
    # Since when the verdict is the same.
    since: Mapped[datetime] = technical()
    checked_at: Mapped[datetime] = technical()
    # Questions in a row that the DNS left without an answer.
    failures: Mapped[int] = technical(SmallInteger, default=0, server_default="0")


class TrustedDomain(Model):
    """A domain that looks mistyped, and of which a colleague said that it is right."""

    __tablename__ = "trusted_domain"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    domain: Mapped[str] = technical(String(253), primary_key=True)


class Finding(Model):
    """One doubt about one contact; `hint` is what was probably meant."""

    __tablename__ = "quality_finding"
    __table_args__ = (Index("ix_quality_finding_contact_id", "contact_id"),)

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    doubt: Mapped[str] = technical(String(12), primary_key=True)
    contact_id: Mapped[int] = technical(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    )
    hint: Mapped[str] = personal(
        Category.CONTACT, String(300), default="", server_default=""
    )


class QualityState(Model):
    """How far the contacts of a workspace were looked through, and by which rules."""

    __tablename__ = "quality_state"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    # Every change before this moment was looked at; of those up to `until`, while a look
    # is under way, the contacts up to this number.
    seen_at: Mapped[datetime] = technical()
    until: Mapped[datetime | None] = technical()
    seen_id: Mapped[int] = technical(BigInteger, default=0, server_default="0")
    rules: Mapped[int] = technical(SmallInteger, default=0, server_default="0")
    # A colleague waits for figures since.
    wanted_at: Mapped[datetime | None] = technical()
    # A colleague had values put into their usual form; how far that got.
    tidied_by: Mapped[int | None] = technical(
        ForeignKey("user.id", ondelete="SET NULL")
    )
    tidied_until: Mapped[int | None] = technical(BigInteger)


class QualityDay(Model):
    """The figures of a workspace on one day: today's are counted again, the others stay."""

    __tablename__ = "quality_day"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = technical(primary_key=True)
    # From 0 to 100: see `scoring`.
    score: Mapped[int] = technical(SmallInteger)
    figures: Mapped[dict[str, Any]] = technical()
    counted_at: Mapped[datetime] = technical()


class UpdateRound(HasId, Model):
    """People were asked to bring these fields of their profile up to date."""

    __tablename__ = "update_round"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), index=True
    )
    # Whose readers are asked: the gate is asked about it, when the mail leaves too.
    mailing_list_id: Mapped[int] = technical(
        ForeignKey("mailing_list.id", ondelete="CASCADE")
    )
    user_id: Mapped[int | None] = technical(ForeignKey("user.id", ondelete="SET NULL"))
    fields: Mapped[list[Any]] = technical()
    created_at: Mapped[datetime] = technical(server_default=func.now())
    # When those who are asked were written down; empty while that goes on.
    chosen_at: Mapped[datetime | None] = technical()
    stopped_at: Mapped[datetime | None] = technical()


class UpdateRequest(Model):
    """One person of such a round; not written to as long as `asked_at` is empty."""

    __tablename__ = "update_request"
    __table_args__ = (
        Index("ix_update_request_contact_id", "contact_id"),
        Index(
            "ix_update_request_waiting",
            "round_id",
            "contact_id",
            postgresql_where=text("asked_at IS NULL"),
        ),
    )

    round_id: Mapped[int] = technical(
        ForeignKey("update_round.id", ondelete="CASCADE"), primary_key=True
    )
    contact_id: Mapped[int] = technical(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    )
    asked_at: Mapped[datetime | None] = personal(Category.MESSAGES)
