"""What each provider is handed: our words, our header fields, and nothing of its own measuring."""

import base64
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.policy import SMTP
from uuid import UUID

import pytest

from tests.fakes_http_mail import PROJECT, RECORDED, FakeProvider, lead_to
from webapp.core import clock
from webapp.deliverability import relays
from webapp.deliverability.transports import Envelope, Result, Stage, kinds, sigv4
from webapp.messages.enclosing import File
from webapp.messages.links import MailUrls
from webapp.messages.mail_tokens import Kind, MailTokens
from webapp.messages.mime import (
    Blueprint,
    Content,
    Listing,
    Recipient,
    Sender,
    SimpleMail,
    Variant,
    simple_message,
)

DATED = datetime(2026, 11, 10, 8, 0, tzinfo=UTC)
TOKENS = MailTokens(b"a secret for tests")
TOKEN = TOKENS.sign(Kind.MESSAGE, 7)
LINK = "https://shop.example/u/" + TOKENS.sign(Kind.UNSUBSCRIBE, 3, 9, 5, 7)
LEAVE = "<a href='{{ unsubscribe_url }}'>Partir</a>"
NEWSLETTER = Blueprint(
    Content("Été : 20 % dès lundi, profitez-en", f"<p>Voilà l’été</p><p>{LEAVE}</p>"),
    Sender("news@shop.example", "Le Tilleul, été", "aide@shop.example", "L’équipe"),
    Listing("Les nouvelles d’été", "list-5", campaign=12, workspace=3),
    MailUrls("https://shop.example", TOKENS, campaign=12),
).build(Recipient("ana@example.org", 7, 3, 9, 5, "Ana Muñoz"), Variant(), DATED)
SIGNED = (
    b"DKIM-Signature: v=1; a=rsa-sha256; d=shop.example; s=x;\r\n b=AAAA;\r\n"
    b"\tbh=BBBB\r\n" + NEWSLETTER
)
# Header fields that must reach the reader whatever the way.
OURS = {
    "List-Unsubscribe": f"<{LINK}>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    "Feedback-ID": "12:3:newsletter:volontiers",
    "List-ID": "<list-5.shop.example>",
    "Message-ID": f"<{TOKEN}@shop.example>",
    "Precedence": "bulk",
}
CONFIRMATION = simple_message(
    SimpleMail(
        Sender("news@shop.example", "Le Tilleul"),
        "ana@example.org",
        "Confirmez votre inscription",
        "Bonjour Ana & <vous>,\nconfirmez ici.",
        "c-42",
    ),
    DATED,
)
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def illustrated(*, inline):
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = "news@shop.example", "ana@example.org"
    mail["Subject"], mail["Message-ID"] = "Programme", "<tok-9@shop.example>"
    mail.set_content("Voir le programme")
    mail.add_alternative("<p>Voir <img src='cid:logo@x'></p>", subtype="html")
    if inline:
        html = mail.get_payload()[1]
        html.add_related(PICTURE, "image", "png", cid="<logo@x>", filename="logo.png")
    mail.add_attachment(
        b"%PDF-1.7", maintype="application", subtype="pdf", filename="Été 2026.pdf"
    )
    return mail.as_bytes()


@pytest.fixture
def arrives(monkeypatch):
    """arrives(kind, body) is the request that came, and the outcome."""

    def send(kind, body):
        envelope = Envelope(7, "b-7@bounces.example", "ana@example.org", body)
        with FakeProvider(RECORDED[kind].yes) as fake:
            lead_to(monkeypatch, kind, fake.url)
            transport = kinds.transport(RECORDED[kind].server)
            [outcome] = transport.send([envelope])
            transport.close()
        return (fake.heard or [None])[0], outcome

    return send


def _named(rows, name="Name", value="Value"):
    return {row[name]: row[value] for row in rows}


def _mime(raw):
    return message_from_bytes(raw, policy=policy.default)


def test_ses_gets_our_bytes_signed_with_a_tag_that_comes_back(arrives):
    with clock.stopped(DATED):
        heard, outcome = arrives("ses", SIGNED)
    assert outcome.result is Result.ACCEPTED
    assert heard.path == "/v2/email/outbound-emails"
    sent = heard.json
    assert base64.b64decode(sent["Content"].pop("Raw")["Data"]) == NEWSLETTER
    assert sent == {
        "Content": {},
        "Destination": {"ToAddresses": ["ana@example.org"]},
        "EmailTags": [{"Name": "message", "Value": TOKEN}],
        "ConfigurationSetName": "letters",
    }
    server = RECORDED["ses"].server
    signed = sigv4.signed(
        sigv4.Key(server.account, server.secret, "eu-west-3", "ses"),
        heard.path,
        {"Host": heard.headers["host"], "Content-Type": "application/json"},
        heard.body,
        DATED,
    )
    assert heard.headers["authorization"] == signed["Authorization"]
    assert heard.headers["x-amz-date"] == "20261110T080000Z"


