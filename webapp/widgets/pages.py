"""Where somebody can sign up to a list without a site of the merchant."""

from sqlalchemy import select

from webapp.core import installation
from webapp.core.db import db
from webapp.subscriptions.models import MailingList
from webapp.widgets.models import Widget

# A shop counter is for the people in the shop.
NOT_FOR_VISITORS = "kiosk"


def sign_up_page(mailing_list: MailingList) -> str:
    """The address of a published form of the list, the newest page of its own first; empty without one."""
    display = Widget.design["display"].astext
    public_id = db.session.scalar(
        select(Widget.public_id)
        .where(
            Widget.workspace_id == mailing_list.workspace_id,
            Widget.mailing_list_id == mailing_list.id,
            Widget.published_at.is_not(None),
            Widget.archived_at.is_(None),
            display.is_distinct_from(NOT_FOR_VISITORS),
        )
        .order_by((display == "page").desc().nulls_last(), Widget.id.desc())
        .limit(1)
    )
    if public_id is None or mailing_list.archived_at:
        return ""
    return installation.address(f"/f/{public_id}")
