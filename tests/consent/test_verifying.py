"""Whoever tampers with a ledger is found out, and the event is named."""

import json
import subprocess
import sys

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from sqlalchemy import text

from tests.consent.test_chain import VALUES
from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says
from webapp.consent import (
    checking,
    checkpoints,
    exporting,
    ledger,
    signing,
    standalone,
    verifying,
    verifying_files,
)
from webapp.consent.models import State
from webapp.consent.verifying import NotProven
from webapp.core.db import db

COUNT = 9


@pytest.fixture
def shop(workspace):
    """A workspace in which nine things were said, and a checkpoint of them."""
    letter = make_list(workspace)
    words = ledger.shown(workspace, "purpose", letter.purpose_text, "fr")
    for turn in range(COUNT):
        person = make_contact(workspace, f"p{turn % 4}@example.org")
        says(person, purpose_of(letter), list(State)[turn % 4], text_id=words.id)
    checkpoints.take(workspace)
    db.session.commit()
    return workspace


def verified(workspace, *kept, key=None):
    db.session.expire_all()
    return [one.size for one in checking.verify(workspace, list(kept), key)]


def tamper(*statements):
    """What an administrator of the database can do, who is not stopped by triggers."""
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    for statement in statements:
        db.session.execute(text(statement))
    db.session.execute(text("SET LOCAL session_replication_role = origin"))


def first_fault(workspace, *kept):
    with pytest.raises(NotProven) as caught:
        verified(workspace, *kept)
    return caught.value.seq


def test_a_ledger_nobody_touched_holds(shop):
    assert verified(shop) == list(range(1, COUNT + 1))


def test_a_workspace_where_nothing_was_said_holds(workspace):
    assert checkpoints.take(workspace) is None
    assert verified(workspace) == []


CHANGES = {
    "state": "state = 'refused'",
    "time": "at = at + interval '1 microsecond'",
    "person": "contact_id = contact_id + 1",
    "purpose": "purpose_id = purpose_id + 1",
    "basis": "basis = 'legitimate_interest'",
    "method": "method = 'one_click'",
    "colleague": "user_id = 7",
    "detail": """detail = '{"x": "y"}'""",
    "words": "text_id = NULL",
    "words-hash": "text_hash = set_byte(text_hash, 5, 255 - get_byte(text_hash, 5))",
    "hash": "hash = set_byte(hash, 31, get_byte(hash, 31) # 1)",
    "before": "prev_hash = set_byte(prev_hash, 0, get_byte(prev_hash, 0) # 128)",
    "circumstances": "commitment = set_byte(commitment, 0, get_byte(commitment, 0) # 1)",
}


@pytest.mark.covers("consent-18")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("seq", [1, 5, COUNT])
def test_a_changed_event_is_named(shop, change, seq):
    tamper(f"UPDATE consent_event SET {change} WHERE seq = {seq}")
    assert first_fault(shop) == seq


@pytest.mark.covers("consent-18")
@pytest.mark.parametrize("seq", [1, 4, COUNT - 1])
def test_an_event_that_was_removed_is_named(shop, seq):
    tamper(f"DELETE FROM consent_event WHERE seq = {seq}")
    assert first_fault(shop) == seq


@pytest.mark.covers("consent-18")
def test_the_last_event_is_missed_even_when_the_end_of_the_chain_was_put_back(shop):
    kept = checkpoints.latest(shop).document
    tamper(
        f"DELETE FROM consent_event WHERE seq = {COUNT}",
        "UPDATE ledger_head SET size = size - 1,"
        f" hash = (SELECT hash FROM consent_event WHERE seq = {COUNT - 1})",
    )
    assert first_fault(shop) == COUNT
    # Even when the checkpoints of the database went too, one that was kept elsewhere tells.
    tamper("DELETE FROM ledger_checkpoint")
    assert first_fault(shop, kept) == COUNT


def test_the_last_event_is_missed_without_any_checkpoint(shop):
    tamper(
        f"DELETE FROM consent_event WHERE seq = {COUNT}",
        "DELETE FROM ledger_checkpoint",
    )
    assert first_fault(shop) == COUNT


