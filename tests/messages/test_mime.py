import dataclasses
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.messages import mjml
from webapp.messages.links import MailUrls
from webapp.messages.mail_tokens import Kind, MailTokens
from webapp.messages.mime import (
    Blueprint,
    Content,
    Listing,
    NoWayOut,
    Recipient,
    Sender,
    SimpleMail,
    Variant,
    simple_message,
)
from webapp.messages.problems import TemplateIsRefused

DATED = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TOKENS = MailTokens(b"a secret for tests")
NASTY = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("\r\n\0 =?<>&.-\"'é{%}")),
    max_size=200,
)
SOURCE = (
    "<mjml><mj-body><mj-section><mj-column>"
    "<mj-text>Bonjour {{ contact.first_name }}, {{ contact.city }}</mj-text>"
    '<mj-button href="https://a.fr/?a=%20&amp;b=2#c">Voir</mj-button>'
    "</mj-column></mj-section></mj-body></mjml>"
)
FIXED = {
    "workspace": {
        "name": "Chez Léa",
        "address": "1 rue d’Ici",
        "website": "https://lea.fr",
    }
}


def blueprint(
    source=SOURCE, subject="Pour {{ contact.first_name }}", base="https://news.fr"
):
    return Blueprint(
        Content(subject, mjml.compile(source).html),
        Sender("lea@shop.fr", "Léa", "aide@shop.fr"),
        Listing("Les nouvelles", "nouvelles", campaign=12, workspace=3),
        MailUrls(base, TOKENS, campaign=12, link_ids=range(41, 61)),
        fixed=FIXED,
    )


PLAIN = blueprint()


def person(first_name="Anne", city="Lyon", **changes):
    values = {
        "contact": {"first_name": first_name, "city": city},
        "list": {"name": "Les nouvelles"},
    }
    recipient = Recipient("anne@example.org", 7, 3, 9, 5, "Anne Martin", values)
    return recipient._replace(**changes)


def parse(raw):
    return message_from_bytes(raw, policy=policy.default)


@pytest.mark.covers("delivery-1")
@pytest.mark.parametrize("length", [10, 100, 850])
def test_one_click_headers_stand_once_and_unencoded(length):
    base = "https://news.fr/" + "x" * length
    raw = blueprint(base=base).build(person(), Variant(), DATED)
    head = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    (leave,) = [line for line in head if line.lower().startswith(b"list-unsubscribe:")]
    (post,) = [
        line for line in head if line.lower().startswith(b"list-unsubscribe-post:")
    ]
    token = TOKENS.sign(Kind.UNSUBSCRIBE, 3, 9, 5, 7)
    assert leave == f"List-Unsubscribe: <{base}/u/{token}>".encode()
    assert post == b"List-Unsubscribe-Post: List-Unsubscribe=One-Click"
    assert len(leave) <= 998


@pytest.mark.covers("delivery-6")
def test_feedback_id_is_the_same_for_every_reader():
    ids = {
        parse(PLAIN.build(person(message=n, contact=n), Variant(), DATED))[
            "feedback-id"
        ]
        for n in (1, 2)
    }
    assert ids == {"12:3:newsletter:volontiers"}


@pytest.mark.covers("delivery-7")
def test_a_retry_carries_the_same_bytes():
    again = blueprint()
    for variant in (Variant(), Variant(clicks=True, opens=True)):
        assert PLAIN.build(person(), variant, DATED) == again.build(
            person(), variant, DATED
        )
    ids = [
        parse(PLAIN.build(person(message=n), Variant(), DATED))["message-id"]
        for n in (1, 2)
    ]
    assert ids[0] != ids[1]
    assert TOKENS.read(ids[0][1:].partition("@")[0], Kind.MESSAGE) == (1,)


@pytest.mark.covers("delivery-8")
@given(NASTY, NASTY, NASTY)
def test_no_value_can_make_a_header_or_break_a_part(first_name, city, name):
    raw = PLAIN.build(person(first_name, city, name=name), Variant(), DATED)
    message = parse(raw)
    assert message.keys() == parse(PLAIN.build(person(), Variant(), DATED)).keys()
    assert [part.get_content_type() for part in message.iter_parts()] == [
        "text/plain",
        "text/html",
    ]
    assert message.defects == []
    assert b"\0" not in raw
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    body = raw.partition(b"\r\n\r\n")[2]
    assert max(len(line) for line in body.split(b"\r\n")) <= 76


