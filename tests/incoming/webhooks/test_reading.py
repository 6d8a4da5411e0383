"""What each mail service says, in our words: whom it is about, and whether it is their fault."""

import json
from datetime import UTC, datetime

import pytest

from webapp.deliverability.classifying import Category, classify
from webapp.incoming.reading import READERS
from webapp.incoming.reports import Kind
from webapp.messages import addressing, mail_tokens

ANNA = "anna@example.org"
AT = datetime(2026, 11, 10, 8, tzinfo=UTC)
SECONDS = int(AT.timestamp())
UNKNOWN_USER = f"smtp; 550 5.1.1 <{ANNA}>... User unknown"
ON_THEIR_LIST = (
    "Amazon SES did not send the message to this address because it is on the"
    " suppression list for your account. See Using the Amazon SES suppression list."
)
OURS = 4_294_967_300

HARD = Category.INVALID_RECIPIENT
ASLEEP = Category.INACTIVE_MAILBOX
FULL = Category.MAILBOX_FULL
POLICY = Category.POLICY
LATER = Category.TEMPORARY
NO_DOMAIN = Category.BAD_DOMAIN
REFUSED = Category.MESSAGE_REFUSED


def read(source, told):
    return READERS[source](json.dumps(told).encode())


def the_one(source, told):
    [report] = read(source, told)
    return report


def category(report):
    return classify(report.code, report.enhanced, report.text)


def token():
    return addressing.tokens().sign(mail_tokens.Kind.MESSAGE, OURS)


def ses(kind, about, **more):
    field = kind[0].lower() + kind[1:]
    mail = {"messageId": "0107-their-own", "destination": [ANNA], **more}
    stamp = f"{AT:%Y-%m-%dT%H:%M:%S.101Z}"
    return {
        "notificationType": kind,
        "mail": mail,
        field: {"timestamp": stamp, **about},
    }


def bounced(kind, sub, **recipient):
    person = {"emailAddress": ANNA, **recipient}
    return ses(
        "Bounce",
        {"bounceType": kind, "bounceSubType": sub, "bouncedRecipients": [person]},
    )


@pytest.mark.parametrize(
    ("kind", "sub", "said", "expected"),
    [
        ("Permanent", "General", UNKNOWN_USER, HARD),
        ("Permanent", "General", "", HARD),
        ("Permanent", "Suppressed", "", HARD),
        ("Permanent", "OnAccountSuppressionList", "", HARD),
        ("Permanent", "OnAccountSuppressionList", ON_THEIR_LIST, HARD),
        ("Permanent", "Suppressed", ON_THEIR_LIST, HARD),
        ("Permanent", "General", "smtp; 550 5.7.1 blocked by policy", POLICY),
        ("Transient", "MailboxFull", "", FULL),
        ("Transient", "General", "", LATER),
        ("Transient", "MessageTooLarge", "", REFUSED),
        ("Transient", "ContentRejected", "", REFUSED),
        ("Transient", "AttachmentRejected", "", REFUSED),
        ("Undetermined", "Undetermined", "", Category.UNKNOWN),
        ("Permanent", "NoEmail", "", Category.UNKNOWN),
    ],
)
def test_a_bounce_of_ses(app, kind, sub, said, expected):
    more = {"diagnosticCode": said} if said else {}
    report = the_one("ses", bounced(kind, sub, **more))
    assert report.kind is Kind.BOUNCE
    assert (report.address, report.at.replace(microsecond=0)) == (ANNA, AT)
    assert category(report) is expected


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (ses("Complaint", {"complainedRecipients": [{"emailAddress": ANNA}]}), "complaint"),
        (ses("Complaint", {"complaintFeedbackType": "not-spam"}), "unknown"),
        (ses("Delivery", {"recipients": [ANNA]}), "delivered"),
        (ses("DeliveryDelay", {"delayedRecipients": [{"emailAddress": ANNA}]}), "delayed"),
        (ses("Reject", {"reason": "Bad content"}), "bounce"),
        (bounced("Permanent", "UnsubscribedRecipient"), "unsubscribe"),
        (ses("Subscription", {"newTopicPreferences": {"unsubscribeAll": True}}), "unsubscribe"),
        (ses("Subscription", {"newTopicPreferences": {"unsubscribeAll": False}}), "unknown"),
        (ses("Rendering Failure", {}), "unknown"),
    ],
)  # fmt: skip
def test_what_ses_says_else(app, told, kind):
    report = the_one("ses", told)
    assert (report.kind, report.address) == (kind, ANNA)


