"""What mail systems send back, in the shapes they really send, and what it says."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.deliverability import return_paths
from webapp.deliverability.classifying import classify
from webapp.incoming import mail_reading
from webapp.messages import addressing
from webapp.messages.mail_tokens import Kind as Token

CORPUS = Path(__file__).parent / "corpus"
MESSAGE = 4211
# The same empty tables for all examples: none is written to.
FIXTURES = [HealthCheck.function_scoped_fixture]

BOUNCES = {
    "postfix_unknown_user": (550, "5.1.1", "invalid_recipient"),
    "postfix_no_host": (0, "5.4.4", "bad_domain"),
    "postfix_blocklist": (554, "5.7.1", "reputation"),
    "exim_unrouteable": (0, "5.0.0", "bad_domain"),
    "exim_without_mime": (0, "", "invalid_recipient"),
    "exchange_365": (550, "5.1.10", "invalid_recipient"),
    "exchange_365_full": (554, "5.2.2", "mailbox_full"),
    "exchange_2003": (0, "", "invalid_recipient"),
    "gmail_no_user": (550, "5.1.1", "invalid_recipient"),
    "postfix_multiple": (552, "5.2.2", "mailbox_full"),
    "orange_archived": (550, "5.1.0", "inactive_mailbox"),
    "orange_full": (552, "5.1.1", "mailbox_full"),
    "qmail": (0, "", "invalid_recipient"),
    "qmail_by_message_id": (0, "", "bad_domain"),
    "yahoo": (0, "", "invalid_recipient"),
    "eai_global": (550, "5.1.1", "invalid_recipient"),
    "eai_global_base64": (552, "5.2.2", "mailbox_full"),
}
OTHERS = {
    "postfix_delayed": ["delayed"],
    "postfix_delivered": ["delivered"],
    "expanded_partly": ["delivered"],
    "human_answer_to_vacation_sale": ["unknown"],
    "out_of_office_exchange": ["auto_reply"],
    "out_of_office_by_subject": ["auto_reply"],
    "vacation": ["auto_reply"],
    "challenge_mailinblack": ["auto_reply"],
    "human_answer": ["unknown"],
    "arf_abuse": ["complaint"],
    "arf_redacted": ["complaint"],
    "arf_way_out_alone": ["complaint"],
    "arf_opt_out": ["unsubscribe"],
    "arf_not_spam": ["unknown"],
    "microsoft_jmrp": ["complaint"],
}


def mail(name, message=MESSAGE):
    tokens = addressing.tokens()
    text = (CORPUS / f"{name}.eml").read_text(encoding="utf-8")
    signed = {
        "@@VERP@@": return_paths.address(message, "retour.boutique.test"),
        "@@MESSAGE_ID@@": f"{tokens.sign(Token.MESSAGE, message)}@boutique.test",
        "@@UNSUBSCRIBE@@": tokens.sign(Token.UNSUBSCRIBE, 1, 2, 3, message),
    }
    for mark, value in signed.items():
        text = text.replace(mark, value)
    return text.encode()


def test_every_mail_of_the_corpus_has_its_expectation():
    named = {path.stem for path in CORPUS.glob("*.eml")}
    assert named == {*BOUNCES, *OTHERS, "forged_return_path"}


@pytest.mark.covers("delivery-36")
@pytest.mark.parametrize("name", BOUNCES)
def test_a_bounce_is_read(app, name):
    code, enhanced, category = BOUNCES[name]
    [report] = mail_reading.read(mail(name))
    assert (report.kind, report.message) == ("bounce", MESSAGE)
    assert (report.code, report.enhanced) == (code, enhanced)
    assert classify(report.code, report.enhanced, report.text) == category


@pytest.mark.covers("delivery-36")
@pytest.mark.covers("delivery-40")
@pytest.mark.covers("delivery-44")
@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_bounce_is_taken_for_what_it_is(app, name):
    reports = mail_reading.read(mail(name))
    assert [report.kind for report in reports] == OTHERS[name]
    assert {report.message for report in reports} == {MESSAGE}


@pytest.mark.parametrize("name", [*BOUNCES, *OTHERS])
def test_no_address_of_a_person_is_in_a_report(app, name):
    for report in mail_reading.read(mail(name)):
        assert report.address is None
        assert "@" not in report.text


@pytest.mark.parametrize("name", [*BOUNCES, *OTHERS])
def test_it_is_read_the_same_with_the_line_ends_of_the_wire(app, name):
    raw = mail(name)
    assert mail_reading.read(raw.replace(b"\n", b"\r\n")) == mail_reading.read(raw)


@pytest.mark.covers("delivery-39")
def test_a_return_path_that_we_did_not_sign_names_no_message(app):
    [report] = mail_reading.read(mail("forged_return_path"))
    assert report.message is None


def test_the_final_recipient_alone_names_no_message(app):
    raw = mail("postfix_unknown_user")
    stranger = return_paths.address(MESSAGE, "retour.boutique.test").encode()
    raw = raw.replace(stranger, b"retours@boutique.test")
    raw = raw.replace(addressing.tokens().sign(Token.MESSAGE, MESSAGE).encode(), b"x")
    assert [report.message for report in mail_reading.read(raw)] == [None]


def test_a_return_path_in_capitals_is_ours_still(app):
    raw = mail("postfix_blocklist")
    path = return_paths.address(MESSAGE, "retour.boutique.test")
    assert mail_reading.read(raw.replace(path.encode(), path.upper().encode()))[
        0
    ].message == (MESSAGE)


def test_the_time_is_that_of_the_last_attempt(app):
    [report] = mail_reading.read(mail("gmail_no_user"))
    assert report.at == datetime(2026, 11, 10, 8, 12, 31, tzinfo=UTC)


def test_the_words_of_a_server_are_kept_without_its_codes(app):
    [report] = mail_reading.read(mail("postfix_unknown_user"))
    assert report.text.endswith(
        "Recipient address rejected: User unknown in local recipient table"
    )


@pytest.mark.parametrize(
    ("name", "concerns"),
    [("qmail_by_message_id", True), ("human_answer", False), ("vacation", False)],
)
def test_letters_of_people_are_told_from_reports(app, name, concerns):
    assert mail_reading.concerns_us(mail(name)) is concerns


def test_a_letter_that_has_nothing_to_do_with_us_is_left_alone(app):
    assert not mail_reading.concerns_us(
        b"From: <paul@ailleurs.test>\nSubject: Bonjour\n\nA demain"
    )


@settings(max_examples=200, suppress_health_check=FIXTURES)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(bare_app, raw):
    with bare_app.app_context():
        assert mail_reading.read(raw)


@settings(max_examples=150, deadline=None, suppress_health_check=FIXTURES)
@given(
    name=st.sampled_from(sorted({*BOUNCES, *OTHERS})),
    start=st.integers(0, 3000),
    length=st.integers(0, 200),
    noise=st.binary(max_size=20),
)
def test_no_broken_report_breaks_the_reader(bare_app, name, start, length, noise):
    with bare_app.app_context():
        raw = mail(name)
        assert mail_reading.read(raw[:start] + noise + raw[start + length :])


def test_a_mail_of_a_thousand_mails_within_each_other_is_read_as_a_letter(app):
    for nested in (
        b"Content-Type: message/rfc822\n\n",
        b"content-type:\n multipart/x\n\n",
    ):
        assert not mail_reading.concerns_us(nested * 3000 + b"Subject: x\n\nx")


def test_a_nested_mail_is_known_by_its_header_still(app):
    path = return_paths.address(MESSAGE, "retour.boutique.test").encode()
    head = b"To: " + path + b"\n" + b"Content-Type: message/rfc822\n\n" * 3000
    assert [report.message for report in mail_reading.read(head)] == [MESSAGE]


@pytest.mark.parametrize("words", [b"+" + b"a" * 21, b"<", b"40a", b"@"])
def test_words_without_end_are_read_to_their_end(app, words):
    raw = b"From: mailer-daemon@x.test\nContent-Type: text/html\n\n"
    [report] = mail_reading.read(raw + words * (200_000 // len(words)))
    assert report.message is None


def test_a_report_of_very_many_people_is_read_at_its_beginning(app):
    raw = mail("postfix_unknown_user")
    block = b"\nFinal-Recipient: rfc822; x@y.test\nAction: delivered\n"
    status = b"Content-Type: message/delivery-status\n"
    head, part, rest = raw.partition(status)
    assert part
    many = mail_reading.read(head + part + block * 5000 + rest)
    assert len(many) < 200
