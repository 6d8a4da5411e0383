"""Each published rule of a provider is known by its words."""

from datetime import timedelta

import pytest

from webapp.lanes import reasons, rules

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# One line for each rule: who says what, and what is known to follow.
SAID = [
    (
        "google",
        (
            "421 4.7.28 gmail has detected an unusual rate of unsolicited mail originating"
            " from your ip address"
        ),
        reasons.RATE,
        10 * MINUTE,
        {"one_connection"},
    ),
    (
        "google",
        "550 5.7.25 the ip address sending this message does not have a ptr record",
        reasons.REVERSE_DNS,
        HOUR,
        {"distrusts"},
    ),
    (
        "google",
        "550 5.7.26 this mail has been blocked because the sender is unauthenticated",
        reasons.AUTHENTICATION,
        HOUR,
        {"distrusts"},
    ),
    (
        "google",
        "421 4.7.30 this mail has been rate limited because dkim does not pass",
        reasons.AUTHENTICATION,
        HOUR,
        {"distrusts"},
    ),
    (
        "yahoo",
        (
            "421 4.7.0 [tss04] messages from 192.0.2.1 temporarily deferred due to"
            " unexpected volume or user complaints"
        ),
        reasons.REPUTATION,
        2 * HOUR,
        {"slower"},
    ),
    (
        "yahoo",
        "421 4.7.1 [ts03] all messages from 192.0.2.1 will be permanently deferred",
        reasons.REPUTATION,
        4 * HOUR,
        {"slower", "distrusts"},
    ),
    (
        "orange",
        (
            "421 mwinf5c04 me trop de connexions, veuillez verifier votre configuration."
            " too many connections, slow down. ofr004_104"
        ),
        reasons.CONNECTIONS,
        MINUTE,
        {"fewer"},
    ),
    (
        "orange",
        "550 5.2.0 mail rejete. mail rejected. ofr_107 [107]",
        reasons.REVERSE_DNS,
        HOUR,
        {"distrusts"},
    ),
    (
        "orange",
        "554 5.7.1 dkim missing ofr_535",
        reasons.AUTHENTICATION,
        HOUR,
        {"distrusts"},
    ),
    (
        "orange",
        "421 service refuse. ofr006_105",
        reasons.RATE,
        10 * MINUTE,
        {"slower"},
    ),
    (
        "laposte",
        "421 4.7.0 lpn105_405",
        reasons.RATE,
        10 * MINUTE,
        {"slower", "fewer"},
    ),
    (
        "microsoft",
        (
            "451 4.7.650 the mail server [192.0.2.1] has been temporarily rate limited due"
            " to ip reputation (s775)"
        ),
        reasons.RATE,
        15 * MINUTE,
        {"slower", "fewer"},
    ),
    (
        "office365",
        "451 4.7.500 server busy. please try again later from [192.0.2.1]. (s77719)",
        reasons.BUSY,
        5 * MINUTE,
        {"slower"},
    ),
    (
        "microsoft",
        (
            "550 5.7.515 access denied, sending domain does not meet the required"
            " authentication level"
        ),
        reasons.AUTHENTICATION,
        HOUR,
        {"distrusts"},
    ),
    (
        "microsoft",
        (
            "550 5.7.1 unfortunately, messages from [192.0.2.1] weren't sent. part of their"
            " network is on our block list (s3150)"
        ),
        reasons.REPUTATION,
        4 * HOUR,
        {"distrusts"},
    ),
    (
        "apple",
        "554 5.7.1 [cs01] message rejected due to local policy",
        reasons.REPUTATION,
        HOUR,
        {"distrusts"},
    ),
    (
        "free",
        "421 too many errors from your ip (192.0.2.1), please visit postmaster.free.fr",
        reasons.REPUTATION,
        HOUR,
        {"slower", "one_connection"},
    ),
    (
        "sfr",
        "421 4.7.0 temporarily deferred due to the reputation of your address",
        reasons.REPUTATION,
        90 * MINUTE,
        {"slower", "one_connection"},
    ),
    (
        "gmx",
        "421 too many concurrent connections from your host",
        reasons.CONNECTIONS,
        MINUTE,
        {"fewer"},
    ),
    (
        "ovh",
        "450 4.7.1 daily sending quota exceeded",
        reasons.QUOTA,
        HOUR,
        {"of_server"},
    ),
    (
        "google",
        "550 5.4.5 daily user sending limit exceeded",
        reasons.QUOTA,
        HOUR,
        {"of_server"},
    ),
    (
        "orange",
        "451 you may send 200 messages per hour: maximum 200 messages per hour reached",
        reasons.QUOTA,
        HOUR,
        {"of_server"},
    ),
]
EFFECTS = ("slower", "fewer", "one_connection", "distrusts", "of_server")


@pytest.mark.covers("delivery-28")
@pytest.mark.parametrize(
    ("provider", "said", "reason", "pause", "effects"),
    SAID,
    ids=[f"{line[0]}-{line[1][:24]}" for line in SAID],
)
def test_what_a_provider_is_known_to_expect_is_done(
    provider, said, reason, pause, effects
):
    rule = rules.first(provider, said)
    assert (rule.reason, rule.pause) == (reason, pause)
    assert {name for name in EFFECTS if getattr(rule, name)} == effects


def test_every_rule_has_an_example():
    told = {rules.first(provider, said) for provider, said, *_ in SAID}
    assert set(rules.RULES) == told


@pytest.mark.parametrize(
    ("provider", "said"),
    [
        ("google", "250 2.0.0 ok"),
        (
            "google",
            "550 5.1.1 the email account that you tried to reach does not exist",
        ),
        ("free", "552 5.2.2 mailbox quota exceeded"),
        ("free", "452 4.2.2 over quota"),
        ("orange", "450 4.2.0 greylisted, please try again in 300 seconds"),
        # Another provider's codes say nothing here.
        ("sfr", "421 4.7.28 some other meaning"),
        ("google", "421 ofr004_104"),
    ],
)
def test_what_no_rule_knows_is_left_to_the_general_case(provider, said):
    assert rules.first(provider, said) is None


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("421 try again in 30 seconds", 30),
        ("450 4.7.1 please try again later in 5 minutes", 300),
        ("421 retry after 120s", 120),
        ("451 please retry in 10 min", 600),
        ("421 come back in 2 hours", 7200),
        ("421 veuillez réessayez dans 15 minutes", 900),
        ("421 wait 1 minute before connecting again", 60),
        ("421 try again in 999999 hours", 86400),
    ],
)
def test_how_long_a_provider_asks_us_to_wait_is_read(said, seconds):
    assert rules.asked_wait(said) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "said",
    [
        "421 try again later",
        "421 4.7.0 try again later, closing connection",
        "550 5.1.1 no such user in 12 mailboxes",
        "451 try again later s77719",
        "421 connection 30 seconds idle",
    ],
)
def test_where_no_time_is_asked_for_none_is_read(said):
    assert rules.asked_wait(said) is None
