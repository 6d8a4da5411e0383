"""What can be wrong with the data of a base: the people behind each, and what mends it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, select

from webapp.accounts.models import Workspace
from webapp.contacts import completeness
from webapp.contacts.completeness_of_all import is_filled
from webapp.contacts.models import Contact, ContactRecord
from webapp.contacts.records import UNDO
from webapp.core import clock, months
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.core.i18n import _l
from webapp.deliverability import suppression
from webapp.quality import fields
from webapp.quality.models import Doubt, Finding
from webapp.subscriptions import queries as lists

# Prospects are kept for three years after their last sign of life (CNIL).
SILENCES = (12, 24, 36)
SILENT = "silent-"
MISSING = "missing:"
OLD = "old:"


@dataclass(frozen=True)
class Issue:
    """One thing that may be wrong, in words, and the people of whom it is so."""

    key: str
    title: Any
    # What may be done about it.
    advice: Any
    people: Callable[[Workspace], Select[Contact]]


def find(workspace: Workspace, key: str) -> Issue:
    """The issue with this name.

    :raises NotFound: when there is none.
    """
    if key in _FIXED:
        return _FIXED[key]
    for beginning, made in ((SILENT, _silent), (MISSING, _missing), (OLD, _old)):
        if key.startswith(beginning):
            return made(workspace, key.removeprefix(beginning))
    raise NotFound


def hints(workspace: Workspace, key: str, people: Sequence[Contact]) -> dict[int, str]:
    """What was probably meant, for each of these people by their number."""
    if key not in tuple(Doubt):
        return {}
    rows = db.session.execute(
        select(Finding.contact_id, Finding.hint).where(
            Finding.workspace_id == workspace.id,
            Finding.doubt == key,
            Finding.contact_id.in_([one.id for one in people]),
        )
    )
    return {row.contact_id: row.hint for row in rows}


def is_old(name: str) -> ColumnElement[bool]:
    """Whether the value of a field was said so long ago that it may have changed."""
    since = clock.now() - completeness.LASTS
    said = exists().where(
        ContactRecord.contact_id == Contact.id,
        ContactRecord.at >= since,
        ContactRecord.undone_at.is_(None),
        ContactRecord.source != UNDO,
        ContactRecord.given.has_key(name),
    )
    return and_(is_filled(name), Contact.created_at < since, ~said)


def silent_since(number: int) -> date:
    """The day before which the last sign of life is older than so many months."""
    return months.after(clock.now().date(), -number)


def _all(workspace: Workspace) -> Select[Contact]:
    return select(Contact).where(Contact.workspace_id == workspace.id)


def _doubted(doubt: Doubt) -> Callable[[Workspace], Select[Contact]]:
    def people(workspace: Workspace) -> Select[Contact]:
        noted = and_(
            Finding.workspace_id == workspace.id,
            Finding.doubt == doubt,
            Finding.contact_id == Contact.id,
        )
        return _all(workspace).join(Finding, noted)

    return people


def _bounced(workspace: Workspace) -> Select[Contact]:
    return _all(workspace).where(Contact.id.in_(suppression.dead_mailboxes(workspace)))


def _unconfirmed(workspace: Workspace) -> Select[Contact]:
    return _all(workspace).where(Contact.id.in_(lists.never_confirmed(workspace)))


def _silent(_workspace: Workspace, number: str) -> Issue:
    if number not in {str(one) for one in SILENCES}:
        raise NotFound

    def people(workspace: Workspace) -> Select[Contact]:
        return _all(workspace).where(
            Contact.last_contact_at < silent_since(int(number))
        )

    return Issue(
        f"{SILENT}{number}",
        _l("No sign of life for %(number)s months", number=number),
        _l(
            "They signed up, clicked, bought or wrote for the last time before that; opens"
            " never count. Ask them once more, then stop writing. What is kept longer than"
            " three years after the last sign of life of a prospect has to be erased."
        ),
        people,
    )


def _missing(workspace: Workspace, name: str) -> Issue:
    label = fields.label(workspace, name)

    def people(workspace: Workspace) -> Select[Contact]:
        return _all(workspace).where(~is_filled(name))

    return Issue(
        f"{MISSING}{name}",
        _l("Without a value: %(field)s", field=label),
        _l("Ask them for it, on a widget or by mail, and only for what you need."),
        people,
    )


def _old(workspace: Workspace, name: str) -> Issue:
    label = fields.label(workspace, name)

    def people(workspace: Workspace) -> Select[Contact]:
        return _all(workspace).where(is_old(name))

    return Issue(
        f"{OLD}{name}",
        _l("Said more than two years ago: %(field)s", field=label),
        _l("People move and change their number: ask them whether it is still right."),
        people,
    )


_ASK_OTHERWISE = _l(
    "Do not change them by guessing: the address that was meant may be somebody else's."
    " Ask by phone or at the counter, then correct the contact; the new address has to agree"
    " for itself. If the domain is right, say so below."
)
_FIXED = {
    issue.key: issue
    for issue in (
        Issue(
            Doubt.MISTYPED,
            _l("Addresses that look mistyped"),
            _ASK_OTHERWISE,
            _doubted(Doubt.MISTYPED),
        ),
        Issue(
            Doubt.DEAD_DOMAIN,
            _l("Domains that take no mail"),
            _l(
                "The DNS said twice that nothing can be delivered there. Writing to them"
                " harms your reputation: stop, and ask for another address otherwise."
            ),
            _doubted(Doubt.DEAD_DOMAIN),
        ),
        Issue(
            "bounced",
            _l("Mailboxes that no longer exist, or stay full"),
            _l(
                "They are on the suppression list and are not written to. Ask for another"
                " address by phone or at the counter, or let them go."
            ),
            _bounced,
        ),
        Issue(
            "unconfirmed",
            _l("Never confirmed"),
            _l(
                "They are not written to, and are forgotten by themselves after the days"
                " that their list says."
            ),
            _unconfirmed,
        ),
        Issue(
            Doubt.PHONE,
            _l("Phone numbers that cannot be dialled"),
            _l("They are kept as they were typed. Ask for the right one."),
            _doubted(Doubt.PHONE),
        ),
        Issue(
            Doubt.LANDLINE,
            _l("Landlines that cannot be dialled"),
            _l("They are kept as they were typed. Ask for the right one."),
            _doubted(Doubt.LANDLINE),
        ),
        Issue(
            Doubt.PLACE,
            _l("Postcode and city that do not go together"),
            _l(
                "A parcel may get lost. Where only one place can be meant, it stands"
                " beside: check it, then correct the contact."
            ),
            _doubted(Doubt.PLACE),
        ),
        Issue(
            Doubt.COMPANY,
            _l("Company numbers with a wrong digit"),
            _l("Their check digits do not fit. Look them up in the register."),
            _doubted(Doubt.COMPANY),
        ),
        Issue(
            Doubt.UNTIDY,
            _l("Values written in many ways"),
            _l(
                "Nothing is wrong with them. In one form they are found, compared and"
                " printed better; what was typed is kept beside, and each contact’s history"
                " takes it back."
            ),
            _doubted(Doubt.UNTIDY),
        ),
    )
}
