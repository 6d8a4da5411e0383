"""What may still be changed: a campaign that is a draft, held until the commit."""

from webapp.campaigns import planning
from webapp.campaigns.models import Campaign, Status
from webapp.core import clock
from webapp.core.errors import DomainError
from webapp.core.i18n import _l


class NoLongerADraft(DomainError):
    """What is scheduled, on its way or sent is not changed any more."""

    message = _l(
        "Only a draft can be changed. Unschedule the campaign, or duplicate it."
    )


def hold(campaign: Campaign) -> None:
    """See the campaign as it is, and let nobody else change it until the commit.

    :raises NoLongerADraft: when it is too late.
    """
    planning.lock(campaign)
    if campaign.status != Status.DRAFT:
        raise NoLongerADraft


def changed(campaign: Campaign) -> None:
    """What was prepared from the draft as it was is not used again."""
    campaign.updated_at = clock.now()
