"""Who a campaign goes to: the gate's verdicts, narrowed by its segments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.campaigns import asking, blueprints, reader_hours, targeting
from webapp.campaigns.models import Campaign
from webapp.consent import gate
from webapp.consent.gate import Measures, Reason
from webapp.consent.models import Purpose
from webapp.contacts import queries as contacts
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.lanes import providers
from webapp.messages.models import Kind, Message, Status


@dataclass(frozen=True)
class Audience:
    """How many people will get a campaign, how many will not and why."""

    receiving: int
    left_out: Mapping[Reason, int]
    opens: int
    clicks: int

    @property
    def reasons(self) -> list[tuple[Reason, Any, int]]:
        """Why people are left out, with the words for it, the most frequent first."""
        ordered = sorted(self.left_out.items(), key=lambda one: -one[1])
        return [(reason, gate.WORDS[reason], count) for reason, count in ordered]

    def told(self) -> dict[str, Any]:
        """The same as JSON, to be remembered."""
        left_out = {reason.value: count for reason, count in self.left_out.items()}
        return {**vars(self), "left_out": left_out}

    @classmethod
    def remembered(cls, told: Mapping[str, Any]) -> "Audience":
        """What was told once."""
        left_out = {Reason(name): count for name, count in told["left_out"].items()}
        return cls(told["receiving"], left_out, told["opens"], told["clicks"])


def measure(campaign: Campaign) -> Audience:
    """The audience as it is now.

    :raises ListIsGone: when the campaign goes to no list.
    :raises RuleError: when one of its segments asks about something that is gone.
    """
    verdict = _verdicts(campaign).subquery("verdict")
    found = db.session.execute(
        select(
            verdict.c.reason,
            func.count(),
            func.count().filter(verdict.c.opens),
            func.count().filter(verdict.c.clicks),
        ).group_by(verdict.c.reason)
    )
    by_reason = {row[0]: row[1:] for row in found}
    receiving, opens, clicks = by_reason.pop(None, (0, 0, 0))
    left_out = {Reason(reason): counts[0] for reason, counts in by_reason.items()}
    return Audience(receiving, left_out, opens, clicks)


def reaches_anybody(campaign: Campaign) -> bool:
    """Whether one person at least may be written to now; raises as `measure` does."""
    looked_up = _verdicts(campaign, gate.verdicts)
    verdict = _among_agreeing(looked_up, campaign).subquery("verdict")
    found = select(verdict.c.contact_id).where(verdict.c.reason.is_(None)).limit(1)
    return db.session.scalar(found) is not None


def left_out(campaign: Campaign, reason: Reason, words: str = "") -> Select[Contact]:
    """The people who do not get it for this reason, with these words in their name or address.

    Raises as `measure` does.
    """
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    people = contacts.matching(workspace, words)
    people = targeting.narrowed(people, Contact.id, campaign)
    if reason in asking.REASONS:
        mailable = gate.let_through(people, workspace, purpose_of(campaign))
        return asking.stopped(mailable, campaign, reason)
    return gate.stopped(people, workspace, purpose_of(campaign), reason)


def question(campaign: Campaign) -> tuple[object, ...]:
    """All that the audience depends on besides the people; raises as `measure` does."""
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    purpose = purpose_of(campaign)
    return (
        purpose.id,
        purpose.other_bases,
        purpose.product_family,
        targeting.question(campaign),
        measures_of(campaign),
        workspace.measures_opens,
        workspace.measures_clicks,
        asking.question(campaign),
    )


def freeze(campaign: Campaign) -> int:
    """Make a message row for each person who may be written to; how many there are."""
    targeting.freshen(campaign)
    verdict = _among_agreeing(_verdicts(campaign), campaign).subquery("verdict")
    now = clock.now()
    rows = (
        select(
            literal(campaign.workspace_id),
            literal(campaign.id),
            verdict.c.contact_id,
            literal(Kind.CAMPAIGN.value),
            literal(Status.PENDING.value),
            literal(""),
            reader_hours.not_before(campaign, now),
            literal(now),
            providers.expression(Contact.email),
        )
        .join(Contact, Contact.id == verdict.c.contact_id)
        .where(verdict.c.reason.is_(None))
        .order_by(verdict.c.contact_id)
    )
    names = (
        "workspace_id",
        "campaign_id",
        "contact_id",
        "kind",
        "status",
        "recipient",
        "not_before",
        "created_at",
        "provider",
    )
    made = db.session.execute(
        insert(Message)
        .from_select(names, rows, include_defaults=False)
        .on_conflict_do_nothing(index_elements=["campaign_id", "contact_id"])
    )
    return int(made.rowcount)  # type: ignore[attr-defined]


def measures_of(campaign: Campaign) -> Measures:
    """What the campaign wants to measure: one that asks about it, nothing."""
    if campaign.asks_measuring:
        return gate.NOTHING
    return Measures(opens=campaign.measures_opens, clicks=campaign.measures_clicks)


def _verdicts(
    campaign: Campaign, judging: Callable[..., Select[Any]] = gate.verdicts_on_all
) -> Select[Any]:
    workspace = db.session.get_one(Workspace, campaign.workspace_id)
    verdicts = asking.narrowed(
        campaign, judging(workspace, purpose_of(campaign), measures_of(campaign))
    )
    return targeting.narrowed(verdicts, verdicts.selected_columns.contact_id, campaign)


def _among_agreeing(verdicts: Select[Any], campaign: Campaign) -> Select[Any]:
    """Without those who cannot be written to anyway: read along the index of who agreed."""
    agreeing = gate.agreeing(purpose_of(campaign))
    return verdicts.where(verdicts.selected_columns.contact_id.in_(agreeing))


def purpose_of(campaign: Campaign) -> Purpose:
    """What the people of its list agreed to; raises ListIsGone when it goes to no list."""
    return db.session.get_one(Purpose, blueprints.list_of(campaign).purpose_id)
