"""Proofs of work, as ALTCHA writes them: cheap for one person, dear for a thousand sign-ups."""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from sqlalchemy.dialects.postgresql import insert

from webapp.core import clock
from webapp.core.db import db
from webapp.core.encryption import derived_key
from webapp.widgets.models import SpentProof, Widget

ALGORITHM = "SHA-256"
# Tries until it is found at the latest: about a second on a phone of some years ago.
MAX_NUMBER = 200_000
VALID = timedelta(minutes=10)
LONGEST = 2000


def challenge(widget: Widget) -> dict[str, Any]:
    """A riddle for this widget alone, good for ten minutes."""
    expires = int((clock.now() + VALID).timestamp())
    # The closing & keeps digits from wandering between the salt and the number.
    salt = f"{secrets.token_hex(12)}?expires={expires}&widget={widget.public_id}&"
    riddle = _digest(salt, secrets.randbelow(MAX_NUMBER + 1))
    return {
        "algorithm": ALGORITHM,
        "challenge": riddle,
        "maxnumber": MAX_NUMBER,
        "salt": salt,
        "signature": _sign(riddle),
    }


def spend(widget: Widget, typed: str) -> bool:
    """Whether this is the solution of a riddle of ours, for this widget, in time, unused till now."""
    solution = _read(typed)
    if solution is None or not _is_right(solution):
        return False
    expires_at = _expiry(solution["salt"], widget)
    if expires_at is None or expires_at <= clock.now():
        return False
    spent = db.session.execute(
        insert(SpentProof)
        .values(mark=bytes.fromhex(solution["challenge"]), expires_at=expires_at)
        .on_conflict_do_nothing()
        .returning(SpentProof.mark)
    )
    return spent.first() is not None


def _read(typed: str) -> dict[str, Any] | None:
    """The solution as the solver writes it: JSON in Base64."""
    if not typed or len(typed) > LONGEST:
        return None
    try:
        solution = json.loads(base64.b64decode(typed, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    wanted = {"algorithm": str, "challenge": str, "salt": str, "signature": str}
    if not isinstance(solution, dict) or type(solution.get("number")) is not int:
        return None
    if any(not isinstance(solution.get(name), kind) for name, kind in wanted.items()):
        return None
    return solution


def _is_right(solution: dict[str, Any]) -> bool:
    riddle, salt = solution["challenge"], solution["salt"]
    return (
        solution["algorithm"] == ALGORITHM
        and salt.endswith("&")
        and 0 <= solution["number"] <= MAX_NUMBER
        and _same(solution["signature"], _sign(riddle))
        and _same(riddle, _digest(salt, solution["number"]))
    )


def _expiry(salt: str, widget: Widget) -> datetime | None:
    told = parse_qs(salt.partition("?")[2])
    if told.get("widget") != [widget.public_id]:
        return None
    return datetime.fromtimestamp(int(told["expires"][0]), UTC)


def _digest(salt: str, number: int) -> str:
    return hashlib.sha256(f"{salt}{number}".encode(errors="replace")).hexdigest()


def _sign(riddle: str) -> str:
    said = riddle.encode(errors="replace")
    return hmac.digest(derived_key("sign-up proof"), said, hashlib.sha256).hex()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(
        one.encode(errors="replace"), other.encode(errors="replace")
    )
