"""What very many people say at once stands in the ledger as if each had said it alone."""

from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import JSONB

from tests.factories import audience as make
from webapp.consent import chain, many, projecting
from webapp.consent.many import Shared
from webapp.consent.models import ConsentEvent, Purpose, State
from webapp.contacts.models import Contact
from webapp.core.db import db


def _everybody(workspace, purpose, **said):
    detail = literal({"import": 1, "é": "”\\", **said}, JSONB).label("detail")
    people = select(Contact.id.label("contact_id"), detail)
    return many.agree(
        workspace,
        purpose,
        people.where(Contact.workspace_id == workspace.id),
        Shared(State.GIVEN, "import", user_id=7),
    )


def test_each_event_has_the_hash_it_would_have_alone(workspace):
    letter = make.mailing_list(workspace)
    for _number in range(5):
        make.contact(workspace)
    purpose = db.session.get_one(Purpose, letter.purpose_id)
    assert _everybody(workspace, purpose) == 5
    db.session.commit()
    events = db.session.scalars(select(ConsentEvent).order_by(ConsentEvent.seq)).all()
    for event in events:
        assert event.hash == chain.link(event.prev_hash, chain.content(event))
    assert [event.seq for event in events] == [1, 2, 3, 4, 5]
    assert projecting.differences(workspace) == []


def test_whoever_spoke_before_is_left_out(workspace):
    letter = make.mailing_list(workspace)
    for state in (None, State.WITHDRAWN, State.PENDING, State.GIVEN):
        person = make.contact(workspace)
        if state:
            make.say(person, letter, state)
    purpose = db.session.get_one(Purpose, letter.purpose_id)
    assert _everybody(workspace, purpose) == 1
    db.session.commit()
    assert projecting.differences(workspace) == []
