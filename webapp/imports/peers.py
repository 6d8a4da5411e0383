"""Exports of other tools, recognised by their columns and names of files, and read as they are.

listmonk: `uuid,email,name,attributes,status,created_at,updated_at`. Mailchimp: one file for each
of subscribed, unsubscribed, cleaned and non-subscribed, with LEID and EUID. Brevo: headings in
capitals, EMAIL_BLACKLISTED, ADDED_TIME. Sarbacane: lists, and the three kinds of its blacklists.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from webapp.deliverability.models import SuppressionReason
from webapp.imports import headings, statuses
from webapp.imports.models import Kind
from webapp.imports.targets import EMAIL, FULL_NAME, IGNORED, PACKED, ROW_DATE, STATUS


@dataclass(frozen=True)
class Tool:
    """Another tool: how its exports are recognised, and what their columns are."""

    key: str
    name: str
    # Columns that are all there; of `one_of`, one is enough.
    needs: frozenset[str]
    one_of: frozenset[str] = frozenset()
    columns: dict[str, str] = field(default_factory=dict)
    # Columns that mean nothing here: counters, numbers of the tool, addresses of machines.
    ignored: frozenset[str] = frozenset()
    # The status of everybody in the file, told from its name and columns.
    whole: Callable[[str, frozenset[str]], str] = lambda _name, _columns: ""


@dataclass(frozen=True)
class Recognised:
    """What is known of a file of another tool."""

    tool: Tool
    kind: Kind
    mapping: dict[int, str]
    file_status: str


def _mailchimp(name: str, columns: frozenset[str]) -> str:
    if "clean time" in columns or name.startswith("cleaned"):
        return SuppressionReason.HARD_BOUNCE
    if "unsub time" in columns or name.startswith("unsubscribed"):
        return SuppressionReason.UNSUBSCRIBED_FROM_ALL
    if name.startswith(("nonsubscribed", "transactional")):
        return statuses.SILENT
    return statuses.AGREES if name.startswith("subscribed") else ""


def _sarbacane(name: str, _columns: frozenset[str]) -> str:
    if re.search("npai|bounce|invalid", name):
        return SuppressionReason.HARD_BOUNCE
    if re.search("plainte|complaint|spam", name):
        return SuppressionReason.COMPLAINT
    if re.search("desinscri|desabonn|unsub", name):
        return SuppressionReason.UNSUBSCRIBED_FROM_ALL
    return ""


TOOLS = (
    Tool(
        "listmonk",
        "listmonk",
        needs=frozenset({"uuid", "email", "status", "attributes"}),
        columns={
            "email": EMAIL,
            "name": FULL_NAME,
            "attributes": PACKED,
            "status": STATUS,
            "updated at": ROW_DATE,
        },
        ignored=frozenset({"uuid", "created at"}),
    ),
    Tool(
        "mailchimp",
        "Mailchimp",
        needs=frozenset({"leid", "euid"}),
        columns={
            "email address": EMAIL,
            "last changed": ROW_DATE,
            "cc": "country",
            "timezone": "time_zone",
        },
        ignored=frozenset(
            {
                *("leid", "euid", "member rating", "optin time", "optin ip"),
                *("confirm time", "confirm ip", "latitude", "longitude", "gmtoff"),
                *("dstoff", "region", "notes", "unsub time", "unsub campaign title"),
                *("unsub campaign id", "unsub reason", "unsub reason other"),
                *("clean time", "clean campaign title", "clean campaign id"),
                # A month and a day without a year.
                *("birthday",),
            }
        ),
        whole=_mailchimp,
    ),
    Tool(
        "brevo",
        "Brevo",
        needs=frozenset({"email"}),
        one_of=frozenset(
            {
                *("email blacklisted", "added time", "modified time", "double opt in"),
                *("blacklisted", "sms blacklisted"),
            }
        ),
        columns={
            "email": EMAIL,
            "sms": "phone",
            "landline number": "landline",
            "email blacklisted": STATUS,
            "blacklisted": STATUS,
            "modified time": ROW_DATE,
            "contact timezone": "time_zone",
        },
        ignored=frozenset(
            {
                *("contact id", "added time", "sms blacklisted", "whatsapp"),
                *("whatsapp blacklisted", "double opt in", "opt in", "list ids"),
            }
        ),
    ),
    Tool(
        "sarbacane",
        "Sarbacane",
        needs=frozenset(),
        one_of=frozenset({"date de desabonnement", "npai", "statut sarbacane"}),
        columns={
            "statut": STATUS,
            "statut sarbacane": STATUS,
            "npai": STATUS,
            "date de desabonnement": ROW_DATE,
            "date de modification": ROW_DATE,
        },
        whole=_sarbacane,
    ),
)
NAMES = {tool.key: tool.name for tool in TOOLS}


def recognise(name: str, columns: Sequence[str]) -> Recognised | None:
    """Which tool made the file, and what that says of it; None for any other file."""
    words = [headings.plain(one) for one in columns]
    there = frozenset(words)
    plain_name = headings.plain(name)
    tool = next((one for one in TOOLS if _made(one, plain_name, there)), None)
    if tool is None:
        return None
    mapping = {
        place: IGNORED if word in tool.ignored else tool.columns[word]
        for place, word in enumerate(words)
        if word in tool.ignored or word in tool.columns
    }
    status = tool.whole(plain_name, there)
    only_refusals = status not in {"", statuses.AGREES, statuses.SILENT}
    kind = Kind.OPT_OUTS if only_refusals else Kind.CONTACTS
    return Recognised(tool, kind, mapping, status)


def _made(tool: Tool, name: str, columns: frozenset[str]) -> bool:
    if not tool.needs <= columns:
        return False
    if tool.one_of:
        return bool(tool.one_of & columns) or tool.key in name
    return True
