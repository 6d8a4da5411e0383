"""Mail that came in at a return path or a mailbox, read as what it is."""

from dataclasses import replace

from webapp.incoming import (
    auto_replies,
    delivery_reports,
    feedback_reports,
    finding,
    plain_bounces,
)
from webapp.incoming.mail import Mail
from webapp.incoming.reports import Kind, Report

_LETTERS = frozenset({Kind.UNKNOWN, Kind.AUTO_REPLY})


def read(raw: bytes) -> list[Report]:
    """What it says of our messages; one report of an unknown kind when nothing is understood.

    Only what carries our signature has a message; nothing here ever has an address.
    """
    mail = Mail(raw)
    if feedback_reports.is_feedback(mail):
        return feedback_reports.read(mail)
    message = finding.message_in(mail)
    if delivery_reports.is_delivery_report(mail):
        said = delivery_reports.read(mail, message)
        return said or [Report(Kind.UNKNOWN, message)]
    if auto_replies.is_auto_reply(mail):
        return [Report(Kind.AUTO_REPLY, message)]
    plain = plain_bounces.read(mail, message)
    if plain and (mail.is_from_machine or mail.has_null_sender):
        return [plain]
    return [_of_an_answer(mail, message)]


def concerns_us(raw: bytes) -> bool:
    """Whether a mail in somebody's inbox is a report on a message of ours.

    All else is left alone: also what looks like an answer of a machine may be a letter.
    """
    return any(
        report.message is not None and report.kind not in _LETTERS
        for report in read(raw)
    )


def _of_an_answer(mail: Mail, message: int | None) -> Report:
    """A letter of a person, or of a machine that speaks in riddles."""
    report = Report(Kind.UNKNOWN, message)
    # Without a return path nobody expects an answer: vacation notes do not, nor do these.
    if mail.has_null_sender and not mail.is_from_machine:
        return replace(report, kind=Kind.AUTO_REPLY)
    return report
