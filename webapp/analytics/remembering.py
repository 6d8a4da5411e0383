"""The report of a campaign: counted, remembered where it takes seconds, kept where hits are erased."""

from dataclasses import fields
from datetime import datetime

from webapp.accounts.models import Workspace
from webapp.analytics import queries
from webapp.analytics.models import KeptReport
from webapp.analytics.reports import FollowedLink, Report
from webapp.campaigns.models import Campaign
from webapp.contacts import counting
from webapp.contacts.counting import Counted
from webapp.core import clock
from webapp.core.db import db

# What was remembered of a report with other figures is of no use.
_QUESTION = tuple(
    field.name for kind in (Report, FollowedLink) for field in fields(kind)
)


def report(
    workspace: Workspace, campaign: Campaign, *, now: bool
) -> tuple[Report | None, Counted | None]:
    """The figures and their time; neither while they remain to be counted."""
    if kept := db.session.get(KeptReport, campaign.id):
        counted = Counted(kept.figures, kept.counted_at, is_new=True)
        return Report.remembered(kept.figures), counted
    found = counting.figures(
        workspace,
        ("report", campaign.id),
        _QUESTION,
        lambda: queries.report(workspace, campaign).told(),
        now=now,
    )
    return (Report.remembered(found.figures) if found else None), found


def kept_since(campaign: Campaign) -> datetime | None:
    """When the figures were counted, before the hits were erased; None: they are all there."""
    kept = db.session.get(KeptReport, campaign.id)
    return kept.counted_at if kept else None


def keep(workspace: Workspace, campaign: Campaign) -> None:
    """Count the figures a last time; a second call changes nothing."""
    if db.session.get(KeptReport, campaign.id) is None:
        figures = queries.report(workspace, campaign).told()
        db.session.add(
            KeptReport(
                campaign_id=campaign.id,
                workspace_id=workspace.id,
                counted_at=clock.now(),
                figures=figures,
            )
        )
        db.session.flush()
