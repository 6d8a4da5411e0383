"""Who never asked says so by a link in the mail, and is left in peace."""

import pytest
from sqlalchemy import func, select

from tests.factories import accounts as make_accounts
from tests.factories import widgets as make_widgets
from tests.factories.subscriptions import contact as make_contact
from tests.factories.subscriptions import mailing_list as make_list
from tests.factories.subscriptions import purpose_of, subscriber
from webapp.consent import ledger
from webapp.consent.models import State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.messages.models import Message
from webapp.subscriptions import blocks, subscribing
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.models import Confirmation, ConfirmationBlock
from webapp.widgets import attempts, queries
from webapp.widgets.judging import Reason

ADDRESS = "anna@example.org"


@pytest.fixture
def widget(workspace):
    made = make_widgets.widget(workspace)
    db.session.commit()
    return made


def enter(client, widget, address=ADDRESS):
    client.post(f"/f/{widget.public_id}", data={"email": address})
    db.session.rollback()


def the_link():
    mail = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    url = mail.content["values"]["block_url"]
    db.session.rollback()
    return url.removeprefix("http://volontiers.test")


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def link(client, widget):
    enter(client, widget)
    return the_link()


def undo_of(page):
    return page.text.partition('name="undo" value="')[2].partition('"')[0]


def test_opening_the_page_blocks_nothing(client, link):
    page = client.get(link + "?lang=en")
    assert "You did not ask for this?" in page.text
    assert page.text.count('type="submit"') == 1
    assert count(ConfirmationBlock) == 0


def test_pressing_forgets_the_person_and_the_sign_up(client, link):
    assert "will not be asked again" in client.post(link + "?lang=en").text
    assert (count(Contact), count(Confirmation)) == (0, 0)


def test_no_form_of_the_shop_writes_to_the_address_again(
    client, workspace, widget, link
):
    client.post(link)
    before = count(Message)
    for door in (widget, make_widgets.widget(workspace)):
        db.session.commit()
        enter(client, door, ADDRESS.upper())
    assert count(Message) == before
    assert count(Contact) == 0


def test_another_shop_may_still_ask(client, link):
    client.post(link)
    other = make_widgets.widget(make_accounts.workspace(slug="autre", name="Autre"))
    db.session.commit()
    before = count(Message)
    enter(client, other)
    assert count(Message) == before + 1


def test_a_block_ends_after_a_year_and_its_mark_is_forgotten(client, widget, link):
    client.post(link)
    db.session.rollback()
    with clock.stopped(clock.now() + blocks.LASTS):
        blocks.forget_old()
        assert count(ConfirmationBlock) == 0
        before = count(Message)
        enter(client, widget)
        assert count(Message) == before + 1


def test_a_block_can_be_undone_at_once(client, widget, link):
    undo = undo_of(client.post(link))
    assert "sign up again" in client.post(link + "?lang=en", data={"undo": undo}).text
    assert count(ConfirmationBlock) == 0


def test_a_forged_undo_changes_nothing(client, link):
    undo = undo_of(client.post(link))
    client.post(link, data={"undo": undo[:-2]})
    assert count(ConfirmationBlock) == 1


def test_the_widget_counts_it_as_a_sign_of_abuse(client, widget, link):
    client.post(link)
    assert attempts.held_back(widget) == {Reason.DISOWNED: 1}


def test_several_in_a_day_make_sign_ups_at_the_widget_costlier(client, widget):
    for number in range(attempts.DISOWNED_IN_A_DAY):
        db.session.refresh(widget)
        assert not attempts.is_under_burst(widget)
        enter(client, widget, f"p{number}@example.org")
        client.post(the_link())
    db.session.refresh(widget)
    assert attempts.is_under_burst(widget)


def test_somebody_on_another_list_stays_there_and_has_said_no(
    client, workspace, widget
):
    other = make_list(workspace, name="Offres")
    anna = subscriber(workspace, other, ADDRESS)
    db.session.commit()
    enter(client, widget)
    client.post(the_link())
    db.session.rollback()
    wanted = queries.mailing_list_of(widget)
    states = {
        letter.id: ledger.state_of(anna, purpose_of(letter)).state
        for letter in (other, wanted)
    }
    assert states == {other.id: State.GIVEN, wanted.id: State.REFUSED}
    assert count(Confirmation) == 0


def test_who_confirmed_is_shown_the_way_out_instead(client, widget, link):
    client.post(link.removesuffix("/no"))
    for answer in (client.get(link + "?lang=en"), client.post(link + "?lang=en")):
        assert "Unsubscribe" in answer.text
    assert count(ConfirmationBlock) == 0
    assert count(Contact) == 1


def test_the_link_is_good_for_nothing_once_it_was_used(client, link):
    client.post(link)
    assert "leads nowhere" in client.get(link + "?lang=en").text


def test_a_colleague_is_told_that_the_owner_wants_no_such_mail(workspace):
    letter, anna = make_list(workspace), make_contact(workspace, ADDRESS)
    blocks.block(workspace.id, ADDRESS)
    with pytest.raises(subscribing.MailIsBlocked):
        subscribing.ask(letter, anna, asked=Asked(method="staff", collected="phone"))


def test_choosing_the_list_on_ones_own_page_lifts_the_block(workspace):
    letter, anna = make_list(workspace), make_contact(workspace, ADDRESS)
    blocks.block(workspace.id, ADDRESS)
    subscribing.ask(letter, anna, asked=Asked(method="preferences"))
    assert count(ConfirmationBlock) == 0
    assert count(Message) == 1
