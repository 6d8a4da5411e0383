"""The day of the last open: one date, written over, of people who said nothing, for one use."""

import dataclasses
import email
import re
from datetime import UTC, date, datetime
from email import policy

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from config.settings import ROOT
from tests.factories import accounts as make_accounts
from tests.factories import audience
from tests.factories import sendings as make
from tests.rows import everything
from webapp.campaigns import asking_drafts, planning
from webapp.consent import ledger, purposes
from webapp.consent.models import Basis, ConsentState, Purpose, State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.personal_data import Category
from webapp.messages import addressing, ingesting, jobs, last_opens
from webapp.messages.mail_tokens import Kind
from webapp.messages.models import Hit, Message
from webapp.public.tracking import PIXEL, with_tracking
from webapp.segments import rules
from webapp.segments.catalogue import Catalogue
from webapp.segments.rules import RuleError

pytestmark = pytest.mark.covers("consent-36")

READER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"}
PICTURE = re.compile(r'<img src="http://volontiers\.test(/o/[^"]+)" width="1"')
NOON = datetime(2026, 11, 10, 12, 34, 56, tzinfo=UTC)


@pytest.fixture
def installation(app, settings, tmp_path, monkeypatch):
    """The settings, with a journal of this test's own."""
    own = dataclasses.replace(settings, data_dir=tmp_path)
    monkeypatch.setitem(app.extensions, "settings", own)
    return own


@pytest.fixture
def reader(app, installation):
    """A mail reader's device."""
    return Client(with_tracking(app, installation))


@pytest.fixture
def mailing(workspace):
    workspace.keeps_last_open = True
    return audience.mailing_list(workspace)


@pytest.fixture
def picture(workspace, mailing, outbox, worker):
    """picture(person) is where the picture of the message that left to them is, or None."""

    def of(person, **changes):
        planning.start(make.campaign(workspace, mailing, **changes))
        worker()
        assert outbox.outbox[-1].rcpt_to == person.email
        mail = email.message_from_bytes(outbox.outbox[-1].body, policy=policy.default)
        found = PICTURE.search(mail.get_body(("html",)).get_content())
        return found and found[1]

    return of


@pytest.fixture
def opened(reader):
    """opened(person, on=…): the picture of a message was fetched, and counted."""

    def fetch(person, on=NOON):
        with clock.stopped(on):
            assert reader.get(where(person), headers=READER).data == PIXEL
            last_opens.take()
            db.session.commit()
        db.session.expire_all()
        return day_of(person)

    return fetch


def where(person):
    return "/o/" + addressing.tokens().sign(Kind.HYGIENE, person.id)


def day_of(person):
    return db.session.scalar(
        select(Contact.last_open_on).where(Contact.id == person.id)
    )


def says(person, workspace, state, kind="opens"):
    purpose = getattr(purposes.measuring(workspace), kind)
    ledger.record(person, purpose, state, audience.STAFF)
    db.session.commit()


def test_it_is_off_until_somebody_wants_it(app):
    assert not make_accounts.workspace(slug="autre").keeps_last_open


def test_who_said_nothing_has_a_picture_of_its_own_kind_and_of_no_message(
    workspace, mailing, picture
):
    person = audience.subscriber(workspace, mailing)
    token = picture(person).removeprefix("/o/")
    tokens = addressing.tokens()
    assert tokens.read(token, Kind.HYGIENE) == (person.id,)
    assert tokens.read(token, Kind.OPEN) is None
    message = db.session.scalars(select(Message)).one()
    assert (message.tracks_opens, message.tracks_clicks) == (False, False)


def test_who_agreed_to_opens_is_measured_openly_instead(workspace, mailing, picture):
    person = audience.subscriber(workspace, mailing, opens=True)
    token = picture(person).removeprefix("/o/")
    assert addressing.tokens().read(token, Kind.OPEN)


@pytest.mark.parametrize("state", [State.REFUSED, State.WITHDRAWN, State.PENDING])
def test_a_no_to_opens_is_a_no_to_this_picture_too(workspace, mailing, picture, state):
    person = audience.subscriber(workspace, mailing)
    says(person, workspace, state)
    assert picture(person) is None


