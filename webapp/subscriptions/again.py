"""Ask for a confirmation mail once more; who asks learns nothing of what becomes of it."""

from webapp.core.db import db
from webapp.subscriptions import capping, confirming, jobs
from webapp.subscriptions.models import MailingList


def ask(mailing_list: MailingList, email: str) -> None:
    """Leave it to a worker, so that the answer takes as long whatever is known of the address."""
    jobs.send_again.enqueue(
        mailing_list_id=mailing_list.id, mark=capping.mark(email).hex()
    )


def send(mailing_list_id: int, mark: str) -> None:
    """Send it, if a sign-up waits and the limits allow; the list may be gone."""
    mailing_list = db.session.get(MailingList, mailing_list_id)
    if mailing_list is not None:
        confirming.send_once_more(mailing_list, bytes.fromhex(mark))
