"""The gate against a plain reading of its rules, over people and lists made at random."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, text

from tests.factories import accounts as make_accounts
from webapp.consent import gate, purposes
from webapp.consent.gate import Measures, Reason
from webapp.consent.models import Basis, ConsentState, PurposeKind, State
from webapp.contacts.models import Contact, Frequency
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability.models import Suppression

FAMILIES = ("thés", "miels")
DOMAINS = ("shop.example", "gmail.com", "Orange.FR")
TODAY = date(2026, 11, 10)
YES_NO = st.booleans()

stands = st.one_of(
    st.none(),
    st.tuples(
        st.sampled_from(State), st.sampled_from(Basis), st.sampled_from(("", *FAMILIES))
    ),
)
measure = st.one_of(
    st.none(), st.tuples(st.sampled_from(State), st.sampled_from(Basis))
)


@dataclass(frozen=True)
class Person:
    """All that the gate may look at in one person."""

    restricted: bool
    suppressed: bool
    stands: tuple | None
    opens: tuple | None
    clicks: tuple | None
    domain: str
    # Days from today: a pause that ends, the last campaign.
    pause: int | None
    frequency: Frequency
    last: int | None


@dataclass(frozen=True)
class Setting:
    """What the list and the workspace say."""

    bases: tuple
    family: str
    workspace: tuple
    campaign: tuple


person = st.builds(
    Person,
    restricted=YES_NO,
    suppressed=YES_NO,
    stands=stands,
    opens=measure,
    clicks=measure,
    domain=st.sampled_from(DOMAINS),
    pause=st.one_of(st.none(), st.integers(-2, 2)),
    frequency=st.sampled_from(Frequency),
    last=st.one_of(st.none(), st.integers(0, 35)),
)
setting = st.builds(
    Setting,
    bases=st.lists(
        st.sampled_from((Basis.EXISTING_CUSTOMER, Basis.LEGITIMATE_INTEREST)),
        unique=True,
    ).map(tuple),
    family=st.sampled_from(("", "Thés", " MIELS ")),
    workspace=st.tuples(YES_NO, YES_NO),
    campaign=st.tuples(YES_NO, YES_NO),
)


def expected(one, here):
    """The rules in their order, read aloud."""
    if one.restricted or one.suppressed:
        return Reason.RESTRICTED if one.restricted else Reason.SUPPRESSED
    if one.stands is None:
        return Reason.NEVER_ASKED
    state, basis, family = one.stands
    if state is not State.GIVEN:
        return Reason(state.value)
    return stopped_though_given(one, basis, family, here)


def stopped_though_given(one, basis, family, here):
    if not is_accepted(basis, family, one.domain, here):
        return Reason.BASIS
    if one.pause is not None and one.pause > 0:
        return Reason.PAUSED
    # A week is seven days, November began nine days ago, October had thirty-one.
    quiet = {Frequency.ALL: 0, Frequency.WEEKLY: 7, Frequency.MONTHLY: 30}
    if one.last is not None and one.last < quiet[one.frequency]:
        return Reason.OFTEN_ENOUGH
    return None


def is_accepted(basis, family, domain, here):
    if basis is Basis.CONSENT:
        return True
    if basis not in here.bases:
        return False
    if basis is Basis.LEGITIMATE_INTEREST:
        return domain == "shop.example"
    return family != "" and family == here.family.strip().lower()


def is_measured(said, *switches):
    return all(switches) and said == (State.GIVEN, Basis.CONSENT)


@pytest.fixture
def place(app, stopped_clock):
    """A workspace whose rows are written as they are, whatever triggers would say."""
    workspace = make_accounts.workspace()
    asked = purposes.measuring(workspace)
    letter = purposes.create(workspace, PurposeKind.NEWSLETTER, name="La lettre")
    return workspace, letter, asked


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(people=st.lists(person, min_size=1, max_size=12), here=setting)
def test_the_gate_answers_as_its_rules_read(place, people, here):
    workspace, letter, asked = place
    with db.session.begin_nested() as attempt:
        workspace.measures_opens, workspace.measures_clicks = here.workspace
        letter.other_bases = [basis.value for basis in here.bases]
        letter.product_family = here.family
        numbers = write(workspace, letter, asked, people)
        measures = Measures(opens=here.campaign[0], clicks=here.campaign[1])
        wanted = {
            number: (
                expected(one, here),
                is_measured(one.opens, here.workspace[0], here.campaign[0]),
                is_measured(one.clicks, here.workspace[1], here.campaign[1]),
            )
            for number, one in zip(numbers, people, strict=True)
        }
        for asking in (gate.verdicts, gate.verdicts_on_all):
            rows = db.session.execute(asking(workspace, letter, measures)).all()
            found = {
                row[0]: (row[1] and Reason(row[1]), row[2], row[3]) for row in rows
            }
            assert found == wanted
        assert explained(numbers, letter) == {
            number: reason for number, (reason, _, _) in wanted.items()
        }
        assert named(workspace, letter) == {
            number: reason for number, (reason, _, _) in wanted.items()
        }
        attempt.rollback()
    db.session.expire_all()


def explained(numbers, letter):
    contacts = db.session.scalars(select(Contact).where(Contact.id.in_(numbers))).all()
    said = gate.explain_all(contacts, letter)
    assert all(one.words for one in said.values())
    return {number: one.reason for number, one in said.items()}


def named(workspace, letter):
    """The reason under whose names each person stands; None: among those who get it."""
    everybody = select(Contact).where(Contact.workspace_id == workspace.id)
    found = [
        (one.id, reason)
        for reason in Reason
        for one in db.session.scalars(
            gate.stopped(everybody, workspace, letter, reason)
        )
    ]
    reached = db.session.scalars(gate.let_through(everybody, workspace, letter))
    found += [(one.id, None) for one in reached]
    assert len(found) == len(dict(found))
    return dict(found)


def write(workspace, letter, asked, people):
    db.session.flush()
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    return [
        _write_one(workspace, letter, asked, number, one)
        for number, one in enumerate(people)
    ]


def _write_one(workspace, letter, asked, number, one):
    made = Contact(
        workspace_id=workspace.id,
        email=f"p{number}@{one.domain}",
        restricted_at=clock.now() if one.restricted else None,
        paused_until=None if one.pause is None else TODAY + timedelta(days=one.pause),
        frequency=one.frequency,
        last_campaign_at=None if one.last is None else clock.ago(days=one.last),
    )
    db.session.add(made)
    db.session.flush()
    if one.suppressed:
        _row(
            Suppression,
            workspace_id=workspace.id,
            address_hash=bytes([number]) * 32,
            contact_id=made.id,
            reason="staff",
        )
    about = {letter: one.stands, asked.opens: one.opens, asked.clicks: one.clicks}
    for purpose, said in about.items():
        if said:
            _row(
                ConsentState,
                contact_id=made.id,
                purpose_id=purpose.id,
                state=said[0],
                basis=said[1],
                method="widget",
                since=clock.now(),
                event_id=number,
                family=said[2] if len(said) > 2 else "",
            )
    return made.id


def _row(model, **values):
    db.session.execute(insert(model).values(**values))
