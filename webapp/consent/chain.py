"""How an event of the ledger becomes bytes, and how each event holds on to the one before."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import rfc8785
from sqlalchemy import Row

from webapp.consent.models import ConsentEvent

# Another way of writing rows or of linking them gets another number.
VERSION = b"\x01"
# What the first event of a workspace holds on to.
GENESIS = bytes(32)


def content(event: ConsentEvent | Row[Any]) -> dict[str, Any]:
    """What the hash of an event is about: numbers, states, times and hashes, nobody's name."""
    return {
        "workspace": event.workspace_id,
        "seq": event.seq,
        "contact": event.contact_id,
        "purpose": event.purpose_id,
        "state": str(event.state),
        "basis": str(event.basis),
        "method": str(event.method),
        "at": instant(event.at),
        "text": event.text_id,
        "text_hash": _hex(event.text_hash),
        "widget_version": event.widget_version_id,
        "form_hash": _hex(event.form_hash),
        "message": event.message_id,
        "colleague": event.user_id,
        "detail": event.detail,
        "commitment": _hex(event.commitment),
    }


def digest(row: dict[str, Any]) -> bytes:
    """SHA-256 of the row as RFC 8785 writes it: all that the proof of somebody else shows of it."""
    return hashlib.sha256(rfc8785.dumps(row)).digest()


def link(before: bytes, row: dict[str, Any]) -> bytes:
    """The hash of an event: of the version, the hash before it and the digest of its row."""
    return hashlib.sha256(VERSION + before + digest(row)).digest()


def canonical(value: dict[str, Any]) -> str:
    """A row, or a part of one, as RFC 8785 writes it: there are no fractions in it."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def link_written(before: bytes, row: bytes) -> bytes:
    """As `link`, of a row that is written already."""
    return hashlib.sha256(VERSION + before + hashlib.sha256(row).digest()).digest()


def instant(at: datetime) -> str:
    """A moment in its one spelling: UTC, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _hex(value: bytes | None) -> str | None:
    return value.hex() if value is not None else None