def test_mailgun_gets_our_bytes_and_is_told_not_to_measure(arrives):
    heard, outcome = arrives("mailgun", SIGNED)
    assert outcome.text == "Queued. Thank you."
    assert heard.path == "/v3/mg.shop.example/messages.mime"
    key = base64.b64decode(heard.headers["authorization"].removeprefix("Basic "))
    assert key == b"api:key-3ax6xnjp29jd6fds4gc373sg"
    head = f"Content-Type: {heard.headers['content-type']}\r\n\r\n".encode()
    fields = {
        part.get_param("name", header="content-disposition"): part
        for part in message_from_bytes(head + heard.body).get_payload()
    }
    values = {name: part.get_payload() for name, part in fields.items()}
    values.pop("message")
    assert values == {"to": "ana@example.org", "o:tracking": "no", "v:message": TOKEN}
    assert b"\r\n\r\n" + NEWSLETTER + b"\r\n--" in heard.body
    assert b"DKIM-Signature" not in heard.body


def test_brevo_gets_the_pieces_and_all_our_header_fields(arrives):
    heard, outcome = arrives("brevo", SIGNED)
    assert outcome.result is Result.ACCEPTED
    assert (heard.path, heard.headers["api-key"]) == (
        "/v3/smtp/email",
        "xkeysib-0123456789",
    )
    sent = heard.json
    headers = sent.pop("headers")
    assert UUID(headers.pop("idempotencyKey"))
    assert headers.pop("X-Mailin-custom") == TOKEN
    assert headers == OURS | {"X-Auto-Response-Suppress": "OOF, AutoReply"}
    # A name with a comma and an accent would be dropped unless it is encoded.
    assert sent["sender"].pop("name").startswith("=?utf-8?")
    assert "Voilà l’été" in sent.pop("htmlContent")
    assert LINK in sent.pop("textContent")
    assert sent == {
        "sender": {"email": "news@shop.example"},
        "to": [{"email": "ana@example.org", "name": "Ana Muñoz"}],
        "subject": "Été : 20 % dès lundi, profitez-en",
        "replyTo": {"email": "aide@shop.example"},
    }


def test_brevo_s_idempotency_key_is_the_message_s_own(arrives):
    keys = [
        arrives("brevo", body)[0].json["headers"]["idempotencyKey"]
        for body in (NEWSLETTER, NEWSLETTER, CONFIRMATION)
    ]
    assert keys[0] == keys[1] != keys[2]


def test_brevo_gets_html_made_from_a_mail_of_text_alone(arrives):
    sent = arrives("brevo", CONFIRMATION)[0].json
    assert "Bonjour Ana &amp; &lt;vous&gt;,<br>confirmez ici." in sent["htmlContent"]
    assert "Bonjour Ana & <vous>" in sent["textContent"]


def test_postmark_gets_the_pieces_and_keeps_our_message_id(arrives):
    heard, outcome = arrives("postmark", SIGNED)
    assert outcome.result is Result.ACCEPTED
    assert heard.path == "/email"
    token = "1b6fbdd2-0c27-4f4c-9e5c-7f3a5ac1f2cd"
    assert heard.headers["x-postmark-server-token"] == token
    sent = heard.json
    headers = _named(sent.pop("Headers"))
    assert headers.pop("X-PM-KeepID") == "true"
    assert headers == OURS | {"X-Auto-Response-Suppress": "OOF, AutoReply"}
    assert "Voilà l’été" in sent.pop("HtmlBody")
    assert LINK in sent.pop("TextBody")
    assert sent == {
        "From": '"Le Tilleul, été" <news@shop.example>',
        "To": "Ana Muñoz <ana@example.org>",
        "Subject": "Été : 20 % dès lundi, profitez-en",
        "ReplyTo": "L’équipe <aide@shop.example>",
        "MessageStream": "letters",
        "Metadata": {"message": TOKEN},
        "TrackOpens": False,
        "TrackLinks": "None",
    }


def test_postmark_sends_a_single_mail_by_the_transactional_stream(arrives):
    sent = arrives("postmark", CONFIRMATION)[0].json
    assert "MessageStream" not in sent
    assert "HtmlBody" not in sent
    assert _named(sent["Headers"])["Auto-Submitted"] == "auto-generated"


def test_scaleway_gets_the_pieces_and_all_our_header_fields(arrives):
    heard, outcome = arrives("scaleway", SIGNED)
    assert outcome.result is Result.ACCEPTED
    assert heard.path == "/transactional-email/v1alpha1/regions/fr-par/emails"
    key = "11111111-2222-3333-4444-555555555555"
    assert heard.headers["x-auth-token"] == key
    sent = heard.json
    headers = _named(sent.pop("additional_headers"), "key", "value")
    assert headers.pop("Reply-To") == "aide@shop.example"
    assert headers == OURS | {"X-Auto-Response-Suppress": "OOF, AutoReply"}
    assert "Voilà l’été" in sent.pop("html")
    assert LINK in sent.pop("text")
    assert sent == {
        "project_id": PROJECT,
        "from": {"email": "news@shop.example", "name": "Le Tilleul, été"},
        "to": [{"email": "ana@example.org", "name": "Ana Muñoz"}],
        "subject": "Été : 20 % dès lundi, profitez-en",
    }


