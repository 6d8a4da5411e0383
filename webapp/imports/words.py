"""The words of imports: what files are, how lines fare, why they are refused."""

from typing import Any

from webapp.consent.answers import WORDS as GATE
from webapp.contacts.models import AttributeKind
from webapp.core.i18n import _l
from webapp.deliverability.models import SuppressionReason
from webapp.imports import lines, order_cells, silence, statuses
from webapp.imports.counting import MAILABLE
from webapp.imports.models import Kind, Status

KINDS: dict[Kind, Any] = {
    Kind.CONTACTS: _l("Contacts: customers, prospects, subscribers"),
    Kind.OPT_OUTS: _l("Opt-outs: people who want no more e-mail"),
    Kind.ORDERS: _l("Orders, with or without their articles"),
    Kind.EVENTS: _l("Events of your site"),
}
FIELD_KINDS: dict[AttributeKind, Any] = {
    AttributeKind.TEXT: _l("text"),
    AttributeKind.NUMBER: _l("number"),
    AttributeKind.DATE: _l("date"),
    AttributeKind.YES_NO: _l("yes or no"),
}
STATUSES: dict[Status, Any] = {
    Status.DRAFT: _l("To be completed"),
    Status.CHECKING: _l("Being checked"),
    Status.CHECKED: _l("Checked: nothing has changed yet"),
    Status.RUNNING: _l("Under way"),
    Status.DONE: _l("Finished"),
    Status.CANCELLED: _l("Stopped"),
    Status.UNDOING: _l("Being undone"),
    Status.UNDONE: _l("Taken back"),
    Status.FAILED: _l("The file cannot be read"),
}
TONES = {
    Status.DRAFT: "neutral",
    Status.CHECKING: "info",
    Status.CHECKED: "primary",
    Status.RUNNING: "info",
    Status.DONE: "success",
    Status.CANCELLED: "neutral",
    Status.UNDOING: "warning",
    Status.UNDONE: "neutral",
    Status.FAILED: "danger",
}
FAULTS: dict[str, Any] = {
    lines.NO_ADDRESS: _l("there is no address in this line"),
    lines.NOT_AN_ADDRESS: _l("this cannot be an e-mail address"),
    order_cells.NO_NUMBER: _l("the order has no number"),
    order_cells.NO_DATE: _l("the date is missing or not understood"),
    order_cells.NO_AMOUNT: _l("an amount is not understood"),
    order_cells.NO_NAME: _l("the event has no name, or one that cannot be"),
    order_cells.NO_SUCH_STATUS: _l("the status of the order is not understood"),
    "no_contact": _l("nobody is known by this address, phone number or key"),
    "not_measured": _l("this person did not agree to be measured"),
    "restricted": _l("this person asked us to restrict the use of their data"),
}
# Where somebody stands with a list afterwards.
OUTCOMES: dict[str, Any] = {
    MAILABLE: _l("can be written to"),
    **{reason.value: words for reason, words in GATE.items()},
    **silence.WORDS,
}
VERDICTS: dict[str, Any] = {
    "new": _l("New"),
    "updated": _l("Updated"),
    "unchanged": _l("Unchanged"),
    "opt_out": _l("Opt-outs"),
    "repeated": _l("Twice in the file"),
    "restricted": _l("Restricted"),
    "refused": _l("Refused"),
}
FILE_STATUSES: dict[str, Any] = {
    "": _l("What the column of statuses says, if there is one"),
    statuses.AGREES: _l("They agreed to get our e-mails"),
    statuses.SILENT: _l("They never answered"),
    SuppressionReason.UNSUBSCRIBED_FROM_ALL.value: _l("They unsubscribed"),
    SuppressionReason.COMPLAINT.value: _l("They reported us as spam"),
    SuppressionReason.HARD_BOUNCE.value: _l("Their addresses do not exist any more"),
}
