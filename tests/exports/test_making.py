"""A file holds those who were asked for, as they are, and nobody whose data may not be used."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.factories import accounts as make_accounts
from tests.factories import audience as make_audience
from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says, subscriber
from webapp.accounts.models import AuditEntry
from webapp.consent.models import State
from webapp.contacts import editing
from webapp.contacts.models import AttributeKind, Contact
from webapp.core import clock, draining
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.core.spreadsheets import open_table
from webapp.core.spreadsheets.writing import write
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.exports import asking, cells, columns, facts, files, making
from webapp.exports.asking import TooManyAtOnce
from webapp.exports.models import Export
from webapp.purchases.models import ContactStats, Stage
from webapp.segments.models import Segment

LYON = {
    "version": 1,
    "root": {
        "match": "all",
        "rules": [{"subject": "city", "operator": "equals", "value": "Lyon"}],
    },
}


def emails(rows):
    return sorted(row[0] for row in rows)


@pytest.fixture
def anna(workspace):
    made = make_contact(
        workspace, "anna@example.org", first_name="=Anna", phone="+33612345678"
    )
    db.session.commit()
    return made


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_people_come_back_from_a_file_as_they_are(table, anna, kind):
    assert table(kind=kind) == (
        ["E-mail", "First name", "Phone"],
        [["anna@example.org", "=Anna", "+33612345678"]],
    )


def test_the_heading_speaks_the_language_of_whoever_asked(table, anna):
    heading, _rows = table(locale="fr", columns=["email", "last_name"])
    assert len(heading) == 2


def test_a_list_is_exported_as_people_stand_with_it(workspace, table):
    letter = make_list(workspace)
    subscriber(workspace, letter, "anna@example.org")
    waiting = make_contact(workspace, "zoe@example.org")
    says(waiting, purpose_of(letter), State.PENDING)
    make_contact(workspace, "dehors@example.org")
    db.session.commit()
    assert emails(table(mailing_list_id=letter.id)[1]) == ["anna@example.org"]
    pending = table(mailing_list_id=letter.id, state=State.PENDING)[1]
    assert emails(pending) == ["zoe@example.org"]


def test_a_list_holds_nobody_whom_we_may_not_write_to(workspace, table):
    letter = make_list(workspace)
    subscriber(workspace, letter, "anna@example.org")
    stopped = subscriber(workspace, letter, "zoe@example.org")
    suppression.suppress(workspace, stopped.email, SuppressionReason.STAFF)
    db.session.commit()
    assert emails(table(mailing_list_id=letter.id)[1]) == ["anna@example.org"]


def test_a_segment_is_exported(workspace, table):
    made = Segment(workspace_id=workspace.id, name="De Lyon", rules=LYON)
    db.session.add(made)
    make_contact(workspace, "lyon@example.org", city="Lyon")
    make_contact(workspace, "paris@example.org", city="Paris")
    db.session.commit()
    assert emails(table(segment_id=made.id)[1]) == ["lyon@example.org"]


def test_what_was_searched_for_is_exported_and_forgotten(workspace, table):
    make_contact(workspace, "zoe@example.org", last_name="Martin")
    make_contact(workspace, "leo@example.org", last_name="Durand")
    db.session.commit()
    assert emails(table(words="mart")[1]) == ["zoe@example.org"]
    assert db.session.scalars(select(Export.words)).all() == [""]


def test_nobody_is_exported_whose_data_is_restricted(workspace, table, anna):
    other = make_contact(workspace, "zoe@example.org")
    editing.restrict(workspace, other)
    db.session.commit()
    assert emails(table()[1]) == ["anna@example.org"]


def test_whoever_is_erased_or_restricted_meanwhile_is_not_in_the_file(
    workspace, anna, ask, worker, monkeypatch
):
    numbers = [make_contact(workspace).id for _turn in range(5)]
    db.session.commit()
    monkeypatch.setattr(making, "AT_ONCE", 2)
    read = facts.of

    def of(some):
        db.session.query(Contact).filter_by(id=numbers[3]).delete()
        db.session.get_one(Contact, numbers[4]).restricted_at = clock.now()
        return read(some)

    monkeypatch.setattr(facts, "of", of)
    export = ask()
    worker()
    with open_table(files.file_of(export.id)) as made:
        assert len(list(made.rows)) == 4
    assert db.session.get_one(Export, export.id).done == 4


def test_other_workspaces_stay_out(app, workspace, table, anna):
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    make_contact(other, "ava@example.org")
    db.session.commit()
    assert emails(table()[1]) == ["anna@example.org"]


def test_own_fields_are_written_as_they_are_read(workspace, table):
    make_audience.attribute(workspace, "points", AttributeKind.NUMBER)
    make_audience.attribute(
        workspace, "colours", AttributeKind.CHOICES, ["red", "blue"]
    )
    make_audience.attribute(workspace, "member", AttributeKind.YES_NO)
    own = {"points": 12, "colours": ["red", "blue"], "member": True}
    make_contact(workspace, "anna@example.org", attributes=own)
    db.session.commit()
    asked = [f"attribute:{key}" for key in own]
    heading, rows = table(columns=asked, kind="xlsx")
    assert dict(zip(heading, rows[0], strict=True)) == {
        "Points": "12",
        "Colours": "red; blue",
        "Member": "yes",
    }


def test_consent_is_told_with_its_day_and_its_basis(workspace, table):
    letter = make_list(workspace, name="La lettre")
    subscriber(workspace, letter, "anna@example.org")
    db.session.commit()
    since = f"{clock.now():%Y-%m-%d}"
    heading, rows = table(columns=[f"purpose:{letter.purpose_id}"])
    assert heading == [
        "La lettre: where they stand",
        "La lettre: since",
        "La lettre: legal basis",
    ]
    assert rows[0][0] == "On the list"
    assert rows[0][1].startswith(since[:8])
    assert rows[0][2] == "consent"


def test_figures_of_orders_are_numbers(workspace, table):
    anna = make_contact(workspace, "anna@example.org")
    make_contact(workspace, "zoe@example.org")
    db.session.merge(
        ContactStats(
            contact_id=anna.id,
            workspace_id=workspace.id,
            orders=2,
            revenue=Decimal("30.50"),
            stage=Stage.LOYAL,
        )
    )
    db.session.commit()
    _heading, rows = table(columns=["email", "orders", "revenue", "stage"])
    assert sorted(rows) == [
        ["anna@example.org", "2", "30.5", "Loyal"],
        ["zoe@example.org", "", "", ""],
    ]


def test_moments_are_told_in_the_zone_of_the_workspace(workspace):
    column = columns.Column(
        "at", "At", lambda _facts: datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    )
    row = cells.Cells([column], ZoneInfo("Europe/Paris")).of(facts.Facts(None))
    assert row == [datetime(2026, 3, 29, 3, 30)]


def test_every_column_gives_a_cell_of_everybody(workspace, table, anna):
    make_list(workspace)
    db.session.commit()
    every = [box.key for group in columns.groups(workspace) for box in group.boxes]
    heading, rows = table(columns=every)
    assert len(set(heading)) == len(heading) == len(rows[0]) > len(every)


def test_a_column_that_is_gone_is_left_out(table, anna):
    assert table(columns=["email", "attribute:gone"])[0] == ["E-mail"]


def test_who_took_what_and_how_many_is_noted(workspace, table, anna):
    table(kind="ods", words="anna")
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "contacts.exported")
    ).one()
    assert entry.detail == {
        "of": "search",
        "kind": "ods",
        "people": 1,
        "fields": ["email", "first_name", "phone"],
    }
    assert "anna" not in str([one.detail for one in db.session.query(AuditEntry)])


def test_a_worker_who_must_end_leaves_the_file_to_another_one(
    anna, ask, worker, monkeypatch
):
    asked = iter([True])
    monkeypatch.setattr(draining, "requested", lambda: next(asked, False))
    export = ask()
    worker()
    assert db.session.get_one(Export, export.id).finished_at is not None
    assert [path.name for path in files.folder().iterdir()] == [f"{export.id}.table"]


def test_what_was_cut_off_is_asked_for_again(anna, ask, worker):
    export = ask()
    # As if the broker had lost the job.
    db.session.info["jobs"].clear()
    export.moved_at = clock.now() - making.STALLED - timedelta(seconds=1)
    db.session.commit()
    worker()
    assert export.finished_at is None
    making.rescue()
    db.session.commit()
    worker()
    db.session.rollback()
    assert db.session.get_one(Export, export.id).finished_at is not None


def test_a_segment_deleted_meanwhile_is_said(workspace, ask, worker):
    made = Segment(workspace_id=workspace.id, name="De Lyon", rules=LYON)
    db.session.add(made)
    db.session.flush()
    export = ask(segment_id=made.id)
    made.rules = {"version": 1, "root": {"match": "all", "rules": [{"subject": "x"}]}}
    db.session.commit()
    worker()
    assert db.session.get_one(Export, export.id).trouble == "gone"


def test_three_at_once_are_enough(ask, anna):
    for _turn in range(3):
        ask()
    with pytest.raises(TooManyAtOnce):
        ask()


def test_a_file_is_deleted_on_its_day(anna, ask, worker):
    export = ask()
    worker()
    path = files.file_of(export.id)
    with clock.stopped(clock.ahead(days=files.KEPT.days, minutes=-1)):
        files.purge()
    assert path.exists()
    with clock.stopped(clock.ahead(days=files.KEPT.days, minutes=1)):
        files.purge()
    assert not path.exists()
    assert db.session.query(Export).count() == 0


def test_an_export_deleted_while_it_is_made_leaves_no_file(
    workspace, anna, ask, worker, monkeypatch
):
    export = ask()
    number = export.id
    read = facts.of

    def of(some):
        asking.delete(workspace, db.session.get_one(Export, number))
        return read(some)

    monkeypatch.setattr(facts, "of", of)
    worker()
    assert not files.file_of(number).exists()


TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), max_size=20
) | st.sampled_from(["=1", "'=1", "+33 6", "-x", "@y", '"', ";", "\\"])


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
@given(names=st.lists(TEXTS, min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_any_name_survives_a_file(kind, names, tmp_path_factory):
    path = tmp_path_factory.mktemp("names") / "file"
    write(kind, path, ["n", "name"], [[str(n), name] for n, name in enumerate(names)])
    with open_table(path) as made:
        assert [row[1] for row in made.rows] == names


def test_only_the_workspaces_own_are_found(app, workspace, ask, anna):
    export = ask()
    other = make_accounts.workspace(slug="ailleurs", name="Ailleurs")
    with pytest.raises(NotFound):
        asking.get(other, export.id)
