"""People are asked to look at their profile: only those who may be, and not again and again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import audience as make
from webapp.consent.models import State
from webapp.contacts.models import AttributeKind, Contact, ContactRecord
from webapp.core import clock
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import SuppressionReason
from webapp.quality import asking, looking, writing
from webapp.quality.asking import NobodyToAsk, NothingToAsk
from webapp.quality.models import UpdateRequest


def begin(workspace, mailing, names):
    """A round, and whom it asks written down."""
    made = asking.begin(workspace, mailing, names)
    asking.choose(made.id)
    db.session.flush()
    return made


def asked(made):
    found = db.session.scalars(
        select(UpdateRequest.contact_id).where(UpdateRequest.round_id == made.id)
    )
    return set(found)


def page_of(client, contact, outbox, **said):
    """The page that the link of the mail opens; what was said is sent with it."""
    mail = outbox.outbox[-1].body.decode("utf-8", "replace").replace("=\r\n", "")
    link = "/p/" + mail.split("/p/")[1].split()[0].replace("=3D", "=")
    if said:
        return client.post(link, data=said).text
    return client.get(link).text


def test_only_who_lacks_the_field_and_may_be_written_to_is_asked(workspace, mailing):
    lacks = make.subscriber(workspace, mailing, email="a@example.org")
    make.subscriber(workspace, mailing, phone="+33612345678")
    make.contact(workspace)
    left = make.subscriber(workspace, mailing)
    make.say(left, mailing, State.WITHDRAWN)
    bounced = make.subscriber(workspace, mailing)
    suppression.suppress(workspace, bounced.email, SuppressionReason.HARD_BOUNCE)
    assert asked(begin(workspace, mailing, ["phone"])) == {lacks.id}


def test_nobody_is_asked_twice_in_six_months(workspace, mailing, worker, outbox):
    make.subscriber(workspace, mailing)
    begin(workspace, mailing, ["phone"])
    with pytest.raises(NobodyToAsk):
        asking.begin(workspace, mailing, ["birth_date"])
    writing.write_some()
    db.session.flush()
    with clock.stopped(clock.now() + timedelta(days=150)), pytest.raises(NobodyToAsk):
        asking.begin(workspace, mailing, ["phone"])
    with clock.stopped(clock.now() + timedelta(days=190)):
        assert len(asked(begin(workspace, mailing, ["phone"]))) == 1


def test_a_round_that_was_stopped_keeps_nobody_from_being_asked(workspace, mailing):
    make.subscriber(workspace, mailing)
    asking.stop(workspace, begin(workspace, mailing, ["phone"]).id)
    assert writing.write_some() == 0
    assert len(asked(begin(workspace, mailing, ["phone"]))) == 1


def test_only_fields_that_people_can_fill_in_are_asked_for(workspace, mailing):
    make.subscriber(workspace, mailing)
    hidden = make.attribute(workspace, "note", AttributeKind.TEXT)
    for names in ([], ["email"], [f"attribute:{hidden.key}"]):
        with pytest.raises(NothingToAsk):
            asking.begin(workspace, mailing, names)


def test_whoever_left_meanwhile_gets_no_mail(workspace, mailing, worker, outbox):
    person = make.subscriber(workspace, mailing)
    begin(workspace, mailing, ["phone"])
    writing.write_some()
    make.say(person, mailing, State.WITHDRAWN)
    worker()
    assert outbox.outbox == []


def test_the_page_behind_the_mail_asks_first_and_the_answer_is_a_record(
    client, workspace, mailing, worker, outbox
):
    person = make.subscriber(workspace, mailing, phone="06 12", city="")
    begin(workspace, mailing, ["phone", "birth_date"])
    worker()
    page = page_of(client, person, outbox)
    assert page.index('name="birth_date"') < page.index('name="phone"')
    assert page.index('name="phone"') < page.index('type="checkbox"')
    page_of(client, person, outbox, phone="06 12 34 56 78", list=mailing.id)
    db.session.rollback()
    assert db.session.get_one(Contact, person.id).phone == "+33612345678"
    record = db.session.scalars(
        select(ContactRecord).order_by(ContactRecord.id.desc())
    ).first()
    assert record.source == "preferences"
    [progress] = asking.rounds(workspace)
    assert (progress.people, progress.asked, progress.answered) == (1, 1, 1)
    assert writing.wanted(person) == ["birth_date"]


def test_what_a_person_saw_and_left_as_it_is_counts_as_said_again(
    client, workspace, mailing, worker, outbox
):
    person = make.subscriber(workspace, mailing, phone="06 12", city="")
    db.session.commit()
    looking.look(workspace.id)
    begin(workspace, mailing, ["phone"])
    worker()
    page_of(client, person, outbox, phone="06 12", **{"was-phone": "06 12"})
    db.session.rollback()
    assert writing.wanted(person) == []
    assert asking.rounds(workspace)[0].answered == 1


def test_a_round_leaves_little_by_little(workspace, mailing, monkeypatch):
    monkeypatch.setattr(writing, "A_MINUTE", 2)
    for _ in range(3):
        make.subscriber(workspace, mailing)
    begin(workspace, mailing, ["phone"])
    assert [writing.write_some() for _ in range(3)] == [2, 1, 0]


def test_a_round_that_the_broker_lost_asks_everybody_once(
    workspace, mailing, worker, outbox
):
    make.subscriber(workspace, mailing)
    made = asking.begin(workspace, mailing, ["phone"])
    asking.choose(made.id)
    asking.choose(made.id)
    asking.rescue()
    worker()
    assert len(outbox.outbox) == 1
