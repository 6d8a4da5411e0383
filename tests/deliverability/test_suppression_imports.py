"""A file of suppressions is taken as a whole, set by set, and tied to the contacts it is about."""

import pytest
from sqlalchemy import func, select

from tests.factories import accounts, audience
from webapp.core import clock, draining
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.deliverability import (
    suppression,
    suppression_exports,
    suppression_imports,
)
from webapp.deliverability.models import (
    Origin,
    Suppression,
    SuppressionImport,
    SuppressionReason,
)


def take(workspace, text):
    taken = suppression_imports.begin(workspace, "liste.csv", text.encode(), None)
    db.session.commit()
    return taken


def many(count):
    return "email\n" + "".join(f"person{n}@example.org\n" for n in range(count))


def suppressed(workspace):
    db.session.expire_all()
    return db.session.scalar(
        select(func.count()).where(Suppression.workspace_id == workspace.id)
    )


def test_a_short_file_is_taken_at_once(workspace):
    taken = take(
        workspace,
        "email,reason,date\nanna@example.org,spam,2024-03-05\nbob@example.org,,\n",
    )
    assert (taken.added, taken.known, taken.faults) == (2, 0, [])
    line = suppression.look_up(workspace, "Anna@example.org")
    assert line.reason == SuppressionReason.COMPLAINT
    assert line.origin == Origin.IMPORT
    assert f"{line.created_at:%Y-%m-%d}" == "2024-03-05"


def test_nothing_of_the_file_is_kept_but_marks(workspace):
    taken = take(workspace, "email\nanna@example.org\nnobody\n")
    assert taken.content == b""
    assert "example.org" not in str(taken.faults)


def test_a_contact_of_the_file_gets_no_newsletter(workspace):
    anna = audience.contact(workspace, email="Anna@Example.org")
    db.session.commit()
    take(workspace, "email\nanna@example.org\n")
    assert suppression.find(workspace, anna) is not None


def test_taking_a_file_twice_changes_nothing(workspace):
    take(workspace, "email,reason\nanna@example.org,unsubscribed\n")
    again = take(workspace, "email,reason\nanna@example.org,hard bounce\n")
    assert (again.added, again.known) == (0, 1)
    reason = suppression.reason_for(workspace, "anna@example.org")
    assert reason is SuppressionReason.UNSUBSCRIBED_FROM_ALL


def test_a_refusal_takes_the_place_of_a_mailbox_that_failed(workspace):
    suppression.suppress(workspace, "anna@example.org", SuppressionReason.HARD_BOUNCE)
    take(workspace, "email,reason\nanna@example.org,complaint\n")
    reason = suppression.reason_for(workspace, "anna@example.org")
    assert reason is SuppressionReason.COMPLAINT


def test_an_address_that_comes_twice_in_a_file_is_entered_with_its_refusal(workspace):
    taken = take(
        workspace, "email,reason\na@example.org,bounce\nA@example.org,complaint\n"
    )
    assert taken.added == 1
    reason = suppression.reason_for(workspace, "a@example.org")
    assert reason is SuppressionReason.COMPLAINT


def test_a_long_file_is_taken_by_a_worker_in_one_go(workspace, worker, monkeypatch):
    monkeypatch.setattr(suppression_imports, "AT_ONCE", 10)
    taken = take(workspace, many(50) + "nobody\n")
    assert taken.finished_at is None
    assert suppressed(workspace) == 0
    worker()
    assert (taken.added, taken.done, taken.faults) == (
        50,
        51,
        [[52, "not_an_address"]],
    )
    assert suppressed(workspace) == 50


def test_a_file_that_is_cut_off_leaves_nothing_and_begins_anew(
    workspace, worker, monkeypatch
):
    monkeypatch.setattr(suppression_imports, "AT_ONCE", 10)
    monkeypatch.setattr(suppression_imports, "_CHUNK", 20)
    taken = take(workspace, many(1_200))
    monkeypatch.setattr(draining, "requested", lambda: True)
    suppression_imports.perform(taken.id)
    assert suppressed(workspace) == 0
    monkeypatch.undo()
    worker()
    assert suppressed(workspace) == 1_200


def test_a_fault_while_entering_leaves_nothing_half_done(workspace, monkeypatch):
    monkeypatch.setattr(suppression_imports, "_CHUNK", 20)
    monkeypatch.setattr(
        suppression_imports, "_recognise", lambda *_: db.session.execute("broken")
    )
    with pytest.raises(Exception, match="broken"):
        take(workspace, many(30))
    db.session.rollback()
    assert suppressed(workspace) == 0


def test_what_was_cut_off_is_asked_for_again_and_given_up_after_a_day(
    workspace, worker, monkeypatch
):
    monkeypatch.setattr(suppression_imports, "AT_ONCE", 10)
    lost = take(workspace, many(11))
    db.session.commit()
    old = take(workspace, many(12))
    lost.moved_at = clock.ago(minutes=10)
    old.asked_at = clock.ago(days=2)
    db.session.commit()
    suppression_imports.rescue()
    worker()
    assert (lost.added, lost.trouble) == (11, "")
    assert (old.added, old.trouble, old.content) == (0, "cut_off", b"")


def test_files_are_forgotten_after_a_quarter(workspace):
    old = take(workspace, "email\nanna@example.org\n")
    old.asked_at = clock.ago(days=100)
    db.session.flush()
    suppression_imports.rescue()
    assert db.session.scalar(select(func.count()).select_from(SuppressionImport)) == 0


def test_another_workspace_does_not_see_the_file(workspace):
    taken = take(workspace, "email\nanna@example.org\n")
    other = accounts.workspace(slug="ailleurs")
    with pytest.raises(NotFound):
        suppression_imports.get(other, taken.id)


def test_our_export_can_be_taken_by_another_workspace(workspace):
    suppression.suppress(workspace, "gone@example.org", SuppressionReason.ERASED)
    anna = audience.contact(workspace, email="anna@example.org")
    suppression.suppress(workspace, anna.email, SuppressionReason.COMPLAINT, anna)
    hidden = audience.contact(
        workspace, email="bob@example.org", restricted_at=clock.now()
    )
    suppression.suppress(workspace, hidden.email, SuppressionReason.STAFF, hidden)
    other = accounts.workspace(slug="ailleurs")
    here = audience.contact(other, email="gone@example.org")
    db.session.commit()
    file = "".join(suppression_exports.lines(workspace))
    assert "anna@example.org" in file
    assert "gone@" not in file
    assert "bob@" not in file
    taken = take(other, file)
    assert (taken.added, taken.faults) == (3, [])
    assert suppression.reason_for(other, "bob@example.org") is SuppressionReason.STAFF
    assert suppression.find(other, here).reason == SuppressionReason.ERASED
