"""A base of people with rows in every table that names a contact, whatever tables there are."""

import datetime as dt
import itertools
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from tests.factories import audience as make
from tests.factories import campaigns as make_campaigns
from webapp.consent import ledger, purposes
from webapp.consent.ledger import Evidence
from webapp.consent.models import Purpose, State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import Model, db
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.duplicates import pointers
from webapp.messages.models import Message
from webapp.messages.models import Status as MessageStatus
from webapp.segments.models import Segment

# These are made by what makes them: the ledger, merges themselves.
MADE_OTHERWISE = {
    "consent_state",
    "carried_refusal",
    "suppression",
    "contact_alias",
    "merge_event",
    "dup_pair",
    "message",
}
LONG_AGO = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
NAMES = ("", "Anna", "ANNA", "Léo", "Zoé")
TOWNS = ("", "Lyon", "Brest", "LYON")
# By type, the first that fits.
VALUES = (
    (JSONB, lambda number: {"n": number, "text": "é", "nothing": None}),
    (sa.ARRAY, lambda _: []),
    (sa.Boolean, lambda number: number % 2 == 0),
    (
        sa.DateTime,
        lambda number: clock.now() - dt.timedelta(seconds=number, microseconds=number),
    ),
    (sa.Date, lambda number: LONG_AGO.date() + dt.timedelta(days=number % 1000)),
    (sa.LargeBinary, lambda number: number.to_bytes(32, "big")),
    (sa.SmallInteger, lambda number: number % 100),
    (sa.Integer, lambda number: number),
    ((sa.Float, sa.Numeric), lambda number: Decimal(number) / 100),
)


def base(workspace, random, people=100):
    """Contacts with something of everything."""
    lists = [make.mailing_list(workspace, name=f"Liste {n}") for n in range(2)]
    asked = purposes.measuring(workspace)
    wanted = [
        *(db.session.get(Purpose, one.purpose_id) for one in lists),
        asked.opens,
        asked.clicks,
    ]
    for n in range(3):
        make_campaigns.campaign(workspace, mailing_list_id=lists[0].id, name=f"C{n}")
    for n in range(2):
        db.session.add(Segment(workspace_id=workspace.id, name=f"S{n}", rules={"v": 2}))
    db.session.flush()
    made = [_person(workspace, random, number) for number in range(people)]
    for person in random.sample(made, people // 4):
        _say(person, wanted, random)
        _stop(workspace, person, random)
    for person in random.sample(made, people // 4):
        _messages(workspace, person, random)
    _rows_everywhere(random, made)
    _pairs(workspace, random, made)
    db.session.flush()
    return made


def _person(workspace, random, number):
    return make.contact(
        workspace,
        email=f"p{number}.{random.randrange(10**9)}@example.org",
        first_name=random.choice(NAMES),
        city=random.choice(TOWNS),
        birth_date=random.choice([None, dt.date(1980, 2, 29), dt.date(1990, 1, 1)]),
        attributes=random.choice([{}, {"size": "M"}, {"size": 1.5, "vip": True}]),
        source=random.choice(["widget", "import", "staff"]),
        frequency=random.choice(["all", "weekly", "monthly"]),
        paused_until=random.choice([None, dt.date(2027, 1, 1)]),
        created_at=LONG_AGO + dt.timedelta(seconds=random.randrange(10**7)),
        last_contact_at=LONG_AGO + dt.timedelta(seconds=random.randrange(10**7)),
    )


def _say(person, wanted, random):
    for purpose in wanted:
        for _ in range(random.choice([0, 1, 1, 2])):
            state = random.choice(list(State))
            ledger.record(person, purpose, state, Evidence("staff"))


def _stop(workspace, person, random):
    if random.random() < 0.5:
        reason = random.choice(list(SuppressionReason))
        suppression.suppress(workspace, person.email, reason, person)


def _messages(workspace, person, random):
    campaigns = _numbers("campaign")
    for campaign_id in random.sample(campaigns, random.randrange(len(campaigns))):
        db.session.add(
            Message(
                workspace_id=workspace.id,
                campaign_id=campaign_id,
                contact_id=person.id,
                kind="campaign",
                status=random.choice(
                    [MessageStatus.PENDING, MessageStatus.SENT, MessageStatus.BOUNCED]
                ),
            )
        )
    db.session.flush()


def _rows_everywhere(random, made):
    for column in pointers.every():
        table = column.table
        if pointers.RULES[pointers.name(column)] is pointers.Rule.LEFT:
            continue
        if table.name in MADE_OTHERWISE:
            continue
        for person in random.sample(made, len(made) // 20):
            _row(random, table, {column.name: person.id})


def _pairs(workspace, random, made):
    table = Model.metadata.tables["dup_pair"]
    for one, other in itertools.pairwise(made[: len(made) // 3]):
        a_id, b_id = sorted((one.id, other.id))
        decision = random.choice(["pending", "rejected", "auto"])
        _row(
            random,
            table,
            {
                "workspace_id": workspace.id,
                "a_id": a_id,
                "b_id": b_id,
                "decision": decision,
            },
        )


def _row(random, table, given):
    """A row of whatever is allowed to stand there."""
    values = {
        column.name: given.get(column.name, _value(random, column))
        for column in table.columns
        if column.name in given or _is_asked_for(column)
    }
    with db.session.begin_nested():
        statement = sa.dialects.postgresql.insert(table).values(values)
        db.session.execute(statement.on_conflict_do_nothing())


def _is_asked_for(column):
    if column.computed is not None or column.identity is not None:
        return False
    return bool(column.foreign_keys) or not column.nullable or column.name == "content"


def _value(random, column):
    for key in column.foreign_keys:
        if column.nullable and key.column.table is column.table:
            return None
        if not _numbers(key.column.table.name, key.column.name):
            _row(random, key.column.table, {})
        return random.choice(_numbers(key.column.table.name, key.column.name))
    number = random.randrange(10**6)
    for kind, value in VALUES:
        if isinstance(column.type, kind):
            return value(number)
    return f"{number}"[: column.type.length or 20]


def _numbers(table, column="id"):
    column = Model.metadata.tables[table].c[column]
    return list(db.session.scalars(sa.select(column).order_by(column)))


def numbers(workspace):
    """The contacts there are now, by their numbers."""
    found = sa.select(Contact.id).where(Contact.workspace_id == workspace.id)
    return list(db.session.scalars(found.order_by(Contact.id)))


def two_of(workspace, random):
    """Any two of the contacts there are now."""
    chosen = random.sample(numbers(workspace), 2)
    return [db.session.get_one(Contact, number) for number in chosen]
