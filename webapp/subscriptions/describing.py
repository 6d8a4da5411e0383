"""What a person reads on the pages behind our links."""

from dataclasses import dataclass

from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.consent.models import ShownText
from webapp.contacts import aliases
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.subscriptions import queries, wording
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.models import Confirmation, MailingList


@dataclass(frozen=True)
class Told:
    """A sign-up as its confirmation page tells it: who asks, and each sentence that was ticked."""

    workspace: Workspace
    mailing_list: MailingList
    sentences: list[str]
    notice: str
    address: str
    # A parent must agree as well.
    is_for_a_child: bool


@dataclass(frozen=True)
class Reader:
    """Whom a link of ours was made for; the contact may have been erased since, or merged."""

    workspace: Workspace
    contact: Contact | None
    mailing_list: MailingList | None = None


def confirmation(asked_for: Confirmation) -> Told:
    """The sentences the person saw beside the boxes they ticked, word for word."""
    asked = Asked(**asked_for.asked)
    numbers = [asked.text_id, asked.opens, asked.clicks, *asked.partners.values()]
    rows = db.session.execute(
        select(ShownText.id, ShownText.body).where(
            ShownText.workspace_id == asked_for.workspace_id,
            ShownText.id.in_([number for number in numbers if number]),
        )
    )
    bodies = {row.id: row.body for row in rows}
    mailing_list = asked_for.mailing_list
    return Told(
        workspace=db.session.get_one(Workspace, asked_for.workspace_id),
        mailing_list=mailing_list,
        sentences=[bodies[number] for number in numbers if number in bodies],
        notice=wording.notice_of(mailing_list, asked_for.locale),
        address=db.session.get_one(Contact, asked_for.contact_id).email,
        is_for_a_child=asked.is_for_a_child,
    )


def reader(workspace_id: int, contact_id: int, list_id: int = 0) -> Reader | None:
    """Who a signed link is about; None when even the workspace has gone."""
    workspace = db.session.get(Workspace, workspace_id)
    if workspace is None:
        return None
    return Reader(
        workspace=workspace,
        # Links in mail to an address that was given up in a merge go on working.
        contact=aliases.known(workspace, contact_id),
        mailing_list=queries.find_list(workspace, list_id),
    )