def test_ses_tells_of_several_readers_at_once(app):
    people = [{"emailAddress": ANNA}, {"emailAddress": "berta@example.org"}]
    about = {"bounceType": "Permanent", "bouncedRecipients": people}
    reports = read("ses", ses("Bounce", about))
    assert [report.address for report in reports] == [ANNA, "berta@example.org"]


@pytest.mark.parametrize("place", ["headers", "common", "tags"])
def test_ses_tells_which_message_it_was(app, place):
    theirs = {
        "headers": [
            {"name": "Subject", "value": "x"},
            {"name": "Message-ID", "value": f"<{token()}@example.org>"},
        ],
        "common": None,
        "tags": None,
    }
    mail = {
        "headers": {"headers": theirs["headers"]},
        "common": {"commonHeaders": {"messageId": f"<{token()}@example.org>"}},
        "tags": {"tags": {"message": [token()]}},
    }[place]
    assert the_one("ses", ses("Delivery", {}, **mail)).message == OURS


def mailgun(event, **told):
    return {"event": event, "recipient": ANNA, "timestamp": SECONDS + 0.15, **told}


def failed(severity="permanent", reason="bounce", code=550, **status):
    return mailgun(
        "failed",
        severity=severity,
        reason=reason,
        **{"delivery-status": {"code": code, **status}},
    )


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (failed(message="5.1.1 The account does not exist."), HARD),
        (failed(**{"enhanced-code": "5.2.1", "message": "x"}), ASLEEP),
        (
            failed(
                reason="suppress-bounce",
                code=605,
                message="Not delivering to previously bounced address",
            ),
            HARD,
        ),
        (failed(reason="old", code=602), Category.EXPIRED),
        (failed(reason="espblock", message="x"), POLICY),
        (failed(message="5.7.1 Service unavailable"), POLICY),
        (mailgun("rejected", reject={"reason": "Sandbox subdomains"}), POLICY),
    ],
)
def test_a_bounce_of_mailgun(app, told, expected):
    report = the_one("mailgun", told)
    assert (report.kind, report.address) == (Kind.BOUNCE, ANNA)
    assert category(report) is expected


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (failed(severity="temporary", code=450, message="Greylisted"), "delayed"),
        (failed(reason="suppress-complaint", code=607), "complaint"),
        (failed(reason="suppress-unsubscribe", code=606), "unsubscribe"),
        (mailgun("delivered"), "delivered"),
        (mailgun("complained"), "complaint"),
        (mailgun("unsubscribed"), "unsubscribe"),
        (mailgun("something_new"), "unknown"),
    ],
)
def test_what_mailgun_says_else(app, told, kind):
    report = the_one("mailgun", told)
    assert (report.kind, report.address) == (kind, ANNA)
    assert report.at.replace(microsecond=0) == AT


@pytest.mark.parametrize("place", ["header", "variable"])
def test_mailgun_tells_which_message_it_was(app, place):
    theirs = {
        "header": {"message": {"headers": {"message-id": f"{token()}@example.org"}}},
        "variable": {"user-variables": {"message": token()}},
    }[place]
    assert the_one("mailgun", mailgun("delivered", **theirs)).message == OURS


