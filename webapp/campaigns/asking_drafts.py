"""The draft of a campaign that asks whether one may be measured."""

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.campaigns import asking
from webapp.campaigns.models import Campaign
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _, _l
from webapp.messages import starters
from webapp.subscriptions import queries as lists

# The words of the mail, as the template itself: ready to be changed, never translated.
_SUBJECTS = {
    "fr": "Une question, et deux cases à cocher ou pas",
    "en": "One question, and two boxes to tick or not",
}
LANGUAGES = tuple(_SUBJECTS)


class NothingToAsk(DomainError):
    """A workspace that measures nothing needs no agreement to it."""

    status = 422
    message = _l("There is nothing to ask: measuring opens and clicks is switched off.")


def create(workspace: Workspace, list_id: int, language: str) -> Campaign:
    """A draft for a list, in French or English.

    :raises NotFound: for a list of another workspace.
    :raises NothingToAsk: where the workspace measures nothing.
    """
    mailing_list = lists.get_list(workspace, list_id)
    if not asking.measured(workspace):
        raise NothingToAsk
    language = language if language in LANGUAGES else LANGUAGES[0]
    campaign = Campaign(
        workspace_id=workspace.id,
        name=_("May we measure? – %(list)s", list=mailing_list.name)[:120],
        mailing_list_id=mailing_list.id,
        sender_name=workspace.sender_name or workspace.name,
        sender_email=workspace.sender_email,
        subject=_SUBJECTS[language],
        mjml=starters.asking(language),
        locale=language,
        asks_measuring=True,
        measures_opens=False,
        measures_clicks=False,
    )
    db.session.add(campaign)
    db.session.flush()
    auditing.record(workspace, "campaign.created", campaign, asks_measuring=True)
    return campaign
