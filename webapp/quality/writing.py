"""The mail that asks somebody to look at their profile, and what their page then asks first."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from webapp.accounts.models import Workspace
from webapp.consent.models import Purpose
from webapp.contacts import records
from webapp.contacts.models import Contact, ContactRecord
from webapp.core import clock, i18n, mail_templates
from webapp.core.db import db
from webapp.core.mail_templates import Words
from webapp.messages import addressing, posting
from webapp.messages.models import Kind
from webapp.quality import asking
from webapp.quality.models import UpdateRequest, UpdateRound
from webapp.subscriptions import fresh_links
from webapp.subscriptions.models import MailingList

TEMPLATE = "update_request"
# People read such a mail at the weekend; afterwards the page offers them a fresh link.
VALID = timedelta(days=14)
# So long their page asks for it first.
REMEMBERED = timedelta(days=60)
# Single mails wait for no lane: a round leaves little by little, this many a minute.
A_MINUTE = 300


def write_some() -> int:
    """Write to the next people who wait to be asked; how many."""
    waiting = db.session.execute(
        select(UpdateRequest, UpdateRound)
        .join(UpdateRound, UpdateRound.id == UpdateRequest.round_id)
        .where(UpdateRequest.asked_at.is_(None), UpdateRound.stopped_at.is_(None))
        .order_by(UpdateRequest.round_id, UpdateRequest.contact_id)
        .limit(A_MINUTE)
        .with_for_update(of=UpdateRequest, skip_locked=True)
    ).all()
    for request, asked in waiting:
        _write(request, asked)
    return len(waiting)


def words(
    workspace: Workspace, mailing_list: MailingList, contact: Contact, names: list[str]
) -> Words:
    """The mail as this person reads it."""
    values = {
        "workspace": workspace,
        "contact": contact,
        "list_name": mailing_list.name,
        "labels": _labels(workspace, names, contact.language),
        "url": fresh_links.url(contact, VALID),
        "days": VALID.days,
        "preferences_url": addressing.urls().preferences(
            workspace=workspace.id, contact=contact.id
        ),
    }
    return mail_templates.write(TEMPLATE, contact.language, values)


def example(workspace: Workspace, mailing_list: MailingList, names: list[str]) -> Words:
    """The mail as it will be read, to look at: its link leads nowhere."""
    somebody = Contact(
        id=0,
        workspace_id=workspace.id,
        email="prenom.nom@example.org",
        language=workspace.locale,
    )
    return words(workspace, mailing_list, somebody, names)


def wanted(contact: Contact) -> list[str]:
    """The fields somebody was asked for lately and said nothing of yet."""
    row = db.session.execute(
        select(UpdateRound.fields, UpdateRequest.asked_at)
        .join(UpdateRequest, UpdateRequest.round_id == UpdateRound.id)
        .where(
            UpdateRequest.contact_id == contact.id,
            UpdateRequest.asked_at > clock.now() - REMEMBERED,
        )
        .order_by(UpdateRequest.asked_at.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return []
    told = db.session.scalars(
        select(ContactRecord.given).where(
            ContactRecord.contact_id == contact.id,
            ContactRecord.source == "preferences",
            ContactRecord.at >= row.asked_at,
        )
    )
    said = {name for given in told for name in given}
    return _lacking_first(contact, [name for name in row.fields if name not in said])


def confirm(contact: Contact) -> None:
    """What somebody was asked about, saw and left as it was, is still right: they saved the page."""
    known = {name: records.value(contact, name) for name in wanted(contact)}
    given = {name: value for name, value in known.items() if value is not None}
    records.remember(contact, source="preferences", given=given, replaced=given)


def _lacking_first(contact: Contact, names: list[str]) -> list[str]:
    return sorted(names, key=lambda name: records.value(contact, name) is not None)


def _write(request: UpdateRequest, asked: UpdateRound) -> None:
    workspace = db.session.get_one(Workspace, asked.workspace_id)
    mailing_list = db.session.get_one(MailingList, asked.mailing_list_id)
    contact = db.session.get_one(Contact, request.contact_id)
    posting.post_written(
        words(workspace, mailing_list, contact, asked.fields),
        to=contact,
        workspace=workspace,
        kind=Kind.SERVICE,
        about=db.session.get(Purpose, mailing_list.purpose_id),
    )
    request.asked_at = clock.now()


def _labels(workspace: Workspace, names: list[str], language: str) -> list[str]:
    known: Mapping[str, Any] = asking.offered(workspace)
    with i18n.speaking(language):
        return [str(known[name]) for name in names if name in known]
