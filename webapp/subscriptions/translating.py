"""A list's sentence and notice in further languages, for the forms that speak them."""

from dataclasses import dataclass

from webapp.accounts import auditing
from webapp.accounts.models import Workspace
from webapp.core import events
from webapp.core.i18n import LOCALES
from webapp.subscriptions import wording
from webapp.subscriptions.events import WordsChanged
from webapp.subscriptions.models import MailingList


@dataclass(frozen=True)
class Words:
    """What a list says in one language; both or neither."""

    purpose: str
    notice: str


def others(mailing_list: MailingList) -> list[str]:
    """The languages beside the list's own."""
    return [code for code in LOCALES if code != mailing_list.locale]


def said(workspace: Workspace, mailing_list: MailingList) -> dict[str, Words]:
    """What the list says in each of them; a proposal where it says nothing yet."""
    known = mailing_list.texts
    return {
        code: Words(
            known.get(code, {}).get(wording.PURPOSE)
            or wording.purpose_sentence(workspace, code),
            known.get(code, {}).get(wording.NOTICE) or wording.notice(workspace, code),
        )
        for code in others(mailing_list)
    }


def change(
    workspace: Workspace, mailing_list: MailingList, told: dict[str, Words]
) -> None:
    """Say it so from now on; in a language left out, forms use the list's own words."""
    mailing_list.texts = {
        code: {wording.PURPOSE: words.purpose, wording.NOTICE: words.notice}
        for code, words in told.items()
    }
    wording.keep(workspace, mailing_list)
    auditing.record(workspace, "list.changed", mailing_list)
    events.publish(WordsChanged(workspace.id))
