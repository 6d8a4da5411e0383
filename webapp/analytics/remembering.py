"""The report of a campaign, remembered where it concerns so many that it takes seconds to count."""

from dataclasses import fields

from webapp.accounts.models import Workspace
from webapp.analytics import queries
from webapp.analytics.reports import Report
from webapp.campaigns.models import Campaign
from webapp.contacts import counting
from webapp.contacts.counting import Counted

# What was remembered of a report with other figures is of no use.
_QUESTION = tuple(field.name for field in fields(Report))


def report(
    workspace: Workspace, campaign: Campaign, *, now: bool
) -> tuple[Report | None, Counted | None]:
    """The figures and their time; neither while they remain to be counted."""
    counted = counting.figures(
        workspace,
        ("report", campaign.id),
        _QUESTION,
        lambda: queries.report(workspace, campaign).told(),
        now=now,
    )
    return (Report.remembered(counted.figures) if counted else None), counted
