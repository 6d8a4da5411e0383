"""The words for what happens to orders and customers: one for each thing, wherever it is said."""

from typing import Any

from webapp.core.i18n import _l
from webapp.purchases.models import Stage, Status

STATUSES: dict[str, Any] = {
    Status.PENDING: _l("Awaiting payment"),
    Status.PAID: _l("Paid"),
    Status.SHIPPED: _l("Shipped"),
    Status.CANCELLED: _l("Cancelled"),
    Status.REFUNDED: _l("Paid back"),
}
STATUS_TONES = {
    Status.PENDING: "warning",
    Status.PAID: "success",
    Status.SHIPPED: "success",
    Status.CANCELLED: "neutral",
    Status.REFUNDED: "danger",
}
STAGES: dict[str, Any] = {
    Stage.PROSPECT: _l("Prospect"),
    Stage.NEW: _l("New customer"),
    Stage.LOYAL: _l("Loyal"),
    Stage.AMBASSADOR: _l("Ambassador"),
    Stage.AT_RISK: _l("At risk"),
    Stage.LOST: _l("Lost"),
}
STAGE_TONES = {
    Stage.PROSPECT: "neutral",
    Stage.NEW: "info",
    Stage.LOYAL: "success",
    Stage.AMBASSADOR: "primary",
    Stage.AT_RISK: "warning",
    Stage.LOST: "danger",
}
SOURCES: dict[str, Any] = {
    "staff": _l("Entered by hand"),
    "import": _l("From a file"),
    "api": _l("From the shop"),
    "demo": _l("Demo shop"),
}
FIELDS: dict[str, Any] = {
    "contact_id": _l("Contact"),
    "placed_at": _l("Date"),
    "status": _l("Status"),
    "currency": _l("Currency"),
    "total": _l("Total"),
    "discount": _l("Discount"),
    "shipping": _l("Shipping"),
    "coupon": _l("Promotional code"),
    "lines": _l("Articles"),
}