def test_who_is_on_the_list_without_consent_has_no_picture(workspace, mailing, picture):
    purpose = db.session.get_one(Purpose, mailing.purpose_id)
    purpose.other_bases = [Basis.LEGITIMATE_INTEREST]
    person = audience.subscriber(workspace, mailing, email="anna@tilleul.example")
    on_other_ground(person)
    assert picture(person) is None


def on_other_ground(person):
    """As if a colleague had entered a professional; the trigger asks for an event that says so."""
    db.session.execute(db.text("SET LOCAL session_replication_role = replica"))
    db.session.execute(
        ConsentState.__table__.update()
        .where(ConsentState.contact_id == person.id)
        .values(basis=Basis.LEGITIMATE_INTEREST)
    )
    db.session.commit()


@pytest.mark.parametrize("switch", ["workspace", "campaign"])
def test_the_strictest_switch_wins(workspace, mailing, picture, switch):
    person = audience.subscriber(workspace, mailing)
    workspace.keeps_last_open = switch != "workspace"
    assert picture(person, measures_opens=switch != "campaign") is None


def test_a_message_that_asks_about_measuring_has_none(
    workspace, mailing, outbox, worker
):
    audience.subscriber(workspace, mailing)
    planning.start(asking_drafts.create(workspace, mailing.id, "fr"))
    worker()
    assert b"/o/" not in outbox.outbox[0].body


@pytest.mark.covers("delivery-47")
def test_an_open_writes_the_day_and_changes_nothing_else(workspace, mailing, opened):
    person = audience.subscriber(workspace, mailing)
    db.session.commit()
    before = everything()
    assert opened(person) == date(2026, 11, 10)
    after = everything()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"contact", "journal_file"}
    old, new = before["contact"][0][0], after["contact"][0][0]
    assert new.replace("2026-11-10", "", 1) == old
    assert db.session.scalars(select(Hit)).all() == []


def test_what_waits_to_be_counted_holds_no_hour_no_message_and_no_device(
    workspace, mailing, reader, installation
):
    person = audience.subscriber(workspace, mailing)
    with clock.stopped(NOON):
        reader.get(where(person), headers=READER)
    (file,) = installation.journal_dir.iterdir()
    assert file.read_bytes() == f"{person.id}\n".encode()
    assert re.fullmatch(r"2026-11-10-[\w.-]+-\d+\.days", file.name)
    assert file.stat().st_mtime == datetime(2026, 11, 10, tzinfo=UTC).timestamp()
    ingesting.ingest()
    assert db.session.scalars(select(Hit)).all() == []


def test_a_reader_who_opens_all_day_is_one_line(
    workspace, mailing, reader, installation
):
    person = audience.subscriber(workspace, mailing)
    with clock.stopped(NOON):
        for _ in range(5):
            reader.get(where(person), headers=READER)
    (file,) = installation.journal_dir.iterdir()
    assert file.read_bytes().count(b"\n") == 1


@pytest.mark.covers("delivery-47")
def test_a_later_day_is_written_over_and_never_an_earlier_one(
    workspace, mailing, opened
):
    person = audience.subscriber(workspace, mailing)
    assert opened(person, NOON) == date(2026, 11, 10)
    assert opened(person, NOON.replace(day=14)) == date(2026, 11, 14)
    assert opened(person, NOON.replace(day=12)) == date(2026, 11, 14)


def test_a_machine_that_fetches_ahead_is_no_reader(
    workspace, mailing, reader, installation
):
    person = audience.subscriber(workspace, mailing)
    reader.get(where(person), headers={"User-Agent": "Mozilla/5.0"})
    reader.head(where(person), headers=READER)
    assert not installation.journal_dir.exists()


@pytest.mark.parametrize("state", [State.REFUSED, State.WITHDRAWN, State.GIVEN])
def test_the_gate_is_asked_again_when_it_is_counted(workspace, mailing, opened, state):
    person = audience.subscriber(workspace, mailing)
    says(person, workspace, state)
    assert opened(person) is None


def test_who_left_every_list_is_not_counted(workspace, mailing, opened):
    person = audience.subscriber(workspace, mailing)
    audience.say(person, mailing, State.WITHDRAWN)
    assert opened(person) is None


