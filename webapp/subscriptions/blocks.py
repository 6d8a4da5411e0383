"""Addresses whose owners said that they never asked: a workspace sends them no sign-up mail for a year."""

import base64
from datetime import timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert

from webapp.core import addresses, clock, tokens
from webapp.core.db import db
from webapp.core.encryption import derived_key
from webapp.subscriptions.models import ConfirmationBlock

# Whoever changes their mind can sign up again then, without asking anybody.
LASTS = timedelta(days=365)
# How long the page that blocked can also undo it, in seconds.
UNDO_LASTS = 3600
UNDO = "undo block"


def block(workspace_id: int, email: str) -> str:
    """Send this address no sign-up mail from now on; gives what undoes it, for an hour."""
    address = _mark(email)
    db.session.execute(
        insert(ConfirmationBlock)
        .values(workspace_id=workspace_id, address_hash=address, blocked_at=clock.now())
        .on_conflict_do_update(
            index_elements=["workspace_id", "address_hash"],
            set_={"blocked_at": clock.now()},
        )
    )
    return tokens.sign(UNDO, [workspace_id, base64.b64encode(address).decode()])


def undo(token: str) -> bool:
    """Lift a block by what `block` gave; False when it is altered or too old."""
    told = tokens.read(UNDO, token, max_age=UNDO_LASTS)
    if told is None:
        return False
    _lift(told[0], base64.b64decode(told[1]))
    return True


def lift(workspace_id: int, email: str) -> None:
    """Its owner wants our mail, and showed that the address is theirs."""
    _lift(workspace_id, _mark(email))


def is_blocked(workspace_id: int, email: str) -> bool:
    """Whether no sign-up mail of this workspace goes to the address."""
    blocked = exists().where(
        ConfirmationBlock.workspace_id == workspace_id,
        ConfirmationBlock.address_hash == _mark(email),
        ConfirmationBlock.blocked_at > clock.now() - LASTS,
    )
    return bool(db.session.scalar(select(blocked)))


def forget_old() -> None:
    """Keep no mark of an address longer than it is good for."""
    db.session.execute(
        delete(ConfirmationBlock).where(
            ConfirmationBlock.blocked_at <= clock.now() - LASTS
        )
    )


def _lift(workspace_id: int, address: bytes) -> None:
    db.session.execute(
        delete(ConfirmationBlock).where(
            ConfirmationBlock.workspace_id == workspace_id,
            ConfirmationBlock.address_hash == address,
        )
    )


def _mark(email: str) -> bytes:
    return addresses.keyed_hash(email, derived_key("sign-up block"))
