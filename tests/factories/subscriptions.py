"""Lists, contacts and people on them, as the tests need them."""

import itertools

from webapp.consent import ledger, purposes
from webapp.consent.ledger import Evidence
from webapp.consent.models import Purpose, State
from webapp.contacts import registering
from webapp.core.db import db
from webapp.subscriptions import editing
from webapp.subscriptions.editing import Description
from webapp.subscriptions.models import OptIn

_numbers = itertools.count(1)


def mailing_list(workspace, **changes):
    told = {
        "name": "La lettre du Tilleul",
        "description": "Une fois par mois",
        "opt_in": OptIn.DOUBLE,
        "purpose_text": "Je veux recevoir la lettre du Tilleul.",
        "notice_text": "Maison Tilleul utilise votre adresse pour sa lettre.",
        "locale": "fr",
        **changes,
    }
    return editing.create(workspace, Description(**told))


def contact(workspace, email=None, *, source="widget", **fields):
    return registering.register(
        workspace,
        email or f"lecteur{next(_numbers)}@example.org",
        source=source,
        **fields,
    )


def says(contact, purpose, state, method="widget", **evidence):
    return ledger.record(contact, purpose, state, Evidence(method=method, **evidence))


def purpose_of(mailing_list):
    return db.session.get_one(Purpose, mailing_list.purpose_id)


def subscriber(
    workspace, mailing_list, email=None, *, opens=False, clicks=False, **fields
):
    made = contact(workspace, email, **fields)
    says(made, purpose_of(mailing_list), State.GIVEN)
    measuring = purposes.measuring(workspace)
    for purpose, wanted in ((measuring.opens, opens), (measuring.clicks, clicks)):
        if wanted:
            says(made, purpose, State.GIVEN)
    return made