@pytest.mark.covers("consent-18")
@pytest.mark.parametrize(("one", "other"), [(1, 2), (3, 7), (COUNT - 1, COUNT)])
def test_of_two_events_that_changed_places_the_first_is_named(shop, one, other):
    tamper(
        f"UPDATE consent_event SET seq = -1 WHERE seq = {one}",
        f"UPDATE consent_event SET seq = {one} WHERE seq = {other}",
        f"UPDATE consent_event SET seq = {other} WHERE seq = -1",
    )
    assert first_fault(shop) == one


def test_a_chain_written_anew_from_its_beginning_is_not_that_of_the_checkpoint(shop):
    kept = checkpoints.latest(shop).document
    tamper("DELETE FROM consent_event", "DELETE FROM ledger_head")
    letter = make_list(shop, name="Une autre")
    for _ in range(COUNT + 1):
        says(make_contact(shop), purpose_of(letter), State.GIVEN)
    assert first_fault(shop, kept) == COUNT


@pytest.mark.covers("consent-14")
def test_words_that_were_changed_after_they_were_shown_are_found(shop):
    tamper("UPDATE shown_text SET body = body || ' '")
    assert first_fault(shop) == 1


def test_a_checkpoint_that_was_changed_is_not_believed(shop):
    kept = {**checkpoints.latest(shop).document, "size": COUNT - 1}
    with pytest.raises(NotProven, match="signature"):
        verified(shop, kept)


def test_a_checkpoint_signed_by_somebody_else_is_not_believed(shop):
    with pytest.raises(NotProven, match="another key"):
        verified(shop, key="00" * 32)
    assert verified(shop, key=signing.public_key())


def test_nothing_new_was_said_so_nothing_new_is_signed(shop):
    assert checkpoints.take(shop).id == checkpoints.take(shop).id


@pytest.fixture
def exported(shop, tmp_path):
    path = tmp_path / "ledger.jsonl"
    path.write_text("".join(exporting.lines(shop)))
    return path


