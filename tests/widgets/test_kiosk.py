"""A seller enters customers: quickly, without proof of anything, and without learning who is known."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import accounts as make_accounts
from tests.factories import subscriptions as make_people
from tests.factories import widgets as make
from webapp.consent.models import ConsentEvent, ConsentState, State
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.deliverability import mail_domains
from webapp.messages.models import Message, Status
from webapp.subscriptions import blocks, confirming, disowning
from webapp.subscriptions.models import Confirmation, OptIn
from webapp.subscriptions.taking_back import IsConfirmed
from webapp.widgets import attempts, figures, kiosk, queries
from webapp.widgets.entering import EntryIsNotValid
from webapp.widgets.judging import BUSY_NETWORK, PER_MAILBOX
from webapp.widgets.kiosk import Hint, TooLateToUndo, TooManyEntries
from webapp.widgets.models import CounterEntry, SignUpAttempt


@pytest.fixture
def letter(workspace):
    return make.mailing_list(workspace)


@pytest.fixture
def widget(workspace, letter, stopped_clock):
    return make.widget(
        workspace,
        letter,
        display="kiosk",
        fields=["first_name", "birth_date"],
        translations={"en": {"title": "The letter"}},
    )


@pytest.fixture
def seller(workspace):
    return make_accounts.member(workspace, role="seller")


@pytest.fixture
def enter(app, widget, seller):
    def act(email="anna@example.org", *, locale=None, by=None, **typed):
        version = queries.latest_version(widget, locale)
        return kiosk.enter(widget, version, {"email": email, **typed}, by or seller)

    return act


def later(**span):
    return clock.stopped(clock.now() + timedelta(**span))


def mails():
    return db.session.scalar(
        select(func.count())
        .select_from(Message)
        .where(Message.status != Status.SKIPPED)
    )


def url():
    return db.session.scalar(select(Message.content))["values"]["url"]


def confirm():
    return confirming.confirm(url().rpartition("/")[2])


class TestEntering:
    """The customer's word is the mail they confirm."""

    def test_the_customer_is_asked_to_confirm(self, enter):
        enter(first_name="Anna", opens="yes")
        contact = db.session.scalar(select(Contact))
        assert (contact.email, contact.source) == ("anna@example.org", "counter")
        assert db.session.scalar(select(ConsentState.state)) == State.PENDING
        assert mails() == 1

    @pytest.mark.covers("consent-8")
    def test_also_on_a_list_that_others_join_at_once(self, enter, letter):
        letter.opt_in = OptIn.SINGLE
        enter()
        assert db.session.scalar(select(ConsentState.state)) == State.PENDING
        confirm()
        assert db.session.scalar(select(ConsentState.state)) == State.GIVEN

    @pytest.mark.covers("consent-14", "consent-15")
    def test_the_ledger_says_what_was_read_out_and_where(self, enter, widget):
        enter(locale="en")
        event = db.session.scalar(select(ConsentEvent))
        assert event.method == "staff"
        assert event.detail == {"collected": "shop"}
        assert event.widget_version_id == queries.latest_version(widget, "en").id

    def test_each_box_counts_for_itself_once_confirmed(self, enter):
        enter(clicks="yes")
        confirm()
        given = db.session.scalars(
            select(ConsentEvent).where(ConsentEvent.state == State.GIVEN)
        ).all()
        assert len(given) == 2
        assert all(event.detail == {"collected": "shop"} for event in given)

    def test_the_mail_speaks_the_language_of_the_customer(self, enter):
        enter(locale="en")
        assert db.session.scalar(select(Confirmation.locale)) == "en"
        assert db.session.scalar(select(Contact.language)) == "en"

    def test_what_is_wrong_is_said_and_nothing_kept(self, enter):
        with pytest.raises(EntryIsNotValid) as error:
            enter("anna@", birth_date="tomorrow")
        assert set(error.value.fields) == {"email", "birth_date"}
        assert db.session.scalar(select(Contact)) is None


