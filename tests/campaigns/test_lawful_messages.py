"""What every newsletter carries on the wire, and what is refused without it."""

import email
import re
from email import policy

import pytest

from tests.factories import audience
from tests.factories import sendings as make
from webapp.campaigns import planning
from webapp.campaigns.models import Status
from webapp.core.db import db
from webapp.messages import lawful
from webapp.messages.framing import Sender
from webapp.messages.mime import NoWayOut
from webapp.messages.starters import starters

OUT = '<a href="{{ unsubscribe_url }}">Se désinscrire</a>'
CHOOSE = '<a href="{{ preferences_url }}">Mes préférences</a>'
NAMED = "{{ workspace.name }}"


def mjml(*words):
    inside = " ".join(words)
    return (
        "<mjml><mj-body><mj-section><mj-column><mj-text>"
        f"{inside}</mj-text></mj-column></mj-section></mj-body></mjml>"
    )


def sent_to_one(workspace, worker, outbox, **changes):
    mailing = audience.mailing_list(workspace)
    audience.subscriber(workspace, mailing)
    campaign = make.campaign(workspace, mailing, **changes)
    db.session.commit()
    planning.start(campaign)
    worker()
    assert campaign.status == Status.SENT
    return outbox.outbox[0].body


def addresses(text):
    return re.findall(r"http://volontiers\.test/[up]/[^\s<>\"&]+", text)


SOURCES = {
    "nothing of one's own": mjml("Bonjour"),
    "a foot of one's own": mjml("Bonjour", OUT, CHOOSE, NAMED),
    **{one.key: one.source for one in starters()},
}


@pytest.mark.covers("consent-21")
@pytest.mark.parametrize("source", SOURCES)
def test_every_newsletter_says_who_sends_it_and_lets_its_reader_leave_and_choose(
    workspace, worker, outbox, source
):
    raw = sent_to_one(workspace, worker, outbox, mjml=SOURCES[source])
    head, _, _ = raw.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    [leave] = [one for one in lines if one.lower().startswith(b"list-unsubscribe:")]
    post = [one for one in lines if one.lower().startswith(b"list-unsubscribe-post:")]
    assert post == [b"List-Unsubscribe-Post: List-Unsubscribe=One-Click"]
    address = re.fullmatch(
        rb"List-Unsubscribe: <(http://volontiers\.test/u/[^>]+)>", leave
    )[1].decode()
    [sender] = [one for one in lines if one.startswith(b"From:")]
    assert sender == b"From: Maison Tilleul <bonjour@maison-tilleul.example>"
    message = email.message_from_bytes(raw, policy=policy.default)
    for part in ("plain", "html"):
        words = message.get_body((part,)).get_content()
        assert "Maison Tilleul" in words
        found = addresses(words)
        assert address in found
        assert any("/p/" in one for one in found)


REFUSED = {
    "no way to choose": (mjml("Bonjour", OUT, NAMED), lawful.NoWayToChoose),
    "a way to choose for some": (
        mjml(OUT, NAMED, "{% if contact.city %}", CHOOSE, "{% endif %}"),
        lawful.NoWayToChoose,
    ),
    "nobody named": (mjml("Bonjour", OUT, CHOOSE), lawful.SenderIsNotNamed),
    "a way out that nobody sees": (
        mjml(f'<span style="display:none">{OUT}</span>', CHOOSE, NAMED),
        NoWayOut,
    ),
}


@pytest.mark.covers("consent-21")
@pytest.mark.parametrize("case", REFUSED)
def test_a_newsletter_that_lacks_it_is_refused_and_nothing_leaves(
    workspace, worker, outbox, case
):
    source, error = REFUSED[case]
    mailing = audience.mailing_list(workspace)
    audience.subscriber(workspace, mailing)
    campaign = make.campaign(workspace, mailing, mjml=source)
    db.session.commit()
    assert [str(one) for one in planning.check_ready(campaign)] == [str(error.message)]
    with pytest.raises(planning.NotReady):
        planning.start(campaign)
    worker()
    assert outbox.outbox == []


@pytest.mark.covers("consent-21")
def test_what_became_unlawful_after_the_start_does_not_leave(workspace, worker, outbox):
    mailing = audience.mailing_list(workspace)
    audience.subscriber(workspace, mailing)
    campaign = make.campaign(workspace, mailing)
    db.session.commit()
    planning.start(campaign)
    campaign.mjml = mjml("Bonjour", OUT, NAMED)
    campaign.updated_at = campaign.updated_at.replace(year=2030)
    db.session.commit()
    worker()
    assert outbox.outbox == []
    assert "preferences" in str(campaign.trouble)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{{unsubscribe_url}} {{ preferences_url|trim }} Maison Tilleul", None),
        ("{{ unsubscribe_url }} {{ preferences_url }}", lawful.SenderIsNotNamed),
        (
            "{% for x in y %}{% if z %}{{ unsubscribe_url }}{% else %}a{% endif %}{% endfor %} {{ preferences_url }} {{ workspace.name }}",
            NoWayOut,
        ),
        (
            "{% if a %}b{% endif %}{{ unsubscribe_url }}{% if a %}c{% endif %}{{ preferences_url }}{{ workspace.name }}",
            None,
        ),
    ],
)
def test_only_what_everybody_gets_counts(text, error):
    sender = Sender("bonjour@maison-tilleul.example", "Maison Tilleul")
    if error is None:
        lawful.check(text, sender, ["Maison Tilleul"])
        return
    with pytest.raises(error):
        lawful.check(text, sender, ["Maison Tilleul"])


def test_a_header_without_a_name_names_nobody():
    text = "{{ unsubscribe_url }} {{ preferences_url }} {{ workspace.name }}"
    with pytest.raises(lawful.SenderIsNotNamed):
        lawful.check(text, Sender("bonjour@maison-tilleul.example"), [])
