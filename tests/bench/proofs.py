"""The proofs of a list of 100,000 people: how long the file takes, how large it is, and the memory of it.

`python -m tests.bench.proofs [PEOPLE]`
"""

import os
import sys

from sqlalchemy import select, text

from tests.bench import installation, peak
from tests.factories import accounts
from tests.factories import widgets as make
from webapp.consent import evidence, ledger, projecting
from webapp.consent.models import ConsentEvent, ConsentEvidence, PersonKey
from webapp.contact_pages import proof_exports
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.copying import copy
from webapp.core.db import db
from webapp.core.encryption import encrypt
from webapp.subscriptions import wording
from webapp.widgets.models import WidgetVersion

PEOPLE = 100_000
AT_ONCE = 20_000
CONTACTS = """
INSERT INTO contact (workspace_id, email, civility, first_name, last_name, phone, postcode,
    city, country, language, source)
SELECT :workspace, 'person' || n || '@example.org', '', 'Anne' || n, 'Martin', '', '', '',
    'FR', 'fr', 'bench'
FROM generate_series(1, :count) AS n
"""


def main():
    """Print seconds and megabytes."""
    count = int(sys.argv[1]) if sys.argv[1:] and sys.argv[1].isdigit() else PEOPLE
    print(f"load average at the start {os.getloadavg()[0]:.1f}")
    with installation.house() as house:
        with house.app.app_context():
            export_id = _asked(count)
            path = proof_exports.file_of(export_id)
        made = peak.run("-proofs", export_id, environment=house.environment)
        print(f"{count} people: made in {made[0]:.1f} s, {made[1]:.0f} MB of memory")
        print(f"the file: {path.stat().st_size / 1e6:.1f} MB")
        verified = peak.run("ledger", "verify", path, environment=house.environment)
        print(f"verified in {verified[0]:.1f} s, {verified[1]:.0f} MB of memory")
        print(verified[2])
        chain = peak.run("ledger", "verify", environment=house.environment)
        print(
            f"in the database, every seal opened: {2 * count / chain[0]:.0f} events/s"
        )


def _asked(count):
    workspace = accounts.workspace()
    letter = make.mailing_list(workspace)
    form = make.widget(workspace, letter)
    version = select(WidgetVersion.id).where(WidgetVersion.widget_id == form.id)
    shown = {
        "text_id": wording.shown_id(workspace, letter),
        "widget_version_id": db.session.scalar(version),
    }
    db.session.execute(text(CONTACTS), {"workspace": workspace.id, "count": count})
    people = db.session.scalars(select(Contact.id).order_by(Contact.id)).all()
    for first in range(0, count, AT_ONCE):
        _sign_up(workspace, letter, people[first : first + AT_ONCE], shown)
    projecting.rebuild(workspace)
    db.session.execute(text("ANALYZE"))
    made = proof_exports.ask(
        workspace, letter, user_id=None, with_circumstances=True, locale="fr"
    )
    db.session.commit()
    return made.id


def _sign_up(workspace, letter, people, shown):
    """Each asked with a form and confirmed, with the circumstances sealed as at a door."""
    keys = {person: os.urandom(32) for person in people}
    events = [
        ConsentEvent(
            workspace_id=workspace.id,
            contact_id=person,
            purpose_id=letter.purpose_id,
            state=state,
            basis="consent",
            method=method,
            at=clock.now(),
            detail={},
            **shown,
        )
        for person in people
        for state, method in (("pending", "widget"), ("given", "confirmation"))
    ]
    sealed = [
        evidence.seal(event, keys[event.contact_id], _known(event)) for event in events
    ]
    ledger.append_many(workspace, events)
    numbers = dict(
        db.session.execute(
            select(ConsentEvent.seq, ConsentEvent.id).where(
                ConsentEvent.seq >= events[0].seq
            )
        ).all()
    )
    copy(
        PersonKey,
        ["contact_id", "workspace_id", "wrapped"],
        ((one, workspace.id, encrypt(key.hex())) for one, key in keys.items()),
    )
    copy(
        ConsentEvidence,
        ["event_id", "workspace_id", "contact_id", "sealed", "purge_on"],
        (
            (numbers[one.seq], workspace.id, one.contact_id, box, one.at.date())
            for one, box in zip(events, sealed, strict=True)
        ),
    )


def _known(event):
    return {
        "address": f"person{event.contact_id}@example.org",
        "network": "192.0.2.0/24",
        "program": "Firefox",
        "fields": ["email", "list"],
    }


if __name__ == "__main__":
    main()
