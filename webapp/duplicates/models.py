"""What contacts are compared by, the pairs found, and the runs and models that found them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped

from webapp.contacts.aliases import ContactAlias
from webapp.core.db import HasId, Model
from webapp.core.personal_data import Category, personal, technical
from webapp.duplicates.keys import KINDS

__all__ = [
    "ContactAlias",
    "Decision",
    "DupPair",
    "MatchDue",
    "MatchModel",
    "MatchProfile",
    "MatchRun",
    "MatchSetting",
    "MergeEvent",
    "RunState",
]


class Decision(StrEnum):
    """What is to become, or became, of two contacts that may be one person."""

    # Safe enough to be merged without asking.
    AUTO = "auto"
    # A person has to look at it.
    PENDING = "pending"
    MERGED = "merged"
    # A person said that these are two people.
    REJECTED = "rejected"


class DupPair(HasId, Model):
    """Two contacts that may be one person, the one with the lower number first."""

    __tablename__ = "dup_pair"
    __table_args__ = (
        UniqueConstraint("a_id", "b_id"),
        CheckConstraint("a_id < b_id", name="in_order"),
        Index("ix_dup_pair_queue", "workspace_id", "decision", text("score DESC")),
        Index("ix_dup_pair_b_id", "b_id"),
    )

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    a_id: Mapped[int] = technical(ForeignKey("contact.id", ondelete="CASCADE"))
    b_id: Mapped[int] = technical(ForeignKey("contact.id", ondelete="CASCADE"))
    # How probable it is that they are one person, from 0 to 1.
    score: Mapped[float] = technical(Float)
    # What each comparison came to: {"email": ["same", 9.1], ...}, in bits; see `wording`.
    levels: Mapped[dict[str, Any]] = technical()
    # Why it was not merged without asking, as codes; see `wording`.
    reasons: Mapped[list[Any]] = technical(default=list, server_default="[]")
    decision: Mapped[str] = technical(String(8))
    user_id: Mapped[int | None] = technical(ForeignKey("user.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = technical()
    found_at: Mapped[datetime] = technical(server_default=func.now())
    model_version: Mapped[int] = technical()
    # What was compared: a pair that was rejected comes again only when this changed.
    a_fingerprint: Mapped[int] = technical(BigInteger)
    b_fingerprint: Mapped[int] = technical(BigInteger)


class MatchProfile(Model):
    """The marks a contact is found by, as made of what was known of it then."""

    __tablename__ = "match_profile"
    __table_args__ = (
        *(
            Index(
                f"ix_match_profile_{kind.name}",
                f"key_{kind.name}",
                postgresql_where=text(f"key_{kind.name} IS NOT NULL"),
            )
            for kind in KINDS
        ),
        # Room to note that nothing compared has changed, without touching an index.
        {"postgresql_with": {"fillfactor": 85}},
    )

    contact_id: Mapped[int] = technical(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    )
    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    # The contact's `updated_at` when its keys were made.
    seen_at: Mapped[datetime] = technical()
    # Of every compared field.
    fingerprint: Mapped[int] = technical(BigInteger)
    # One for each of `keys.KINDS`; nothing can be read from them.
    key_email: Mapped[int | None] = technical(BigInteger)
    key_local: Mapped[int | None] = technical(BigInteger)
    key_mobile: Mapped[int | None] = technical(BigInteger)
    key_landline: Mapped[int | None] = technical(BigInteger)
    key_reference: Mapped[int | None] = technical(BigInteger)
    key_names: Mapped[int | None] = technical(BigInteger)
    key_names_here: Mapped[int | None] = technical(BigInteger)
    key_names_year: Mapped[int | None] = technical(BigInteger)
    key_last_here: Mapped[int | None] = technical(BigInteger)
    key_first_here: Mapped[int | None] = technical(BigInteger)
    key_last_city: Mapped[int | None] = technical(BigInteger)
    key_first_city: Mapped[int | None] = technical(BigInteger)
    key_born: Mapped[int | None] = technical(BigInteger)
    key_last_born: Mapped[int | None] = technical(BigInteger)
    key_first_born: Mapped[int | None] = technical(BigInteger)
    key_number_street: Mapped[int | None] = technical(BigInteger)
    key_number_here: Mapped[int | None] = technical(BigInteger)
    key_street_here: Mapped[int | None] = technical(BigInteger)


class MatchDue(Model):
    """A contact that has still to be compared with everybody."""

    __tablename__ = "match_due"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    contact_id: Mapped[int] = technical(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class MatchModel(HasId, Model):
    """What agreement and contradiction weigh in a workspace; each training makes a new version."""

    __tablename__ = "match_model"
    __table_args__ = (UniqueConstraint("workspace_id", "version"),)

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    version: Mapped[int] = technical()
    is_trained: Mapped[bool] = technical(Boolean)
    # How many contacts there were, and how many pairs that are certain without a model.
    contacts: Mapped[int] = technical()
    certain_pairs: Mapped[int] = technical()
    # See `weights.Weights`.
    weights: Mapped[dict[str, Any]] = technical()
    made_at: Mapped[datetime] = technical(server_default=func.now())


class MatchSetting(Model):
    """How sure a workspace wants to be; without a row, the usual values."""

    __tablename__ = "match_setting"

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    # From which probability on a pair is merged without asking, or shown to a person.
    auto_at: Mapped[float] = technical(Float, default=0.95)
    review_at: Mapped[float] = technical(Float, default=0.90)
    merges_alone: Mapped[bool] = technical(Boolean, default=True)
    # The custom field that numbers people (loyalty card, customer number), or nothing.
    reference_key: Mapped[str] = technical(String(40), default="")


class RunState(StrEnum):
    """How far a search for duplicates is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class MatchRun(HasId, Model):
    """One search for duplicates in a whole workspace."""

    __tablename__ = "match_run"
    __table_args__ = (
        Index("ix_match_run_workspace_id_id", "workspace_id", "id"),
        # One at a time.
        Index(
            "uq_match_run_open",
            "workspace_id",
            unique=True,
            postgresql_where=text("state IN ('waiting', 'running')"),
        ),
    )

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    # Nobody: the timetable asked.
    user_id: Mapped[int | None] = technical(ForeignKey("user.id", ondelete="SET NULL"))
    state: Mapped[str] = technical(String(8), default=RunState.WAITING)
    # "marks", "model", "pairs", "clusters".
    step: Mapped[str] = technical(String(8), default="")
    done: Mapped[int] = technical(default=0)
    total: Mapped[int] = technical(default=0)
    # The number of the contact it has reached.
    reached: Mapped[int] = technical(BigInteger, default=0, server_default="0")
    # What it came to: pairs by decision, blocks that were too large by kind.
    figures: Mapped[dict[str, Any]] = technical(default=dict, server_default="{}")
    asked_at: Mapped[datetime] = technical(server_default=func.now())
    # The last sign of life of the worker.
    alive_at: Mapped[datetime | None] = technical()
    ended_at: Mapped[datetime | None] = technical()


