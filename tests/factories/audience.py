"""Contacts, lists and who agreed to what, as the tests of segments and campaigns need them."""

import itertools

from webapp.consent import ledger, purposes
from webapp.consent.ledger import Evidence
from webapp.consent.models import Purpose, PurposeKind, State
from webapp.contacts.models import Attribute, Contact
from webapp.core.db import db
from webapp.subscriptions.models import MailingList

_numbers = itertools.count(1)
STAFF = Evidence("staff")


def contact(workspace, **changes):
    number = next(_numbers)
    values = {
        "email": f"personne{number}@example.org",
        "first_name": "Anna",
        "last_name": f"Personne{number}",
        "city": "Lyon",
        **changes,
    }
    made = Contact(workspace_id=workspace.id, **values)
    db.session.add(made)
    db.session.flush()
    return made


def mailing_list(workspace, name="La lettre"):
    purpose = purposes.create(workspace, PurposeKind.NEWSLETTER, name=name)
    made = MailingList(
        workspace_id=workspace.id,
        purpose_id=purpose.id,
        name=name,
        purpose_text="Je veux recevoir la lettre.",
        notice_text="Vos données servent à la lettre.",
    )
    db.session.add(made)
    db.session.flush()
    return made


def attribute(workspace, key, kind, choices=()):
    made = Attribute(
        workspace_id=workspace.id,
        key=key,
        name=key.capitalize(),
        kind=kind,
        choices=list(choices),
    )
    db.session.add(made)
    db.session.flush()
    return made


def say(person, mailing, state=State.GIVEN):
    purpose = db.session.get(Purpose, mailing.purpose_id)
    return ledger.record(person, purpose, state, STAFF)


def subscriber(workspace, mailing, *, opens=False, clicks=False, **changes):
    made = contact(workspace, **changes)
    say(made, mailing)
    asked = purposes.measuring(workspace)
    if opens:
        ledger.record(made, asked.opens, State.GIVEN, STAFF)
    if clicks:
        ledger.record(made, asked.clicks, State.GIVEN, STAFF)
    return made


def stop_measuring(person, workspace):
    asked = purposes.measuring(workspace)
    for purpose in (asked.opens, asked.clicks):
        ledger.record(person, purpose, State.WITHDRAWN, STAFF)
