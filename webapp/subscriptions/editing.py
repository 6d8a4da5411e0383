"""Create, change and archive lists; their words are kept each time."""

from dataclasses import dataclass

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.consent import purposes
from webapp.consent.models import PurposeKind
from webapp.core import clock, events
from webapp.core.db import db
from webapp.subscriptions import archives, deadlines, wording
from webapp.subscriptions.events import WordsChanged
from webapp.subscriptions.models import Disposable, MailingList, OptIn


@dataclass(frozen=True)
class Description:
    """All that is said of a list."""

    name: str
    description: str
    opt_in: OptIn
    purpose_text: str
    notice_text: str
    locale: str
    # After how many days an unanswered confirmation is asked for once more; 0: never.
    reminder_days: int = 3
    disposable: Disposable = Disposable.FLAG
    link_days: int = 7
    purge_days: int = deadlines.MOST_DAYS
    archive_is_open: bool = False
    archive_is_indexed: bool = False


def proposal(workspace: Workspace, locale: str) -> Description:
    """What the form of a new list starts with."""
    return Description(
        name="",
        description="",
        opt_in=OptIn.DOUBLE,
        purpose_text=wording.purpose_sentence(workspace, locale),
        notice_text=wording.notice(workspace, locale),
        locale=locale,
    )


def create(workspace: Workspace, told: Description) -> MailingList:
    """A list nobody is on yet, with a purpose of its own.

    :raises DeadlinesDoNotFit: when its days contradict one another.
    """
    _check(told)
    # Every workspace with a list can also ask about measuring.
    purposes.measuring(workspace)
    purpose = purposes.create(workspace, PurposeKind.NEWSLETTER, name=told.name)
    mailing_list = MailingList(
        workspace_id=workspace.id, purpose_id=purpose.id, texts={}
    )
    _apply(workspace, mailing_list, told)
    db.session.add(mailing_list)
    db.session.flush()
    auditing.record(workspace, "list.created", mailing_list)
    return mailing_list


def change(workspace: Workspace, mailing_list: MailingList, told: Description) -> None:
    """Change a list; what people agreed to before stays under the words they saw.

    :raises DeadlinesDoNotFit: when its days contradict one another.
    """
    _check(told)
    _apply(workspace, mailing_list, told)
    purposes.rename(mailing_list.purpose_id, told.name)
    auditing.record(workspace, "list.changed", mailing_list)
    events.publish(WordsChanged(workspace.id))


def archive(workspace: Workspace, mailing_list: MailingList) -> None:
    """Take nobody new and send nothing more; who was on it, and the proof, stay."""
    mailing_list.archived_at = mailing_list.archived_at or clock.now()
    auditing.record(workspace, "list.archived", mailing_list)


def restore(workspace: Workspace, mailing_list: MailingList) -> None:
    """Use an archived list again."""
    mailing_list.archived_at = None
    auditing.record(workspace, "list.restored", mailing_list)


def _check(told: Description) -> None:
    deadlines.check(
        link_days=told.link_days,
        reminder_days=told.reminder_days,
        purge_days=told.purge_days,
    )


def _apply(workspace: Workspace, mailing_list: MailingList, told: Description) -> None:
    mailing_list.name = told.name
    mailing_list.description = told.description
    mailing_list.opt_in = told.opt_in
    mailing_list.purpose_text = told.purpose_text
    mailing_list.notice_text = told.notice_text
    mailing_list.locale = told.locale
    mailing_list.reminder_days = told.reminder_days
    mailing_list.disposable = told.disposable
    mailing_list.link_days = told.link_days
    mailing_list.purge_days = told.purge_days
    archives.set_open(
        workspace,
        mailing_list,
        is_open=told.archive_is_open,
        is_indexed=told.archive_is_indexed,
    )
    wording.keep(workspace, mailing_list)