def test_an_attached_file_arrives_byte_for_byte(arrives):
    body = illustrated(inline=False)
    pdf = base64.b64encode(b"%PDF-1.7").decode()
    brevo = arrives("brevo", body)[0].json
    # Letters beyond ASCII would be garbled.
    assert brevo["attachment"] == [{"name": "Ete 2026.pdf", "content": pdf}]
    postmark = arrives("postmark", body)[0].json
    assert postmark["Attachments"] == [
        {"Name": "Été 2026.pdf", "Content": pdf, "ContentType": "application/pdf"}
    ]
    scaleway = arrives("scaleway", body)[0].json
    assert scaleway["attachments"] == [
        {"name": "Été 2026.pdf", "type": "application/pdf", "content": pdf}
    ]
    for sent in (brevo["htmlContent"], postmark["HtmlBody"], scaleway["html"]):
        assert "cid:logo@x" in sent


def test_a_picture_within_the_text_arrives_where_there_is_a_place_for_it(arrives):
    body = illustrated(inline=True)
    picture, pdf = arrives("postmark", body)[0].json["Attachments"]
    assert picture["ContentID"] == "cid:logo@x"
    assert base64.b64decode(picture["Content"]) == PICTURE
    assert "ContentID" not in pdf
    raw = base64.b64decode(arrives("ses", body)[0].json["Content"]["Raw"]["Data"])
    assert [part.get_content_type() for part in _mime(raw).walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]


@pytest.mark.parametrize("kind", ["brevo", "scaleway"])
def test_a_picture_without_a_place_leaves_the_message_to_another_server(kind, arrives):
    heard, outcome = arrives(kind, illustrated(inline=True))
    assert heard is None
    assert (outcome.result, outcome.stage) == (Result.UNSENT, Stage.LOCAL)
    assert "pictures within a message" in outcome.text


def test_a_message_without_an_id_of_ours_bears_no_tag(arrives):
    bare = b"From: news@shop.example\r\nTo: ana@example.org\r\n\r\nBonjour\r\n"
    assert "EmailTags" not in arrives("ses", bare)[0].json
    assert "Metadata" not in arrives("postmark", bare)[0].json
    assert "X-Mailin-custom" not in arrives("brevo", bare)[0].json["headers"]
    assert b"v:message" not in arrives("mailgun", bare)[0].body
    assert arrives("scaleway", bare)[0].json["text"].strip() == "Bonjour"


def test_an_id_in_the_text_is_not_taken_for_the_message_s(arrives):
    body = (
        b"From: news@shop.example\r\nTo: ana@example.org\r\n\r\n"
        b"Message-ID: <other@shop.example>\r\nDKIM-Signature: kept\r\n"
    )
    sent = arrives("ses", body)[0].json
    assert "EmailTags" not in sent
    assert base64.b64decode(sent["Content"]["Raw"]["Data"]) == body


def newsletter_with(*files):
    picture = "<img src='cid:logo.1@shop.example' alt=''>"
    content = Content("Le programme", f"<p>Voir {picture} {LEAVE}</p>", files=files)
    return Blueprint(
        content,
        Sender("news@shop.example"),
        Listing("Nouvelles", "list-5", campaign=12, workspace=3),
        MailUrls("https://shop.example", TOKENS, campaign=12),
    ).build(Recipient("ana@example.org", 7, 3, 9, 5), Variant(), DATED)


LOGO = File("Café.png", "image/png", PICTURE, "logo.1@shop.example")
PDF = File("Été 2026.pdf", "application/pdf", b"%PDF-1.7")


def test_the_files_of_a_newsletter_arrive_with_their_names(arrives):
    sent = arrives("postmark", newsletter_with(LOGO, PDF))[0].json
    assert [
        (one["Name"], one["ContentType"], one.get("ContentID"))
        for one in sent["Attachments"]
    ] == [
        ("Café.png", "image/png", "cid:logo.1@shop.example"),
        ("Été 2026.pdf", "application/pdf", None),
    ]
    assert base64.b64decode(sent["Attachments"][0]["Content"]) == PICTURE
    assert LINK in sent["HtmlBody"]
    assert LINK in sent["TextBody"]
    assert _named(sent["Headers"])["List-Unsubscribe"] == f"<{LINK}>"


@pytest.mark.parametrize("kind", ["brevo", "scaleway"])
def test_a_newsletter_with_pictures_is_left_to_another_server(kind, arrives):
    assert arrives(kind, newsletter_with(LOGO, PDF))[0] is None
    heard, outcome = arrives(kind, newsletter_with(PDF))
    assert outcome.result is Result.ACCEPTED
    assert base64.b64encode(b"%PDF-1.7") in heard.body


@pytest.mark.parametrize("kind", ["brevo", "postmark", "scaleway"])
def test_what_was_meant_for_another_relay_is_told_to_no_reader(kind, arrives):
    said = relays.without_measuring("smtp.mailgun.org", "smtp.postmarkapp.com")
    heard, _outcome = arrives(kind, said + NEWSLETTER)
    for name in (b"X-Mailgun-Track", b"X-PM-TrackOpens", b"X-PM-TrackLinks"):
        assert name in said
        assert name not in heard.body