def test_whose_data_is_restricted_is_not_counted(workspace, mailing, opened):
    person = audience.subscriber(workspace, mailing)
    person.restricted_at = clock.now()
    assert opened(person) is None


def test_nothing_is_counted_where_it_is_switched_off(workspace, mailing, opened):
    person = audience.subscriber(workspace, mailing)
    workspace.keeps_last_open = False
    assert opened(person) is None


@pytest.mark.parametrize("state", [State.REFUSED, State.WITHDRAWN, State.GIVEN])
def test_whoever_speaks_about_opens_has_no_such_day_any_more(
    workspace, mailing, opened, state
):
    person = audience.subscriber(workspace, mailing)
    assert opened(person)
    says(person, workspace, state)
    assert day_of(person) is None


def test_an_answer_about_clicks_leaves_the_day(workspace, mailing, opened):
    person = audience.subscriber(workspace, mailing)
    assert opened(person)
    says(person, workspace, State.REFUSED, "clicks")
    assert day_of(person)


def test_whoever_unsubscribes_has_no_such_day_any_more(workspace, mailing, opened):
    person = audience.subscriber(workspace, mailing)
    assert opened(person)
    audience.say(person, mailing, State.WITHDRAWN)
    assert day_of(person) is None


def test_all_days_of_a_workspace_are_erased_and_those_of_others_stay(
    workspace, mailing, opened, worker, monkeypatch
):
    monkeypatch.setattr(last_opens, "ROWS_AT_ONCE", 2)
    people = [audience.subscriber(workspace, mailing) for _ in range(5)]
    other = make_accounts.workspace(slug="ailleurs", keeps_last_open=True)
    stranger = audience.subscriber(other, audience.mailing_list(other))
    for person in (*people, stranger):
        assert opened(person)
    jobs.forget_last_opens.enqueue(workspace_id=workspace.id)
    worker()
    assert [day_of(person) for person in people] == [None] * 5
    assert day_of(stranger)


def test_a_file_is_removed_when_its_day_is_over_and_it_was_read(
    workspace, mailing, opened, installation
):
    opened(audience.subscriber(workspace, mailing))
    (file,) = installation.journal_dir.iterdir()
    with clock.stopped(NOON.replace(day=11, hour=2)):
        last_opens.take()
    assert not file.exists()


def test_few_idle_people_are_not_told(workspace, mailing):
    with clock.stopped(NOON):
        for _ in range(9):
            idle_since(audience.subscriber(workspace, mailing), date(2026, 5, 9))
        assert last_opens.count_idle(workspace, 6) is None
        idle_since(audience.subscriber(workspace, mailing), date(2026, 5, 9))
        assert last_opens.count_idle(workspace, 6) == 10
        # Six months ago to the day is not longer ago than that.
        idle_since(audience.subscriber(workspace, mailing), date(2026, 5, 10))
        assert last_opens.count_idle(workspace, 6) == 10


def idle_since(person, day):
    person.last_open_on = day
    db.session.flush()


def test_a_segment_cannot_ask_for_it():
    condition = {"subject": "last_open_on", "operator": "since", "value": "2026-01-01"}
    stored = {"version": 1, "root": {"match": "all", "rules": [condition]}}
    with pytest.raises(RuleError):
        rules.read(stored, Catalogue(lists=[], attributes=[]))


def test_nothing_in_the_software_reads_it_but_its_one_count():
    """What is kept for one use has one reader; segments, exports, reports and mails are none."""
    users = {
        path.relative_to(ROOT).as_posix()
        for folder in ("webapp", "workers", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".txt", ".mjml"}
        and "last_open_on" in path.read_text(encoding="utf-8")
    }
    assert users == {
        "webapp/contacts/models.py",
        "webapp/messages/last_opens.py",
        # Whose day is to be forgotten, when many withdraw at once.
        "webapp/consent/many.py",
        # Of two addresses that become one contact's: each day is of one address.
        "webapp/duplicates/survivorship.py",
    }
    assert Contact.__table__.c.last_open_on.info["category"] is Category.BEHAVIOUR
