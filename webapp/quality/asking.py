"""Ask people to bring their profile up to date: a mail with a link to their own page.

It sells nothing, and yet it serves to sell: so it goes only to people the gate lets through for
a list, once in six months at most, and the gate is asked again when it leaves (GDPR articles
5(1)(d) and 6; CPCE L34-5).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import array, insert

from webapp.accounts import access, auditing
from webapp.accounts.models import Workspace
from webapp.consent import gate
from webapp.consent.models import Purpose
from webapp.contacts import completeness, counting, queries
from webapp.contacts.completeness_of_all import is_filled
from webapp.contacts.counting import Counted
from webapp.contacts.fields import ATTRIBUTE, FIELDS
from webapp.contacts.models import Contact, ContactRecord
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError, NotFound
from webapp.core.i18n import _l
from webapp.quality import fields, issues, jobs
from webapp.quality.models import Finding, UpdateRequest, UpdateRound
from webapp.subscriptions.models import MailingList

# What people can type into their own page.
ASKABLE = (
    *("first_name", "last_name", "birth_date", "phone", "street", "postcode", "city"),
)
# Nobody is asked again sooner, whatever for: a shop that keeps asking is a nuisance.
REST = timedelta(days=183)
_SHOWN = 20


class NobodyToAsk(DomainError):
    """Everybody has these fields, may not be written to, or was asked lately."""

    message = _l("There is nobody to ask for this now.")


class NothingToAsk(DomainError):
    """No field was chosen, or none that people can fill in themselves."""

    status = 422
    message = _l("Choose at least one field.")


@dataclass(frozen=True)
class Progress:
    """How far a round got."""

    round: UpdateRound
    people: int
    asked: int
    answered: int

    @property
    def is_over(self) -> bool:
        """Whether nobody waits any more."""
        is_done = self.round.chosen_at is not None and self.asked == self.people
        return is_done or self.round.stopped_at is not None


def offered(workspace: Workspace) -> dict[str, Any]:
    """The fields that people can fill in on their own page, with their labels."""
    own = {
        f"{ATTRIBUTE}{one.key}": one.name
        for one in queries.attributes(workspace)
        if one.asked_of_people
    }
    return {**{name: FIELDS[name].label for name in ASKABLE}, **own}


def plan(
    workspace: Workspace, mailing_list: MailingList, names: list[str], *, now: bool
) -> Counted | None:
    """How many people lack something ("lacking"), and how many of them would be asked ("asked").

    None where that takes a page too long and `now` does not say to wait.
    """
    return counting.figures(
        workspace,
        ("asking", mailing_list.id),
        sorted(names),
        lambda: {
            "lacking": _count(_lacking(workspace, names)),
            "asked": _count(_whom(workspace, mailing_list, names)),
        },
        now=now,
    )


def begin(
    workspace: Workspace, mailing_list: MailingList, names: list[str]
) -> UpdateRound:
    """Have everybody asked who lacks one of these fields and may be written to.

    :raises NothingToAsk: for no field, or one that is not offered.
    :raises NobodyToAsk: when nobody is left.
    """
    if not names or set(names) - set(offered(workspace)):
        raise NothingToAsk
    whom = _whom(workspace, mailing_list, names).with_only_columns(Contact.id)
    if db.session.scalar(whom.limit(1)) is None:
        raise NobodyToAsk
    made = UpdateRound(
        workspace_id=workspace.id,
        mailing_list_id=mailing_list.id,
        user_id=access.current_user_id(),
        fields=names,
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    auditing.record(workspace, "quality.asked", made, fields=sorted(names))
    jobs.choose.enqueue(round_id=made.id)
    return made


def choose(round_id: int) -> None:
    """Write down whom a round asks, at once for all; a second time does nothing."""
    found = db.session.get(UpdateRound, round_id, with_for_update=True)
    if found is None or found.chosen_at or found.stopped_at:
        return
    workspace = db.session.get_one(Workspace, found.workspace_id)
    mailing_list = db.session.get_one(MailingList, found.mailing_list_id)
    chosen = _whom(workspace, mailing_list, found.fields).with_only_columns(
        literal(found.id).label("round_id"), Contact.id.label("contact_id")
    )
    db.session.execute(
        insert(UpdateRequest).from_select(["round_id", "contact_id"], chosen)
    )
    found.chosen_at = clock.now()
    jobs.ask.enqueue()


def rescue() -> None:
    """Go on with the rounds that the broker lost."""
    lost = select(UpdateRound.id).where(
        UpdateRound.chosen_at.is_(None), UpdateRound.stopped_at.is_(None)
    )
    for round_id in db.session.scalars(lost):
        jobs.choose.enqueue(round_id=round_id)


def stop(workspace: Workspace, round_id: int) -> None:
    """Ask nobody more of this round."""
    found = get(workspace, round_id)
    if found.stopped_at is None:
        found.stopped_at = clock.now()
        auditing.record(workspace, "quality.asking_stopped", found)


def get(workspace: Workspace, round_id: int) -> UpdateRound:
    """The round with this number.

    :raises NotFound: also for a round of another workspace.
    """
    found = db.session.get(UpdateRound, round_id)
    if found is None or found.workspace_id != workspace.id:
        raise NotFound
    return found


def rounds(workspace: Workspace) -> list[Progress]:
    """The latest rounds and how far each got, newest first."""
    found = db.session.scalars(
        select(UpdateRound)
        .where(UpdateRound.workspace_id == workspace.id)
        .order_by(UpdateRound.id.desc())
        .limit(_SHOWN)
    )
    return [_progress(one) for one in found]


def _progress(one: UpdateRound) -> Progress:
    row = db.session.execute(
        select(
            func.count(),
            func.count(UpdateRequest.asked_at),
            func.count().filter(has_answered(one.fields)),
        ).where(UpdateRequest.round_id == one.id)
    ).one()
    return Progress(one, *row)


def has_answered(names: Sequence[str]) -> ColumnElement[bool]:
    """Whether the person said one of the fields on their own page since they were asked."""
    return exists().where(
        ContactRecord.contact_id == UpdateRequest.contact_id,
        ContactRecord.source == "preferences",
        ContactRecord.at >= UpdateRequest.asked_at,
        ContactRecord.given.has_any(array(list(names))),
    )


def purpose_of(mailing_list: MailingList) -> Purpose:
    """What the readers of the list agreed to."""
    return db.session.get_one(Purpose, mailing_list.purpose_id)


def _whom(
    workspace: Workspace, mailing_list: MailingList, names: list[str]
) -> Select[Contact]:
    lately = exists().where(
        UpdateRequest.contact_id == Contact.id,
        UpdateRequest.round_id == UpdateRound.id,
        or_(
            UpdateRequest.asked_at > clock.now() - REST,
            UpdateRequest.asked_at.is_(None) & UpdateRound.stopped_at.is_(None),
        ),
    )
    people = _lacking(workspace, names).where(~lately)
    return gate.let_through(people, workspace, purpose_of(mailing_list))


def _lacking(workspace: Workspace, names: list[str]) -> Select[Contact]:
    return select(Contact).where(
        Contact.workspace_id == workspace.id, or_(*(_is_wanted(name) for name in names))
    )


def _is_wanted(name: str) -> ColumnElement[bool]:
    """Nothing stands there, nothing that can be used, or something old."""
    wanted = [~is_filled(name)]
    if completeness.ages(name):
        wanted.append(issues.is_old(name))
    if name in fields.DOUBTS:
        doubted = exists().where(
            Finding.workspace_id == Contact.workspace_id,
            Finding.doubt == fields.DOUBTS[name],
            Finding.contact_id == Contact.id,
        )
        wanted.append(doubted)
    return or_(*wanted)


def _count(people: Select[Contact]) -> int:
    found = people.with_only_columns(Contact.id).subquery()
    return db.session.scalar(select(func.count()).select_from(found)) or 0
