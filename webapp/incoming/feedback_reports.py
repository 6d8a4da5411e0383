"""Complaints as mailbox providers send them (ARF: RFC 5965, redacted as in RFC 6590)."""

from webapp.deliverability.transports.smtp_replies import presentable
from webapp.incoming import finding
from webapp.incoming.mail import Mail, content, fields
from webapp.incoming.reports import Kind, Report

_PART = "message/feedback-report"
# "not-spam" takes nothing back: who complained comes back by their own sign-up alone.
# "virus" and "auth-failure" speak of a message, not for a reader.
_TYPES = {
    "abuse": Kind.COMPLAINT,
    "fraud": Kind.COMPLAINT,
    "other": Kind.COMPLAINT,
    "opt-out": Kind.UNSUBSCRIBE,
}
# Of Microsoft's older programme, whose reports are no ARF.
_MICROSOFT = "X-HmXmrOriginalRecipient"


def is_feedback(mail: Mail) -> bool:
    """Whether a reader pressed "this is spam" and their provider passes it on."""
    return mail.part(_PART) is not None or _is_of_microsoft(mail)


def read(mail: Mail) -> list[Report]:
    """The complaint, about the message we find by what we signed: addresses are often redacted."""
    part = mail.part(_PART)
    said = fields(content(part)) if part is not None else {"feedback-type": "abuse"}
    kind = _TYPES.get(said.get("feedback-type", "").lower(), Kind.UNKNOWN)
    message = finding.by_return_path(said.get("original-mail-from", ""))
    if message is None:
        message = finding.message_in(mail)
    return [
        Report(
            kind=kind,
            message=message,
            text=presentable(said.get("user-agent", ""))[:80],
        )
    ]


def _is_of_microsoft(mail: Mail) -> bool:
    return any(part.get(_MICROSOFT) for part in mail.parts)
