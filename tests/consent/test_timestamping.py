"""An authority says when a checkpoint was there; whoever has its certificate can verify that."""

import base64
import dataclasses
import json
import subprocess

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, says
from tests.fakes_tsa import Authority
from webapp.consent import checkpoints, exporting, jobs, timestamping, verifying
from webapp.consent import verifying_files as files
from webapp.consent.models import CheckpointTimestamp, State
from webapp.consent.timestamping import NoTimestamp
from webapp.consent.verifying import NotProven
from webapp.core.db import db


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture
def tsa(app, authority, monkeypatch):
    """The authority, at the address the installation asks."""
    authority.fault, authority.asked = "", 0
    with authority.at_work() as url:
        settings = dataclasses.replace(app.extensions["settings"], tsa_url=url)
        monkeypatch.setitem(app.extensions, "settings", settings)
        yield authority


@pytest.fixture
def shop(workspace):
    letter = make_list(workspace)
    says(make_contact(workspace), purpose_of(letter), State.GIVEN)
    checkpoints.take(workspace)
    db.session.commit()
    return workspace


def stamps():
    return db.session.scalars(select(CheckpointTimestamp)).all()


def only_mark(shop):
    (mark,) = checkpoints.documents(shop)
    return mark


def test_a_checkpoint_gets_the_word_of_the_authority_once(shop, tsa, worker):
    jobs.timestamp_checkpoints.enqueue()
    jobs.timestamp_checkpoints.enqueue()
    worker()
    assert len(stamps()) == tsa.asked == 1
    mark = only_mark(shop)
    at, imprint = verifying.stamped(mark)
    assert imprint == verifying.hashlib.sha256(verifying.to_stamp(mark)).digest()
    assert at.startswith(f"{stamps()[0].at:%Y%m%d%H%M%S}")


def test_without_an_authority_nobody_is_asked(shop, worker):
    jobs.timestamp_checkpoints.enqueue()
    worker()
    assert stamps() == []


@pytest.mark.parametrize("fault", ["down", "nonsense", "refused", "stale"])
def test_an_authority_in_trouble_is_asked_again_later_and_holds_nothing_up(
    shop, tsa, worker, fault
):
    tsa.answer(timestamping.TimestampRequestBuilder().data(b"x").build().as_bytes())
    tsa.fault = fault
    jobs.timestamp_checkpoints.enqueue()
    worker()
    assert stamps() == []
    tsa.fault = ""
    jobs.timestamp_checkpoints.enqueue()
    worker()
    assert len(stamps()) == 1


def test_nobody_at_the_address_is_told_as_such(app):
    with pytest.raises(NoTimestamp):
        timestamping.ask("http://127.0.0.1:9/tsr", {"a": 1})


def test_an_export_is_verified_with_its_timestamp_and_the_authoritys_certificate(
    shop, tsa, tmp_path
):
    timestamping.stamp_all()
    path = tmp_path / "ledger.jsonl"
    path.write_text("".join(exporting.lines(shop)))
    assert "whole: 1 events, 1 checkpoints" in files.check_file(path)
    marks = files.checkpoints_in(path)
    assert timestamping.check_authority(marks, tsa.root.read_bytes()) == 1


def test_openssl_verifies_it_by_hand_too(shop, tsa, tmp_path):
    timestamping.stamp_all()
    mark = only_mark(shop)
    (tmp_path / "stamp.tsr").write_bytes(base64.b64decode(mark["timestamp"]))
    (tmp_path / "mark").write_bytes(verifying.to_stamp(mark))
    done = subprocess.run(
        [
            "openssl",
            "ts",
            "-verify",
            "-in",
            "stamp.tsr",
            "-data",
            "mark",
            "-CAfile",
            str(tsa.root),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Verification: OK" in done.stdout + done.stderr


def test_a_timestamp_by_somebody_else_is_not_that_authoritys(shop, tsa, tmp_path):
    timestamping.stamp_all()
    other = Authority(tmp_path / "other", name="Others")
    with pytest.raises(NotProven, match="not that authority's"):
        timestamping.check_authority([only_mark(shop)], other.root.read_bytes())


def test_a_timestamp_of_another_checkpoint_proves_nothing(shop, tsa):
    timestamping.stamp_all()
    letter = make_list(shop, name="Une autre")
    says(make_contact(shop), purpose_of(letter), State.GIVEN)
    checkpoints.take(shop)
    db.session.commit()
    timestamping.stamp_all()
    first, second = checkpoints.documents(shop)
    mixed = {**second, "timestamp": first["timestamp"]}
    with pytest.raises(NotProven, match="the timestamp is not about the checkpoint"):
        verifying.check_checkpoint(mixed, shop.id, None)


def test_a_checkpoint_that_was_changed_keeps_no_timestamp(shop, tsa, tmp_path):
    timestamping.stamp_all()
    path = tmp_path / "checkpoint.json"
    path.write_text(json.dumps({**only_mark(shop), "size": 7}))
    with pytest.raises(NotProven, match="the signature does not fit"):
        files.check_file(path)


def test_what_the_authority_said_stays(shop, tsa):
    timestamping.stamp_all()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text("DELETE FROM checkpoint_timestamp"))