class MergeEvent(HasId, Model):
    """Two contacts were made one: why, by whom, and all it takes to make them two again."""

    __tablename__ = "merge_event"
    __table_args__ = (
        Index("ix_merge_event_workspace_id_id", "workspace_id", "id"),
        Index("ix_merge_event_survivor_id", "survivor_id"),
        Index("ix_merge_event_absorbed_id", "absorbed_id"),
    )

    workspace_id: Mapped[int] = technical(
        ForeignKey("workspace.id", ondelete="CASCADE")
    )
    # Who the two are today: the survivor, or whoever absorbed the survivor since.
    contact_id: Mapped[int] = technical(
        ForeignKey("contact.id", ondelete="CASCADE"), index=True
    )
    survivor_id: Mapped[int] = technical(BigInteger)
    absorbed_id: Mapped[int] = technical(BigInteger)
    # Nobody: see `is_automatic`, or the colleague has left.
    user_id: Mapped[int | None] = technical(ForeignKey("user.id", ondelete="SET NULL"))
    is_automatic: Mapped[bool] = technical(default=False, server_default="false")
    at: Mapped[datetime] = technical()
    # What spoke for it, as the pair had it; None for two that nobody proposed.
    score: Mapped[float | None] = technical(Float)
    levels: Mapped[dict[str, Any]] = technical(default=dict, server_default="{}")
    # Whose value was chosen, by unit of `survivorship`.
    choices: Mapped[dict[str, Any]] = technical(default=dict, server_default="{}")
    # What was done, step by step (`journal.py`); emptied once it is undone, or for good.
    journal: Mapped[list[Any]] = personal(
        Category.IDENTITY, default=list, server_default="[]", deferred=True
    )
    # The last event of the ledger that was said before.
    said_until: Mapped[int] = technical(BigInteger)
    undone_at: Mapped[datetime | None] = technical()
    undone_by: Mapped[int | None] = technical(
        ForeignKey("user.id", ondelete="SET NULL")
    )
