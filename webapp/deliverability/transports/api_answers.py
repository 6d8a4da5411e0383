"""What the answer of a provider means for a message, in the terms of SMTP."""

from dataclasses import dataclass, replace

from webapp.deliverability.transports import Envelope, Outcome, Result, Stage
from webapp.deliverability.transports.http import Answer
from webapp.deliverability.transports.smtp_replies import presentable


@dataclass(frozen=True, slots=True)
class Finding:
    """An outcome before it is known of which message; `text` as the provider wrote it."""

    result: Result
    code: int = 0
    enhanced: str = ""
    text: str = ""
    stage: Stage = Stage.BODY

    def outcome(self, envelope: Envelope, secret: str = "") -> Outcome:
        """What became of an envelope, in words without address or key."""
        text = self.text.replace(secret, "…") if secret else self.text
        text = presentable(text, envelope.rcpt_to, envelope.mail_from)
        return Outcome(
            envelope.key, self.result, self.code, self.enhanced, text, self.stage
        )


def accepted(text: str = "") -> Finding:
    """The provider took charge of the message."""
    return Finding(Result.ACCEPTED, 250, "2.0.0", text)


def refuses_person(text: str, enhanced: str = "5.1.3") -> Finding:
    """It will never take mail for this address."""
    return Finding(Result.REFUSED, 550, enhanced, text, Stage.RECIPIENT)


def refuses_us(text: str, enhanced: str = "5.7.1") -> Finding:
    """It does not take what we send, whoever it is for: somebody has to act."""
    return Finding(Result.REFUSED, 550, enhanced, text, Stage.SENDER)


def shuts_us_out(text: str) -> Finding:
    """It does not know the key, or has closed the account."""
    return Finding(Result.UNSENT, 535, "5.7.8", text, Stage.CONNECTION)


def wants_less(text: str) -> Finding:
    """It takes the message later."""
    return Finding(Result.THROTTLED, 421, "", text, Stage.CONNECTION)


def is_failing(text: str) -> Finding:
    """It has trouble of its own, and has not taken the message."""
    return Finding(Result.UNSENT, 451, "", text, Stage.CONNECTION)


def is_in_doubt(text: str) -> Finding:
    """It may have taken the message."""
    return Finding(Result.UNCERTAIN, text=text)


def by_status(answer: Answer, words: str = "") -> Finding:
    """What follows from the HTTP status where the body says nothing more.

    A 2xx whose body is not as documented, and a gateway that lost what stands behind
    it (502, 504), leave it open who has the message.
    """
    text = _with_status(answer, words)
    found = _FINDINGS.get(answer.status)
    if found:
        return replace(found, text=text)
    if answer.status >= 500:
        return is_failing(text)
    if 200 <= answer.status < 300:
        return is_in_doubt(text)
    return refuses_us(text)


_FINDINGS = {
    401: shuts_us_out(""),
    403: shuts_us_out(""),
    404: shuts_us_out(""),
    408: is_failing(""),
    413: refuses_us("", "5.3.4"),
    420: wants_less(""),
    429: wants_less(""),
    502: is_in_doubt(""),
    503: wants_less(""),
    504: is_in_doubt(""),
}


def _with_status(answer: Answer, words: str) -> str:
    said = f"{words} (HTTP {answer.status})" if words else f"HTTP {answer.status}"
    wait = answer.headers.get("retry-after", "")
    return f"{said}, retry after {wait} seconds" if wait.isdecimal() else said
