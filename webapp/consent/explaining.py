"""Why we may write to somebody, or not, as a sentence about them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import format_date

from webapp.consent.models import Basis, ConsentState
from webapp.contacts.models import Contact, Frequency
from webapp.core.i18n import _, _l
from webapp.deliverability.models import Suppression, SuppressionReason

METHODS: dict[str, Any] = {
    "widget": _l("with a form"),
    "confirmation": _l("by the button of the confirmation e-mail"),
    "child": _l("by the button of the confirmation e-mail; a parent is asked as well"),
    "parent": _l("by the child and then by a parent, each from their own inbox"),
    "one_click": _l("with the unsubscribe button of their mail program"),
    "unsubscribe_page": _l("on the unsubscribe page"),
    "not_me": _l("by “I did not ask for this” in the e-mail"),
    "complaint": _l("by reporting a message as spam to their mail provider"),
    "mail_service": _l("with the unsubscribe button of their mail service"),
    "preferences": _l("on their preferences page"),
    "measuring_mail": _l("on the page of a message that asked about measuring"),
    "new_address": _l("by moving to another address, confirmed there"),
    "address_restored": _l("by going back to their former address"),
    "staff": _l("entered by a colleague"),
    "counter": _l("at the shop counter"),
    "import": _l("with an import"),
    "demo": _l("with the demonstration data"),
    "api": _l("by another program"),
    "merge_undone": _l("while their contact was made one with another"),
}
_SUPPRESSED: dict[str, Any] = {
    SuppressionReason.UNSUBSCRIBED_FROM_ALL: _l("left everything"),
    SuppressionReason.COMPLAINT: _l("complained of spam"),
    SuppressionReason.HARD_BOUNCE: _l("the address does not exist"),
    SuppressionReason.SOFT_BOUNCES: _l("the inbox takes nothing any more"),
    SuppressionReason.ERASED: _l("asked for erasure"),
    SuppressionReason.STAFF: _l("entered by a colleague"),
    SuppressionReason.IMPORTED: _l("brought from another tool"),
    SuppressionReason.MERGED: _l("refused under another address of theirs"),
}


@dataclass(frozen=True)
class Known:
    """All that a sentence about one person and one purpose may need."""

    contact: Contact
    stands: ConsentState | None
    suppressed: Suppression | None


def sentence(reason: str | None, known: Known, short: Any) -> str:
    """Why not, or (no reason) why; `short` says it where nothing more is known."""
    if reason is None:
        return _agreed(known)
    say = _SENTENCES.get(reason)
    said = say(known) if say else None
    return str(said or short)


def _agreed(known: Known) -> str:
    stands = known.stands
    if stands is None:
        return ""
    if stands.basis == Basis.EXISTING_CUSTOMER:
        return str(_("a customer, entered on %(day)s", day=_day(stands.since)))
    if stands.basis == Basis.LEGITIMATE_INTEREST:
        return str(_("a professional, entered on %(day)s", day=_day(stands.since)))
    return str(
        _("agreed on %(day)s, %(how)s", day=_day(stands.since), how=_how(stands.method))
    )


def _restricted(known: Known) -> str | None:
    since = known.contact.restricted_at
    if since is None:
        return None
    return str(
        _("asked us on %(day)s to restrict the use of their data", day=_day(since))
    )


def _suppressed(known: Known) -> str | None:
    found = known.suppressed
    if found is None:
        return None
    return str(
        _(
            "on the suppression list since %(day)s: %(why)s",
            day=_day(found.created_at),
            why=_SUPPRESSED.get(found.reason, found.reason),
        )
    )


def _waiting(known: Known) -> str | None:
    if known.stands is None:
        return None
    return str(
        _(
            "asked on %(day)s, %(how)s, and did not confirm yet",
            day=_day(known.stands.since),
            how=_how(known.stands.method),
        )
    )


def _refused(known: Known) -> str | None:
    if known.stands is None:
        return None
    return str(
        _(
            "refused on %(day)s, %(how)s",
            day=_day(known.stands.since),
            how=_how(known.stands.method),
        )
    )


def _withdrawn(known: Known) -> str | None:
    if known.stands is None:
        return None
    return str(
        _(
            "unsubscribed on %(day)s, %(how)s",
            day=_day(known.stands.since),
            how=_how(known.stands.method),
        )
    )


def _other_basis(known: Known) -> str | None:
    if known.stands is None or known.stands.basis == Basis.CONSENT:
        return None
    return str(
        _(
            "%(standing)s: this list does not accept that",
            standing=_agreed(known),
        )
    )


def _paused(known: Known) -> str | None:
    until = known.contact.paused_until
    return str(_("paused until %(day)s", day=_day(until))) if until else None


def _often_enough(known: Known) -> str | None:
    last, often = known.contact.last_campaign_at, known.contact.frequency
    if last is None or often == Frequency.ALL:
        return None
    said = (
        _l("wants one message a week, and had one on %(day)s", day=_day(last))
        if often == Frequency.WEEKLY
        else _l("wants one message a month, and had one on %(day)s", day=_day(last))
    )
    return str(said)


# By the values of the gate's reasons.
_SENTENCES: dict[str, Callable[[Known], str | None]] = {
    "restricted": _restricted,
    "suppressed": _suppressed,
    "pending": _waiting,
    "refused": _refused,
    "withdrawn": _withdrawn,
    "basis": _other_basis,
    "paused": _paused,
    "often_enough": _often_enough,
}


def _how(method: str) -> str:
    return str(METHODS.get(method, method))


def _day(moment: date | datetime) -> str:
    return str(format_date(moment, "d MMMM y"))