class TestDiscretion:
    """New, waiting, on the list, gone: the seller is told the same."""

    def entries(self, enter, workspace, letter):
        make_people.subscriber(workspace, letter, "known@example.org")
        blocks.block(workspace.id, "blocked@example.org")
        names = ("new", "known", "blocked", "new")
        return [enter(f"{name}@example.org") for name in names]

    def test_an_entry_is_counted_whoever_it_is(self, enter, workspace, widget, letter):
        made = self.entries(enter, workspace, letter)
        assert kiosk.today(widget, "Europe/Paris") == len(made)
        assert mails() == 1

    def test_an_entry_can_be_undone_whoever_it_is(
        self, enter, workspace, widget, letter, seller
    ):
        made = self.entries(enter, workspace, letter)
        for entry in reversed(made):
            assert kiosk.undoable(widget, entry.id, seller) is entry
            kiosk.undo(widget, entry.id, seller)
        assert kiosk.today(widget, "Europe/Paris") == 0


class TestGuard:
    """A shop is one network: only what guards the address holds at its counter."""

    def test_a_busy_day_is_no_abuse(self, enter, widget):
        for number in range(BUSY_NETWORK + 10):
            enter(f"customer{number}@gmail.com")
        assert mails() == BUSY_NETWORK + 10
        assert not attempts.is_under_burst(widget)
        assert db.session.scalar(select(SignUpAttempt)) is None

    def test_a_widget_under_attack_still_serves_the_shop(self, enter, widget):
        widget.costlier_until = clock.ahead(hours=1)
        enter()
        assert mails() == 1

    def test_one_address_gets_one_mail_however_often_it_is_entered(self, enter):
        for _ in range(12):
            enter()
        assert mails() == 1

    def test_an_address_under_attack_elsewhere_gets_none(self, enter, widget):
        for _ in range(PER_MAILBOX):
            db.session.add(
                SignUpAttempt(
                    widget_id=widget.id,
                    at=clock.now(),
                    address_mark=attempts._mailbox_mark("anna@example.org"),
                    domain_mark=b"",
                )
            )
        enter()
        assert mails() == 0
        assert db.session.scalar(select(Contact)) is None

    def test_nobody_enters_more_than_can_be_read_out(self, enter, widget, seller):
        for _ in range(kiosk.PER_HOUR):
            db.session.add(
                CounterEntry(
                    widget_id=widget.id,
                    user_id=seller.id,
                    at=clock.now(),
                    is_new=False,
                    filled=[],
                )
            )
        with pytest.raises(TooManyEntries):
            enter()
        with later(hours=1, seconds=1):
            assert enter()


