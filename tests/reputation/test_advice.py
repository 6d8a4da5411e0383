"""What a shopkeeper is told to do about the figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from webapp.core.i18n import speaking
from webapp.reputation import advice
from webapp.reputation.queries import COUNTED, Mail
from webapp.reputation.thresholds import Level


@pytest.fixture
def english(app):
    with speaking("en"):
        yield


@pytest.fixture
def said(english):
    def told(everything=None, *providers, unproven=()):
        return advice.advise(everything or Mail(""), providers, unproven)

    return told


def test_when_all_is_well_there_is_nothing_to_do(said):
    assert said(Mail("", delivered=1_000), Mail("google", delivered=1_000)) == []


def test_a_few_messages_call_for_nothing(said):
    assert said(Mail("", delivered=40, hard=40, complaints=20)) == []


def test_above_three_percent_the_list_is_to_be_cleaned(said):
    (one,) = said(Mail("", delivered=960, hard=40))
    assert one.level is Level.WATCH
    assert "Clean the list: 4 %" in one.title
    assert one.page == advice.CONTACTS


def test_what_is_pressing_comes_first(said):
    found = said(Mail("", delivered=950, hard=40, complaints=10))
    assert [one.level for one in found] == [Level.ACT, Level.WATCH]
    assert "spam" in found[0].title


def test_a_domain_without_its_records_is_named(said):
    (one,) = said(unproven=["maison-tilleul.example"])
    assert "maison-tilleul.example" in one.title
    assert (one.level, one.page) == (Level.ACT, advice.DOMAINS)


@pytest.mark.parametrize(
    ("reply", "page", "words"),
    [
        ("421 4.7.28 Our system has detected an unusual rate", advice.LANES, "slows"),
        ("421 4.0.0 OFR_004 too many connections", advice.LANES, "slows"),
        ("5.7.26 This mail is unauthenticated", advice.DOMAINS, "DKIM"),
        ("550 5.7.515 Access denied", advice.DOMAINS, "DKIM"),
        ("5.7.25 The IP address has no PTR record", advice.DOMAINS, "PTR"),
        ("5.7.1 blocked using zen.spamhaus.org", advice.CONTACTS, "blocklist"),
        ("5.7.1 message content rejected as spam", advice.CONTACTS, "for spam"),
        ("5.7.1 no", advice.LANES, "Read what the server said"),
    ],
)
def test_a_refusal_is_explained_by_what_the_server_said(said, reply, page, words):
    (one,) = said(None, Mail("orange", delivered=900, policy=100, said=reply))
    assert "Orange, Wanadoo refuses your mail: 100 messages" in one.title
    assert words in one.text
    assert (one.said, one.page) == (reply, page)


def test_three_refusals_among_a_few_messages_are_said_already(said):
    (one,) = said(None, Mail("laposte", delivered=20, policy=3, said="5.7.1 no"))
    assert one.level is Level.WATCH
    (worse,) = said(None, Mail("laposte", delivered=2, policy=3, said="5.7.1 no"))
    assert worse.level is Level.ACT
    assert said(None, Mail("laposte", delivered=20, policy=2)) == []


def test_a_provider_that_makes_mail_wait_is_said(said):
    (one,) = said(None, Mail("free", delivered=500, deferred=100))
    assert "Free makes your mail wait" in one.title
    assert one.page == advice.LANES


@given(
    some.builds(
        Mail,
        name=some.sampled_from(["google", "orange", "other", "never heard of"]),
        said=some.text(max_size=80),
        **{name: some.integers(0, 5_000) for name in COUNTED},
    )
)
def test_whatever_the_figures_the_advice_is_pressing_or_absent(app_context, mail):
    for one in advice.advise(mail, [mail]):
        assert one.level in {Level.ACT, Level.WATCH}
        assert one.title
        assert one.text


@pytest.fixture(scope="module")
def app_context(_application):
    with _application.app_context(), speaking("en"):
        yield
