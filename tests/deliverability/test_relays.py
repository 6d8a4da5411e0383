import json
from email import message_from_bytes

import pytest

from webapp.deliverability import relays


@pytest.mark.covers("consent-35")
@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("smtp.eu.mailgun.org", ["X-Mailgun-Track"]),
        ("in-v3.mailjet.com", ["X-Mailjet-TrackOpen", "X-Mailjet-TrackClick"]),
        ("smtp.postmarkapp.com", ["X-PM-TrackOpens", "X-PM-TrackLinks"]),
        ("smtp.sendgrid.net", ["X-SMTPAPI"]),
        ("smtp.mandrillapp.com", ["X-MC-Track"]),
        ("smtp.sparkpostmail.com", ["X-MSYS-API"]),
        ("smtp.shop.example", []),
        ("evilmailgun.org", []),
    ],
)
def test_a_relay_that_measures_by_itself_is_told_not_to(host, names):
    said = message_from_bytes(relays.without_measuring(host) + b"\r\n")
    assert said.keys() == names


def test_what_sendgrid_reads_is_json_that_switches_both_off():
    said = message_from_bytes(relays.without_measuring("smtp.sendgrid.net") + b"\r\n")
    filters = json.loads(said["X-SMTPAPI"])["filters"]
    assert [filters[name]["settings"]["enable"] for name in sorted(filters)] == [0, 0]


def test_each_relay_that_a_message_may_take_is_told_once():
    hosts = (
        "smtp.mailgun.org",
        "smtp.eu.mailgun.org",
        "in-v3.mailjet.com",
        "a.example",
    )
    said = message_from_bytes(relays.without_measuring(*hosts) + b"\r\n")
    assert said.keys() == [
        "X-Mailgun-Track",
        "X-Mailjet-TrackOpen",
        "X-Mailjet-TrackClick",
    ]