def sendgrid(event, **told):
    return {"event": event, "email": ANNA, "timestamp": SECONDS, **told}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (sendgrid("bounce", type="bounce", status="5.1.1", reason="550 5.1.1 x"), HARD),
        (sendgrid("bounce", type="bounce", reason="no words"), HARD),
        (sendgrid("bounce", type="bounce", status="4.2.2"), FULL),
        (sendgrid("bounce", type="blocked", reason="550 5.7.1 blocked"), POLICY),
        (sendgrid("bounce", type="blocked", status="5.1.1"), POLICY),
        (sendgrid("bounce", type="bounce", bounce_classification="Reputation"), POLICY),
        (sendgrid("bounce", bounce_classification="Mailbox Unavailable"), ASLEEP),
        (sendgrid("dropped", reason="Bounced Address"), HARD),
        (sendgrid("dropped", reason="Invalid"), HARD),
        (sendgrid("dropped", reason="Recipient List over Package Quota"), POLICY),
    ],
)
def test_a_bounce_of_sendgrid(app, told, expected):
    report = the_one("sendgrid", told)
    assert (report.kind, report.address, report.at) == (Kind.BOUNCE, ANNA, AT)
    assert category(report) is expected


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (sendgrid("delivered", response="250 2.0.0 OK"), "delivered"),
        (sendgrid("deferred", response="450 4.7.1 later"), "delayed"),
        (sendgrid("spamreport"), "complaint"),
        (sendgrid("unsubscribe"), "unsubscribe"),
        (sendgrid("group_unsubscribe"), "unsubscribe"),
        (sendgrid("dropped", reason="Spam Reporting Address"), "complaint"),
        (sendgrid("dropped", reason="Unsubscribed Address"), "unsubscribe"),
        (sendgrid("something_new"), "unknown"),
    ],
)
def test_what_sendgrid_says_else(app, told, kind):
    assert the_one("sendgrid", told).kind == kind


@pytest.mark.parametrize("place", ["smtp-id", "message"])
def test_sendgrid_tells_which_message_it_was(app, place):
    said = {"smtp-id": f"<{token()}@example.org>", "message": token()}[place]
    assert the_one("sendgrid", sendgrid("delivered", **{place: said})).message == OURS


def postmark(what, **told):
    return {
        "RecordType": what,
        "Email": ANNA,
        "BouncedAt": "2026-11-10T09:00:00.3963933+01:00",
        **told,
    }


@pytest.mark.parametrize(
    ("type_", "details", "expected"),
    [
        ("HardBounce", "smtp;550 5.1.1 No such account", HARD),
        ("HardBounce", "", HARD),
        ("SoftBounce", "smtp;452 4.2.2 over quota", FULL),
        ("SoftBounce", "", LATER),
        ("DnsError", "", LATER),
        ("BadEmailAddress", "", HARD),
        ("ManuallyDeactivated", "", ASLEEP),
        ("Blocked", "", POLICY),
        ("SpamNotification", "", POLICY),
        ("DMARCPolicy", "", POLICY),
        ("VirusNotification", "", REFUSED),
        ("Unknown", "", Category.UNKNOWN),
    ],
)
def test_a_bounce_of_postmark(app, type_, details, expected):
    report = the_one("postmark", postmark("Bounce", Type=type_, Details=details))
    assert (report.kind, report.address) == (Kind.BOUNCE, ANNA)
    assert report.at.replace(microsecond=0) == AT
    assert category(report) is expected


def changed(reason, origin="Recipient"):
    return postmark(
        "SubscriptionChange",
        SuppressSending=True,
        SuppressionReason=reason,
        Origin=origin,
    )


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (postmark("Bounce", Type="Transient"), "delayed"),
        (postmark("Bounce", Type="Unsubscribe"), "unsubscribe"),
        (postmark("Bounce", Type="AutoResponder"), "auto_reply"),
        (postmark("Bounce", Type="ChallengeVerification"), "auto_reply"),
        (postmark("Bounce", Type="SpamComplaint"), "complaint"),
        (postmark("Bounce", Type="AddressChange"), "unknown"),
        (postmark("Bounce", Type="SomethingNew"), "unknown"),
        (postmark("SpamComplaint", Type="SpamComplaint"), "complaint"),
        (postmark("Delivery", Recipient=ANNA), "delivered"),
        (changed("ManualSuppression"), "unsubscribe"),
        (changed("ManualSuppression", "Customer"), "unknown"),
        (changed("HardBounce"), "bounce"),
        (changed("SpamComplaint"), "complaint"),
    ],
)
def test_what_postmark_says_else(app, told, kind):
    report = the_one("postmark", told)
    assert (report.kind, report.address) == (kind, ANNA)


def test_postmark_tells_which_message_it_was(app):
    told = postmark("Delivery", Metadata={"message": token()})
    assert the_one("postmark", told).message == OURS


