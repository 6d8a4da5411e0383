"""The words beside the boxes: proposed from what the workspace says of itself, kept as they were shown."""

from flask_babel import force_locale

from webapp.accounts.models import Workspace
from webapp.consent import ledger
from webapp.consent.models import PurposeKind
from webapp.core.i18n import _
from webapp.subscriptions.models import MailingList

PURPOSE = "purpose"
NOTICE = "notice"


def purpose_sentence(workspace: Workspace, locale: str) -> str:
    """What the box of a list says until somebody writes it better."""
    with force_locale(locale):
        return str(
            _(
                "I would like to receive news and offers from %(name)s by e-mail.",
                name=workspace.name,
            )
        )


def notice(workspace: Workspace, locale: str) -> str:
    """The short information notice (GDPR article 13): who, why, how long, rights, complaint."""
    with force_locale(locale):
        return " ".join(
            [
                _(
                    "%(controller)s uses your e-mail address to send you this newsletter,"
                    " on the basis of your consent.",
                    controller=_controller(workspace),
                ),
                _(
                    "You can withdraw your consent at any time with the link in each"
                    " message. Without news from you for three years, we delete your data."
                ),
                _(
                    "To see, correct, erase, restrict or carry over your data, or to say"
                    " what becomes of it after your death: %(contact)s.",
                    contact=_rights_contact(workspace),
                ),
                _("You can complain to the CNIL (cnil.fr)."),
            ]
        )


def sale_notice(workspace: Workspace, locale: str) -> str:
    """What customers read at the sale, with the way to refuse (CPCE L34-5 paragraph 4)."""
    with force_locale(locale):
        return str(
            _(
                "%(name)s will write to your e-mail address about products similar to those"
                " you buy here. You can refuse now, free of charge: tell us, or tick the box"
                " “No messages”. You can also refuse later, with the link in each message.",
                name=workspace.name,
            )
        )


def measuring_sentence(kind: PurposeKind, workspace: Workspace, locale: str) -> str:
    """What the box about opens, or the one about clicks, says."""
    with force_locale(locale):
        sentence = (
            _("%(name)s may see whether I open its messages, to improve them.")
            if kind is PurposeKind.OPENS
            else _(
                "%(name)s may see which links I follow in its messages, to improve them."
            )
        )
        return str(sentence % {"name": workspace.name})


def purpose_of(mailing_list: MailingList, locale: str) -> str:
    """What the box of the list says in a language; in the list's own where it says nothing in that one."""
    return _said(mailing_list, PURPOSE, locale) or mailing_list.purpose_text


def notice_of(mailing_list: MailingList, locale: str) -> str:
    """The notice of the list in a language; in the list's own where it says nothing in that one."""
    return _said(mailing_list, NOTICE, locale) or mailing_list.notice_text


def is_said(mailing_list: MailingList, locale: str) -> bool:
    """Whether the list has words of its own in a language, and borrows none from another."""
    return locale == mailing_list.locale or bool(_said(mailing_list, PURPOSE, locale))


def keep(workspace: Workspace, mailing_list: MailingList) -> None:
    """Keep the list's words as they stand now; words already kept make no new row."""
    for locale in (mailing_list.locale, *mailing_list.texts):
        ledger.shown(workspace, PURPOSE, purpose_of(mailing_list, locale), locale)
        ledger.shown(workspace, NOTICE, notice_of(mailing_list, locale), locale)


def shown_id(workspace: Workspace, mailing_list: MailingList, locale: str = "") -> int:
    """The number under which the list's purpose sentence is kept, as `purpose_of` says it."""
    body = purpose_of(mailing_list, locale)
    spoken = mailing_list.locale if body == mailing_list.purpose_text else locale
    return ledger.shown(workspace, PURPOSE, body, spoken).id


def measuring_id(kind: PurposeKind, workspace: Workspace, locale: str) -> int:
    """The number under which the sentence about measuring is kept."""
    body = measuring_sentence(kind, workspace, locale)
    return ledger.shown(workspace, kind.value, body, locale).id


def _said(mailing_list: MailingList, what: str, locale: str) -> str:
    """What was written for a language that is not the list's own."""
    if locale == mailing_list.locale:
        return ""
    found: str = mailing_list.texts.get(locale, {}).get(what, "")
    return found


def _controller(workspace: Workspace) -> str:
    return ", ".join(
        part for part in (workspace.legal_name, workspace.postal_address) if part
    )


def _rights_contact(workspace: Workspace) -> str:
    points = (workspace.dpo_email or workspace.rights_email, workspace.rights_phone)
    return ", ".join(point for point in points if point)
