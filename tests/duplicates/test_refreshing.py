"""The marks of contacts keep in step with what is known of them."""

from datetime import timedelta

from sqlalchemy import select

from tests.duplicates import french
from tests.duplicates.filling import fill
from tests.factories import subscriptions as make
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.duplicates import refreshing
from webapp.duplicates.models import MatchDue, MatchProfile


def renew(workspace):
    stale = refreshing.stale(workspace, "", after=0)
    return refreshing.renew(workspace, stale)


def due():
    return sorted(db.session.scalars(select(MatchDue.contact_id)))


def test_marks_are_made_once(workspace):
    numbers = fill(workspace, french.base(20))
    assert refreshing.count_stale(workspace) == len(numbers)
    assert renew(workspace) == numbers == due()
    assert refreshing.count_stale(workspace) == 0


def test_a_change_of_what_is_not_compared_makes_nobody_wait(workspace):
    (number, *_) = fill(workspace, french.base(3))
    renew(workspace)
    db.session.query(MatchDue).delete()
    contact = db.session.get_one(Contact, number)
    contact.language, contact.updated_at = "en", clock.now()
    db.session.commit()
    assert refreshing.count_stale(workspace) == 1
    assert renew(workspace) == due() == []
    assert refreshing.count_stale(workspace) == 0


def test_a_change_of_what_is_compared_has_the_contact_compared_again(workspace):
    (number, *_) = fill(workspace, french.base(3))
    renew(workspace)
    db.session.query(MatchDue).delete()
    before = db.session.get_one(MatchProfile, number).key_last_here
    contact = db.session.get_one(Contact, number)
    contact.last_name, contact.updated_at = "Nouveau", clock.now()
    contact.postcode = "29200"
    db.session.commit()
    assert renew(workspace) == due() == [number]
    db.session.expire_all()
    assert db.session.get_one(MatchProfile, number).key_last_here != before


def test_restricted_data_gets_no_marks(workspace):
    contact = make.contact(workspace)
    contact.restricted_at = clock.now()
    contact.updated_at = clock.now() + timedelta(minutes=1)
    db.session.query(MatchProfile).delete()
    db.session.commit()
    assert refreshing.stale(workspace, "", after=0) == []
    assert refreshing.read([contact.id], "") == {}


def test_a_customer_number_is_read_from_its_field(workspace):
    contact = make.contact(workspace, attributes={"carte": "C 12"})
    assert refreshing.known(contact, "carte").identity.reference == "c12"
    assert (
        refreshing.read([contact.id], "carte")[contact.id].identity.reference == "c12"
    )
    assert refreshing.known(contact, "").identity.reference == ""