def brevo(event, **told):
    # The plain times follow the zone of the account.
    wrong = {"ts": SECONDS - 36_000, "ts_event": SECONDS - 36_000}
    return {"event": event, "email": ANNA, "ts_epoch": SECONDS * 1000, **wrong, **told}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (brevo("hard_bounce", reason=f"550 5.1.1 <{ANNA}>: unknown"), HARD),
        (brevo("hard_bounce"), HARD),
        (brevo("hard_bounce", reason="550 5.7.1 rejected by policy"), POLICY),
        (brevo("soft_bounce", reason="452 4.2.2 mailbox full"), FULL),
        (brevo("soft_bounce"), LATER),
        (brevo("invalid_email", reason="so they say"), HARD),
        (brevo("blocked", reason="blocked : due to blacklist user"), ASLEEP),
    ],
)
def test_a_bounce_of_brevo(app, told, expected):
    report = the_one("brevo", told)
    assert (report.kind, report.address, report.at) == (Kind.BOUNCE, ANNA, AT)
    assert category(report) is expected


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("delivered", "delivered"),
        ("deferred", "delayed"),
        ("spam", "complaint"),
        ("complaint", "complaint"),
        ("unsubscribed", "unsubscribe"),
        ("error", "unknown"),
        ("something_new", "unknown"),
    ],
)
def test_what_brevo_says_else(app, event, kind):
    assert the_one("brevo", brevo(event)).kind == kind


@pytest.mark.parametrize("place", ["message-id", "X-Mailin-custom", "tags"])
def test_brevo_tells_which_message_it_was(app, place):
    said = {
        "message-id": f"<{token()}@example.org>",
        "X-Mailin-custom": token(),
        "tags": ["autumn", token()],
    }[place]
    assert the_one("brevo", brevo("delivered", **{place: said})).message == OURS


def mailjet(event, **told):
    return {"event": event, "email": ANNA, "time": SECONDS, "MessageID": 123, **told}


def refused(error, related="recipient", *, hard=True):
    return mailjet("bounce", error=error, error_related_to=related, hard_bounce=hard)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (refused("user unknown"), HARD),
        (refused("mailbox inactive"), ASLEEP),
        (refused("quota exceeded", hard=False), FULL),
        (refused("invalid domain", "domain"), NO_DOMAIN),
        (refused("no mail host", "domain"), NO_DOMAIN),
        (refused("content blocked", "content"), POLICY),
        (refused("sender blocked", "spam"), POLICY),
        (refused("policy issue", "system"), POLICY),
        (refused("system issue", "system", hard=False), LATER),
        (refused("something new", "recipient"), HARD),
        (refused("something new", "recipient", hard=False), LATER),
        (refused("something new", "content"), POLICY),
        (refused("something new", "elsewhere"), Category.UNKNOWN),
        (mailjet("blocked", error="preblocked", error_related_to="mailjet"), ASLEEP),
        (mailjet("blocked", error="blacklisted", error_related_to="mailjet"), ASLEEP),
    ],
)
def test_a_bounce_of_mailjet(app, told, expected):
    report = the_one("mailjet", told)
    assert (report.kind, report.address, report.at) == (Kind.BOUNCE, ANNA, AT)
    assert category(report) is expected


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (mailjet("sent", smtp_reply="sent (250 2.0.0 OK)"), "delivered"),
        (mailjet("spam", source="FBL"), "complaint"),
        (mailjet("unsub"), "unsubscribe"),
        (refused("greylisted", "domain", hard=False), "delayed"),
        (refused("spam reporter"), "complaint"),
        (refused("duplicate in campaign", "mailjet"), "unknown"),
        (mailjet("something_new"), "unknown"),
    ],
)
def test_what_mailjet_says_else(app, told, kind):
    assert the_one("mailjet", told).kind == kind


@pytest.mark.parametrize("place", ["CustomID", "Payload"])
def test_mailjet_tells_which_message_it_was(app, place):
    said = {"CustomID": token(), "Payload": json.dumps({"message": token()})}[place]
    assert the_one("mailjet", mailjet("sent", **{place: said})).message == OURS


