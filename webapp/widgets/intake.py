"""Sign-ups that came in and wait for a worker: the answer takes as long whatever is known of an address."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from werkzeug.datastructures import MultiDict

from webapp.core import clock, visitor
from webapp.core.db import db
from webapp.core.encryption import decrypt, encrypt
from webapp.core.visitor import Visitor
from webapp.widgets import jobs
from webapp.widgets.models import SignUp, WidgetSource, WidgetVersion

# After that, what the broker lost is asked for again.
OVERDUE = timedelta(seconds=5)
# What no worker could take in a day, none will.
KEPT = timedelta(days=1)
BATCH = 500


@dataclass(frozen=True)
class Taken:
    """One sign-up as it was typed, and who stood at the door."""

    version: WidgetVersion
    source: WidgetSource | None
    typed: MultiDict[str, str]
    visitor: Visitor | None


def keep(
    version: WidgetVersion, typed: Mapping[str, str], source: WidgetSource | None
) -> None:
    """Note a sign-up for a worker, sealed: one row and one job, for everybody alike."""
    here = visitor.present()
    said = {
        "typed": MultiDict(typed).to_dict(flat=False),
        "visitor": asdict(here) if here else None,
    }
    waiting = SignUp(
        widget_version_id=version.id,
        source_id=source.id if source else None,
        at=clock.now(),
        sealed=encrypt(json.dumps(said)),
    )
    db.session.add(waiting)
    db.session.flush()
    jobs.take_sign_up.enqueue(sign_up_id=waiting.id)


def pick(sign_up_id: int) -> Taken | None:
    """Take a sign-up off the pile; None when another worker has it or had it."""
    waiting = db.session.scalars(
        select(SignUp).where(SignUp.id == sign_up_id).with_for_update(skip_locked=True)
    ).one_or_none()
    if waiting is None:
        return None
    said = json.loads(decrypt(waiting.sealed))
    source = db.session.get(WidgetSource, waiting.source_id or 0)
    version = db.session.get_one(WidgetVersion, waiting.widget_version_id)
    db.session.delete(waiting)
    stood = Visitor(**said["visitor"]) if said["visitor"] else None
    return Taken(version, source, MultiDict(said["typed"]), stood)


def ask_again() -> None:
    """Send the jobs again that were lost, and give up what is too old."""
    now = clock.now()
    db.session.execute(delete(SignUp).where(SignUp.at <= now - KEPT))
    for sign_up_id in waiting(now - OVERDUE):
        jobs.take_sign_up.enqueue(sign_up_id=sign_up_id)


def waiting(since: datetime) -> list[int]:
    """The sign-ups that nobody has taken since then, the oldest first."""
    return list(
        db.session.scalars(
            select(SignUp.id).where(SignUp.at <= since).order_by(SignUp.id).limit(BATCH)
        )
    )
