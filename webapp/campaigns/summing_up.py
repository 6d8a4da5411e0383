"""A campaign in short, for the pages that decide: to whom, how many, who not and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.accounts.models import Workspace
from webapp.campaigns import planning
from webapp.campaigns.audiences import Audience
from webapp.campaigns.models import Campaign
from webapp.consent import gate
from webapp.consent.gate import Reason
from webapp.core.errors import DomainError
from webapp.core.i18n import _, _l
from webapp.segments import describing
from webapp.segments import queries as segments
from webapp.segments.rules import RuleError
from webapp.subscriptions import queries as lists

_OTHER_REASONS: dict[str, Any] = {
    "erased": _l("erased in the meantime"),
    "cancelled": _l("the campaign was cancelled first"),
}


@dataclass(frozen=True)
class Summary:
    """Whom a campaign goes to, in words and numbers; no audience: `trouble` says why."""

    list_name: str
    segment_name: str
    segment_words: str
    audience: Audience | None
    trouble: str


def summary(workspace: Workspace, campaign: Campaign) -> Summary:
    """The audience as it is now."""
    found = lists.find_list(workspace, campaign.mailing_list_id or 0)
    name, words = _segment(workspace, campaign)
    try:
        audience, trouble = planning.audience(campaign), ""
    except DomainError as error:
        audience, trouble = None, str(error)
    return Summary(
        list_name=found.name if found else "",
        segment_name=name,
        segment_words=words,
        audience=audience,
        trouble=trouble if found else _("Choose a list to see how many people get it."),
    )


def skipped_in_words(skipped: Mapping[str, int]) -> list[tuple[Any, int]]:
    """Why people did not get it, the most frequent reason first."""
    ordered = sorted(skipped.items(), key=lambda one: -one[1])
    return [(_words(reason), count) for reason, count in ordered]


def _segment(workspace: Workspace, campaign: Campaign) -> tuple[str, str]:
    if not campaign.segment_id:
        return "", ""
    segment = segments.get_segment(workspace, campaign.segment_id)
    try:
        root = segments.rules_of(workspace, segment)
    except RuleError as error:
        return segment.name, str(error)
    return segment.name, describing.sentence(root, segments.catalogue(workspace))


def _words(reason: str) -> Any:
    if reason in tuple(Reason):
        return gate.WORDS[Reason(reason)]
    return _OTHER_REASONS.get(reason, reason.replace("_", " "))
