"""What mail servers answer, in their own words, and what it is about."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.deliverability.classifying import classify
from webapp.deliverability.reply_patterns import Category

INVALID = Category.INVALID_RECIPIENT
FULL = Category.MAILBOX_FULL
REPUTATION = Category.REPUTATION
TEMPORARY = Category.TEMPORARY

REPLIES = [
    (provider, reply, Category(category))
    for category, provider, reply in (
        (part.strip() for part in line.split("|", 2))
        for line in (Path(__file__).parent / "replies.txt").read_text().splitlines()
        if not line.startswith("#")
    )
]


@pytest.mark.covers("delivery-36")
@pytest.mark.parametrize(("provider", "reply", "category"), REPLIES)
def test_a_reply_is_about(provider, reply, category):
    assert classify(0, "", reply, provider) is category


@pytest.mark.parametrize(("provider", "reply", "category"), REPLIES)
def test_a_reply_means_the_same_in_any_case_and_from_an_unknown_provider(
    provider, reply, category
):
    assert classify(0, "", reply.upper(), "") is category


@pytest.mark.covers("delivery-37")
@given(
    detail=st.integers(0, 999).filter(lambda number: number not in {13, 17, 18}),
    text=st.sampled_from([reply for _, reply, _ in REPLIES]) | st.text(max_size=80),
    code=st.sampled_from([0, 421, 450, 550, 552, 554]),
)
def test_a_policy_code_is_never_about_the_person(detail, text, code):
    assert not classify(code, f"5.7.{detail}", text).is_about_person


@pytest.mark.covers("delivery-37")
@pytest.mark.parametrize("enhanced", ["5.1.1", "5.2.1", "5.1.2", "5.0.0", ""])
@pytest.mark.parametrize(
    "text",
    [
        "blocked using zen.spamhaus.org",
        "Your IP is on our blocklist",
        "rejected because of the poor reputation of your domain",
        "You have sent to too many unknown users",
    ],
)
def test_the_words_of_a_blocklist_are_never_about_the_person(enhanced, text):
    assert classify(550, enhanced, text).is_about_us


@pytest.mark.parametrize("provider", ["yahoo", "google", ""])
def test_the_code_decides_where_the_text_says_nothing(provider):
    assert classify(550, "5.1.1", "No", provider) is INVALID
    assert classify(450, "4.1.1", "No", provider) is TEMPORARY
    assert classify(550, "5.2.2", "No", provider) is FULL


def test_the_codes_of_a_provider_are_not_read_elsewhere():
    assert classify(554, "", "[BL21] refused", "yahoo") is REPUTATION
    assert classify(554, "", "[BL21] refused", "orange") is Category.UNKNOWN
