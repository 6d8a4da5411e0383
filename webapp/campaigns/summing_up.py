"""A campaign in short, for the pages that decide: to whom, how many, who not and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.accounts.models import Workspace
from webapp.campaigns import audiences, planning, targeting
from webapp.campaigns.audiences import Audience
from webapp.campaigns.models import Campaign
from webapp.consent import gate
from webapp.consent.gate import Reason
from webapp.contacts import counting
from webapp.contacts.counting import Counted
from webapp.core.errors import DomainError
from webapp.core.i18n import _, _l
from webapp.segments import describing
from webapp.segments import queries as segments
from webapp.segments.models import Segment
from webapp.segments.rules import RuleError
from webapp.subscriptions import queries as lists

_OTHER_REASONS: dict[str, Any] = {
    "erased": _l("erased in the meantime"),
    "cancelled": _l("the campaign was cancelled first"),
    "expired": _l("tried for three days"),
    "merged": _l("made one with another contact in the meantime"),
    "unwritable": _l("the message could not be completed for them"),
    "other_script": _l(
        "the mail server does not carry addresses in other scripts (SMTPUTF8)"
    ),
}


@dataclass(frozen=True)
class Summary:
    """Whom a campaign goes to, in words and numbers; no audience: `trouble` says why."""

    list_name: str
    # The segments it goes to and those it leaves out, each by name with its rules in words.
    included: list[tuple[str, str]]
    excluded: list[tuple[str, str]]
    audience: Audience | None
    trouble: str
    # When the audience was counted; None while it is not, or cannot be.
    counted: Counted | None


def summary(workspace: Workspace, campaign: Campaign, *, now: bool) -> Summary:
    """The audience as it is, or as it was counted last; `now` counts it, however long that takes.

    Without an audience and without trouble, it remains to be counted.
    """
    found = lists.find_list(workspace, campaign.mailing_list_id or 0)
    chosen = targeting.targets(campaign)
    counted, trouble = None, ""
    try:
        counted = _counted(workspace, campaign, now=now)
    except DomainError as error:
        trouble = str(error)
    return Summary(
        list_name=found.name if found else "",
        included=[_told(workspace, one) for one in chosen.included],
        excluded=[_told(workspace, one) for one in chosen.excluded],
        audience=Audience.remembered(counted.figures) if counted else None,
        trouble=trouble if found else _("Choose a list to see how many people get it."),
        counted=counted,
    )


def skipped_in_words(skipped: Mapping[str, int]) -> list[tuple[Any, int]]:
    """Why people did not get it, the most frequent reason first."""
    ordered = sorted(skipped.items(), key=lambda one: -one[1])
    return [(_words(reason), count) for reason, count in ordered]


def _counted(workspace: Workspace, campaign: Campaign, *, now: bool) -> Counted | None:
    return counting.figures(
        workspace,
        ("audience", campaign.id),
        audiences.question(campaign),
        lambda: planning.audience(campaign).told(),
        now=now,
    )


def _told(workspace: Workspace, segment: Segment) -> tuple[str, str]:
    try:
        root = segments.rules_of(workspace, segment)
    except RuleError as error:
        return segment.name, str(error)
    return segment.name, describing.sentence(root, segments.catalogue(workspace))


def _words(reason: str) -> Any:
    if reason in tuple(Reason):
        return gate.WORDS[Reason(reason)]
    return _OTHER_REASONS.get(reason, reason.replace("_", " "))