class TestUndoing:
    """For a minute, and as if nothing had been."""

    def test_the_mail_stays_here_and_the_person_is_forgotten(
        self, enter, widget, seller
    ):
        kiosk.undo(widget, enter().id, seller)
        assert mails() == 0
        assert db.session.scalar(select(Contact)) is None
        assert db.session.scalar(select(Confirmation)) is None
        assert figures.since_ever([widget.id])[widget.id].submitted == 0

    def test_the_same_address_may_be_entered_again_at_once(self, enter, widget, seller):
        kiosk.undo(widget, enter().id, seller)
        enter()
        assert mails() == 1

    def test_the_link_in_a_mail_that_left_opens_nothing(self, enter, widget, seller):
        entry = enter()
        token = url().rpartition("/")[2]
        db.session.scalar(select(Message)).status = Status.SENT
        kiosk.undo(widget, entry.id, seller)
        confirming.confirm(token)
        assert State.GIVEN not in db.session.scalars(select(ConsentEvent.state)).all()

    def test_of_somebody_known_only_what_was_added_goes(
        self, enter, widget, seller, workspace
    ):
        make_people.contact(workspace, "anna@example.org", source="import", city="Lyon")
        entry = enter(first_name="Bob", birth_date="1990-01-01")
        known = db.session.scalar(select(Contact))
        assert known.birth_date == date(1990, 1, 1)
        kiosk.undo(widget, entry.id, seller)
        assert (known.first_name, known.birth_date, known.city) == ("", None, "Lyon")
        assert db.session.scalar(select(ConsentState.state)) == State.WITHDRAWN

    def test_what_was_known_before_stays(self, enter, widget, seller, workspace):
        make_people.contact(
            workspace, "anna@example.org", source="import", first_name="Anna"
        )
        kiosk.undo(widget, enter(first_name="Bob").id, seller)
        assert db.session.scalar(select(Contact.first_name)) == "Anna"

    def test_after_a_minute_it_is_too_late(self, enter, widget, seller):
        entry = enter()
        with later(seconds=61):
            assert kiosk.undoable(widget, entry.id, seller) is None
            with pytest.raises(TooLateToUndo):
                kiosk.undo(widget, entry.id, seller)

    def test_what_the_customer_confirmed_is_theirs(self, enter, widget, seller):
        entry = enter()
        confirm()
        with pytest.raises(IsConfirmed):
            kiosk.undo(widget, entry.id, seller)

    def test_a_colleague_undoes_their_own_entries_alone(
        self, enter, widget, seller, workspace
    ):
        entry, other = enter(), make_accounts.member(workspace, role="seller")
        assert kiosk.undoable(widget, entry.id, other) is None
        with pytest.raises(NotFound):
            kiosk.undo(widget, entry.id, other)

    def test_undoing_twice_takes_nothing_more(self, enter, widget, seller):
        enter("bob@example.org")
        entry = enter()
        kiosk.undo(widget, entry.id, seller)
        kiosk.undo(widget, entry.id, seller)
        assert kiosk.today(widget, "Europe/Paris") == 1
        assert figures.since_ever([widget.id])[widget.id].submitted == 1


class TestHints:
    """What the seller may ask while the customer is still there."""

    @pytest.fixture(autouse=True)
    def _dns(self, monkeypatch):
        def resolve(name, kind):
            if name == "gone.example":
                raise mail_domains.NoSuchDomain
            return ["."] if name == "null.example" else ["mx.example"]

        monkeypatch.setattr(mail_domains, "resolve", resolve)

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("anna@gmial.com", Hint(meant="anna@gmail.com")),
            ("anna@example.org", Hint()),
            ("anna@gone.example", Hint(is_dead=True)),
            ("anna@null.example", Hint(is_dead=True)),
            ("anna", Hint()),
            ("", Hint()),
        ],
    )
    def test_a_slip_and_a_domain_without_mail_are_told(self, typed, found):
        assert kiosk.hint(typed) == found


def test_the_day_begins_at_midnight_in_the_shop(enter, widget):
    enter()
    # Nine in the morning in Paris; on the other side of the world, another day.
    with later(hours=14, minutes=59):
        assert kiosk.today(widget, "Europe/Paris") == 1
    with later(hours=15):
        assert kiosk.today(widget, "Europe/Paris") == 0
        assert kiosk.today(widget, "America/New_York") == 1


def test_who_entered_whom_is_kept_for_two_days(enter):
    enter()
    with later(days=2, seconds=1):
        kiosk.forget_old()
    assert db.session.scalar(select(CounterEntry)) is None


def test_an_entry_keeps_nobody_who_is_otherwise_forgotten(enter, letter):
    enter()
    confirmation = db.session.scalar(select(Confirmation))
    disowning.disown(confirmation)
    assert db.session.scalar(select(Contact)) is None


@pytest.mark.parametrize("display", ["inline", "popup", "page"])
def test_only_a_widget_for_the_counter_stands_there(workspace, display):
    other = make.widget(workspace, display=display)
    with pytest.raises(NotFound):
        kiosk.open_at(workspace, other.id)


def test_a_draft_stands_at_no_counter(workspace):
    draft = make.widget(workspace, published=False, display="kiosk")
    with pytest.raises(NotFound):
        kiosk.open_at(workspace, draft.id)
