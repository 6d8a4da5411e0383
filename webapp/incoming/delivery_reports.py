"""Delivery status notifications (RFC 3464, 6522, 6533): one report for each recipient block."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

from webapp.deliverability.classifying import classify
from webapp.deliverability.transports.smtp_replies import presentable
from webapp.incoming.mail import Mail, blocks, content
from webapp.incoming.reports import Kind, Report

_STATUS = ("message/delivery-status", "message/global-delivery-status")
_ACTIONS = {
    "failed": Kind.BOUNCE,
    "delayed": Kind.DELAYED,
    "delivered": Kind.DELIVERED,
    # To a system that reports nothing back: as much as anybody will hear.
    "relayed": Kind.DELIVERED,
    "expanded": Kind.DELIVERED,
}
_CODE = re.compile(r"(?<![\d.])([245]\d\d)(?=[ \-]|$)")
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]\d)")
# Status codes that say nothing but whether it is for good.
_GENERIC = re.compile(r"[245]\.0\.0")
# Of a list or an alias; for each, the words for people are read again.
_MOST_BLOCKS = 100
# What follows the address in the words for people, where there is no diagnosis.
_EXCERPT = 400
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
# Where the message itself begins, whose words are ours.
_COPY = re.compile(
    r"^-{3,}.{0,60}(?:copy|original|forwarded)|^(?:return-path|message-id):",
    re.IGNORECASE | re.MULTILINE,
)


def is_delivery_report(mail: Mail) -> bool:
    """Whether a mail system tells what became of a message, in fields."""
    return mail.part(*_STATUS) is not None


def read(mail: Mail, message: int | None) -> list[Report]:
    """What it says of our message.

    One mail of ours has one recipient: where a report speaks of several, a list or an alias
    was behind the address. If it arrived with one of these, the address lives; if with
    none, the mildest refusal is that of the address.
    """
    part = mail.part(*_STATUS)
    told = blocks(content(part))[:_MOST_BLOCKS] if part is not None else []
    found = [
        _report(block, mail, message, _moment(block, told[0]))
        for block in told
        if block.get("action", "").split("(")[0].strip().lower() in _ACTIONS
    ]
    others = [report for report in found if report.kind is not Kind.BOUNCE]
    bounces = [report for report in found if report.kind is Kind.BOUNCE]
    if not bounces or any(report.kind is Kind.DELIVERED for report in others):
        return others
    return [*others, min(bounces, key=_gravity)]


def _gravity(report: Report) -> int:
    return classify(report.code, report.enhanced, report.text).gravity


def excerpt(words: str, address: str) -> str:
    """What is said of the address in the words for people; their beginning, if nothing is."""
    told = _COPY.split(words, maxsplit=1)[0]
    about = [part for part in _PARAGRAPH.split(told) if address.lower() in part.lower()]
    said = about[-1] if about and address else told
    start = said.lower().find(address.lower()) + len(address) if about else 0
    return " ".join(said[start:].lstrip(" >:;.").split())[:_EXCERPT]


def _report(
    block: dict[str, str], mail: Mail, message: int | None, at: datetime | None
) -> Report:
    action = block["action"].split("(")[0].strip().lower()
    address = _typed(block.get("final-recipient", block.get("original-recipient", "")))
    said = _typed(block.get("diagnostic-code", ""))
    if not said and _ACTIONS[action] is Kind.BOUNCE:
        said = excerpt(mail.words, address)
    return Report(
        kind=_ACTIONS[action],
        message=message,
        code=_code(said),
        enhanced=_enhanced(block.get("status", ""), said),
        text=presentable(_bare(said), *filter(None, [address])),
        at=at,
    )


def _typed(value: str) -> str:
    """The value without its type: `rfc822; a@b`, `smtp; 550 No`."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and " " not in kind.strip() else value.strip()


def _code(said: str) -> int:
    found = _CODE.search(said)
    return int(found[1]) if found else 0


def _enhanced(status: str, said: str) -> str:
    """The status of the block, unless it says less than the diagnosis does."""
    given = _ENHANCED.search(status)
    better = _ENHANCED.search(said)
    if given and not (_GENERIC.fullmatch(given[1]) and better):
        return given[1]
    return better[1] if better else ""


def _bare(said: str) -> str:
    """The words without the codes before them, which have fields of their own."""
    # Gmail repeats both at each line of the reply: "550-5.1.1 The … 550 5.1.1 …".
    bare = re.sub(r"(?<![\d.])[245]\d\d[ \-][245]\.\d{1,3}\.\d{1,3}\s", " ", said + " ")
    bare = re.sub(r"^\s*(?:[245]\d\d[ \-])?\s*(?:[245]\.\d{1,3}\.\d{1,3}\s)?", "", bare)
    return " ".join(bare.split())


def _moment(block: dict[str, str], whole: dict[str, str]) -> datetime | None:
    for given in (block.get("last-attempt-date"), whole.get("arrival-date")):
        try:
            moment = parsedate_to_datetime(given or "")
        except (TypeError, ValueError):
            continue
        if moment.tzinfo is not None:
            return moment
    return None