@pytest.mark.covers("delivery-9")
def test_the_text_alternative_has_the_way_out():
    message = parse(PLAIN.build(person(), Variant(), DATED))
    plain, html = message.iter_parts()
    leave = message["list-unsubscribe"].strip("<>")
    assert f"<{leave}>" in plain.get_content()
    assert f'href="{leave}"' in html.get_content()


def test_the_headers_say_who_writes_and_to_whom():
    message = parse(PLAIN.build(person(), Variant(), DATED))
    assert message["from"] == "Léa <lea@shop.fr>"
    assert message["reply-to"] == "aide@shop.fr"
    assert message["to"] == "Anne Martin <anne@example.org>"
    assert message["subject"] == "Pour Anne"
    assert message["date"].datetime == DATED
    assert message["list-id"] == "Les nouvelles <nouvelles.shop.fr>"
    assert message["precedence"] == "bulk"
    assert "auto-submitted" not in message


@pytest.mark.covers("delivery-45")
def test_without_consent_nothing_is_measured():
    raw = PLAIN.build(person(), Variant(), DATED)
    shown = PLAIN.preview(person())
    assert "/o/" not in shown.html
    assert "<img" not in shown.html
    assert "/c/" not in shown.html + shown.text
    assert "https://a.fr/?a=%20&amp;b=2#c" in shown.html
    assert TOKENS.sign(Kind.OPEN, 7).encode() not in raw.replace(b"=\r\n", b"")


def test_opens_and_clicks_are_measured_apart():
    opens = PLAIN.preview(person(), Variant(opens=True))
    clicks = PLAIN.preview(person(), Variant(clicks=True))
    click = f"https://news.fr/c/{TOKENS.sign(Kind.CLICK, 7, 12)}/41"
    assert f'src="https://news.fr/o/{TOKENS.sign(Kind.OPEN, 7)}"' in opens.html
    assert "/c/" not in opens.html + opens.text
    assert f'href="{click}"' in clicks.html
    assert f"<{click}>" in clicks.text
    assert "/o/" not in clicks.html
    assert "https://a.fr" not in clicks.html + clicks.text


def test_the_shops_address_is_a_link_that_can_be_followed():
    source = SOURCE.replace("https://a.fr/?a=%20&amp;b=2#c", "{{ workspace.website }}")
    assert blueprint(source).links.destinations == ("https://lea.fr",)


def test_a_preview_is_what_is_sent():
    shown = PLAIN.preview(person("Zoé & <fils>"))
    assert shown.subject == "Pour Zoé & <fils>"
    assert "Bonjour Zoé &amp; &lt;fils&gt;, Lyon" in shown.html
    assert "Bonjour Zoé & <fils>, Lyon" in shown.text


def test_a_newsletter_without_a_way_out_is_never_built():
    with pytest.raises(NoWayOut):
        Blueprint(
            Content("x", "<p>x</p>"),
            Sender("a@b.fr"),
            Listing("x", "x", 1, 1),
            MailUrls("", TOKENS),
        )


def test_a_template_with_errors_is_never_built():
    with pytest.raises(TemplateIsRefused):
        blueprint(subject="{{ secret }}")


SIMPLE = SimpleMail(
    Sender("lea@shop.fr", "Léa"),
    "anne@example.org",
    "Confirmez",
    "Un lien.\n",
    "abc-1",
    "<p>Un lien.</p>",
)


@pytest.mark.covers("delivery-11")
def test_a_confirmation_is_marked_automatic_and_has_no_list():
    message = parse(simple_message(SIMPLE, DATED))
    assert message["auto-submitted"] == "auto-generated"
    assert message["message-id"] == "<abc-1@shop.fr>"
    assert not {
        "list-unsubscribe",
        "list-unsubscribe-post",
        "list-id",
        "precedence",
    } & {name.lower() for name in message}


@given(NASTY, NASTY, NASTY)
def test_a_simple_mail_reads_back_as_it_was_written(subject, plain, html):
    mail = dataclasses.replace(SIMPLE, subject=subject, text=plain, html=html)
    raw = simple_message(mail, DATED)
    message = parse(raw)
    assert message.defects == []
    assert b"\n" not in raw.replace(b"\r\n", b"")
    parts = list(message.iter_parts()) if html else [message]
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"][
        : len(parts)
    ]


def test_a_mail_of_text_alone_has_one_part():
    message = parse(simple_message(dataclasses.replace(SIMPLE, html=""), DATED))
    assert message.get_content_type() == "text/plain"
    assert message.get_content().strip() == "Un lien."