def scaleway(type_, **told):
    return {
        "id": "0f1e",
        "type": type_,
        "created_at": "2026-11-10T08:00:00.123456789Z",
        "email_to": ANNA,
        **told,
    }


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (scaleway("email_dropped", email_response_message="550 5.1.1 no user"), HARD),
        (
            scaleway(
                "email_dropped",
                email_response_code=554,
                email_response_message="5.7.1 rejected",
            ),
            POLICY,
        ),
        (scaleway("email_dropped"), Category.UNKNOWN),
        (scaleway("email_mailbox_not_found"), HARD),
        (scaleway("email_spam"), POLICY),
        (scaleway("email_blocklisted"), ASLEEP),
        (
            scaleway(
                "email_blocklisted",
                email_response_message="the recipient is on a blocklist",
            ),
            ASLEEP,
        ),
    ],
)
def test_a_bounce_of_scaleway(app, told, expected):
    report = the_one("scaleway", told)
    assert (report.kind, report.address) == (Kind.BOUNCE, ANNA)
    assert report.at.replace(microsecond=0) == AT
    assert category(report) is expected


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("email_delivered", "delivered"),
        ("email_deferred", "delayed"),
        ("unknown_type", "unknown"),
    ],
)
def test_what_scaleway_says_else(app, type_, kind):
    assert the_one("scaleway", scaleway(type_)).kind == kind


@pytest.mark.parametrize("shape", ["object", "keys", "names"])
def test_scaleway_tells_which_message_it_was(app, shape):
    said = f"<{token()}@example.org>"
    headers = {
        "object": {"Subject": "x", "Message-ID": said},
        "keys": [{"key": "Message-ID", "value": said}],
        "names": [{"name": "message-id", "value": said}],
    }[shape]
    told = scaleway("email_delivered", email_headers=headers)
    assert the_one("scaleway", told).message == OURS


SOURCES = ["ses", "mailgun", "sendgrid", "postmark", "brevo", "mailjet", "scaleway"]
EVERYTHING = {
    "ses": bounced("Permanent", "General", diagnosticCode=UNKNOWN_USER),
    "mailgun": failed(message=UNKNOWN_USER),
    "sendgrid": sendgrid("bounce", type="bounce", reason=UNKNOWN_USER),
    "postmark": postmark("Bounce", Type="HardBounce", Details=UNKNOWN_USER),
    "brevo": brevo("hard_bounce", reason=UNKNOWN_USER),
    "mailjet": mailjet("bounce", comment=UNKNOWN_USER),
    "scaleway": scaleway("email_dropped", email_response_message=UNKNOWN_USER),
}


@pytest.mark.parametrize("source", SOURCES)
def test_what_was_said_is_kept_without_the_address(app, source):
    report = the_one(source, EVERYTHING[source])
    assert "User unknown" in report.text
    assert "example.org" not in report.text


def with_every_value_replaced(told, value):
    """One copy for each value in it, replaced by another."""
    items = told.items() if isinstance(told, dict) else enumerate(told)
    for name, part in items:
        copied = told.copy()
        copied[name] = value
        yield copied
        if isinstance(part, dict | list):
            for changed_part in with_every_value_replaced(part, value):
                yield (
                    {**told, name: changed_part}
                    if isinstance(told, dict)
                    else [changed_part]
                )


ODD = [
    None,
    1,
    -1,
    1e300,
    True,
    "",
    "x",
    "\0",
    "\ud83d",
    [],
    [1],
    {},
    {"a": 1},
    "9" * 400,
]


@pytest.mark.parametrize("source", SOURCES)
def test_a_shape_nobody_told_us_of_is_read_as_far_as_it_goes(app, source):
    for value in ODD:
        for told in with_every_value_replaced(EVERYTHING[source], value):
            for report in read(source, told):
                assert report.message is None
                assert "\0" not in report.text
                report.text.encode()


@pytest.mark.parametrize("source", SOURCES)
def test_a_token_somebody_else_signed_names_no_message(app, source):
    forged = mail_tokens.MailTokens(b"another key").sign(mail_tokens.Kind.MESSAGE, OURS)
    other = addressing.tokens().sign(mail_tokens.Kind.VIEW, OURS)
    for said in (forged, other, f"<{forged}@example.org>"):
        told = {
            **EVERYTHING[source],
            "message-id": said,
            "message": said,
            "CustomID": said,
            "smtp-id": said,
            "Metadata": {"message": said},
            "user-variables": {"message": said},
            "email_headers": {"Message-ID": said},
        }
        assert the_one(source, told).message is None