def offline(path, *more):
    """As an auditor does it: the file alone, elsewhere, with nothing of ours to import."""
    alone = path.with_name("verifying.py")
    alone.write_text(standalone.source())
    return subprocess.run(
        [sys.executable, "-P", alone.name, path.name, *more],
        cwd=path.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_export_is_verified_without_us(exported):
    done = offline(exported, signing.public_key())
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{COUNT} events, 1 checkpoints" in done.stdout


def edited(path, change):
    lines = path.read_text().splitlines()
    change(lines)
    path.write_text("\n".join(lines) + "\n")


def swap(lines):
    lines[3], lines[5] = lines[5], lines[3]


def flip(lines):
    event = json.loads(lines[6])
    event["row"]["state"] = "given" if event["row"]["state"] != "given" else "refused"
    lines[6] = json.dumps(event)


def forge_checkpoint(lines):
    head = json.loads(lines[0])
    head["checkpoints"][0]["size"] = COUNT - 2
    lines[0] = json.dumps(head)
    del lines[COUNT - 1 :]


def sign_with_another_key(lines):
    head = json.loads(lines[0])
    key = Ed25519PrivateKey.generate()
    mark = {**head["checkpoints"][0], "key": key.public_key().public_bytes_raw().hex()}
    del mark["signature"]
    mark["signature"] = key.sign(verifying.canonical(mark)).hex()
    lines[0] = json.dumps({**head, "checkpoints": [mark]})


def cut_in_a_line(lines):
    lines[COUNT] = lines[COUNT][:40]


def write_anew(lines):
    """Every hash as it should be, from the changed event on: only a checkpoint can tell."""
    flip(lines)
    before = json.loads(lines[5])["hash"]
    for place in range(6, COUNT + 1):
        event = json.loads(lines[place])
        event["prev"] = before
        before = verifying.link_hash(before, verifying.digest(event["row"]))
        lines[place] = json.dumps({**event, "hash": before})


FAULTS = {
    "flipped": (flip, "event 6 does not say what it said"),
    "swapped": (swap, "event 3 is missing: event 5 stands in its place"),
    "removed": (lambda lines: lines.pop(4), "event 4 is missing: event 5 stands"),
    "last-removed": (lambda lines: lines.pop(), f"event {COUNT} is missing: on 20"),
    "truncated": (cut_in_a_line, f"event {COUNT} is cut off"),
    "reordered": (
        lambda lines: lines.__setitem__(slice(1, None), lines[:0:-1]),
        f"event 1 is missing: event {COUNT} stands in its place",
    ),
    "twice": (
        lambda lines: lines.insert(2, lines[2]),
        "event 3 is missing: event 2 stands there a second time",
    ),
    "inserted": (
        lambda lines: lines.append(lines[-1]),
        f"event {COUNT + 1} is missing: event {COUNT} stands there a second",
    ),
    "written-anew": (write_anew, f"event {COUNT} is another one than on 20"),
    "forged-checkpoint": (forge_checkpoint, "the signature does not fit"),
    "another-key": (sign_with_another_key, "this is signed with another key"),
}


@pytest.mark.covers("consent-18")
@pytest.mark.parametrize(("change", "words"), FAULTS.values(), ids=FAULTS)
def test_an_export_somebody_tampered_with_is_refused_and_the_fault_named(
    exported, change, words
):
    edited(exported, change)
    done = offline(exported, signing.public_key())
    assert done.returncode == 1
    assert f"NOT PROVEN: {words}" in done.stderr


@pytest.mark.covers("consent-18")
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            (
                "UPDATE consent_evidence SET sealed = set_byte(sealed, 20,"
                " get_byte(sealed, 20) # 1) WHERE event_id = (SELECT id FROM consent_event"
                " WHERE seq = 4)"
            ),
            "event 4 did not happen under the circumstances that are kept",
        ),
        (
            (
                "UPDATE consent_evidence AS mine SET sealed = other.sealed"
                " FROM consent_evidence AS other, consent_event AS a, consent_event AS b"
                " WHERE mine.event_id = a.id AND other.event_id = b.id AND a.seq = 2"
                " AND b.seq = 7"
            ),
            "event 2 did not happen under the circumstances that are kept",
        ),
        (
            "UPDATE shown_text SET body = replace(body, 'lettre', 'publicité')",
            "event 1 did not show what is now kept as shown",
        ),
        (
            (
                "UPDATE ledger_checkpoint SET document ="
                " jsonb_set(document, '{size}', to_jsonb(3))"
            ),
            "the signature does not fit",
        ),
        (
            (
                "UPDATE ledger_checkpoint SET document ="
                " jsonb_set(document, '{workspace}', to_jsonb(99))"
            ),
            "this checkpoint belongs to another ledger",
        ),
    ],
    ids=["evidence", "evidence-of-another", "words", "checkpoint", "of-another"],
)
def test_what_hangs_on_the_chain_is_verified_with_it(shop, statement, words):
    tamper(statement)
    with pytest.raises(NotProven, match=words):
        verified(shop)


def test_forgotten_circumstances_are_no_fault(shop):
    tamper("DELETE FROM person_key WHERE contact_id = 1")
    assert verified(shop) == list(range(1, COUNT + 1))
    assert checking.forgotten(shop) > 0


def test_a_chain_is_followed_on_from_where_an_earlier_look_ended(shop):
    reached = list(checking.verify(shop))[4]
    assert [one.size for one in checking.verify(shop, begun=reached)] == [6, 7, 8, 9]
    tamper("UPDATE consent_event SET state = 'refused' WHERE seq IN (2, 8)")
    with pytest.raises(NotProven) as caught:
        list(checking.verify(shop, begun=reached))
    assert caught.value.seq == 8


def test_a_file_that_is_no_ledger_proves_nothing(tmp_path):
    for words in ("", "{}", "[]", '{"format": "other"}', "\x00", '{"format": 3'):
        path = tmp_path / "file"
        path.write_text(words)
        with pytest.raises(NotProven):
            verifying_files.check_file(path)


@given(VALUES)
def test_the_auditors_own_way_of_writing_is_the_one_of_rfc_8785(value):
    assert verifying.canonical(value) == rfc8785.dumps(value)
