"""A server that was set right gets mail at once, whatever its old settings were answered."""

from sqlalchemy import select

from webapp.core.db import db
from webapp.deliverability.events import MailServerChanged
from webapp.lanes import adapting
from webapp.lanes.models import WHOLE_SERVER, Lane


def open_again(fact: MailServerChanged) -> None:
    """Forget what closed the whole server; what single providers asked for stays."""
    lane = db.session.scalar(
        select(Lane)
        .where(Lane.mail_server_id == fact.server_id, Lane.provider == WHOLE_SERVER)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if lane:
        adapting.reset(lane)
