"""What came to the widgets lately, counted on keyed marks: no address and no IP address is kept."""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    ScalarSelect,
    delete,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts import auditing
from webapp.core import addresses, clock
from webapp.core.db import db
from webapp.core.encryption import derived_key
from webapp.widgets import queries
from webapp.widgets.judging import Counts, Judgement, Reason, Verdict
from webapp.widgets.models import (
    SignUpAttempt,
    SignUpJudgement,
    SpentProof,
    Widget,
    WidgetDay,
    WidgetVersion,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
# So many times the usual in an hour is a burst; a widget nobody uses yet has no usual.
TIMES_THE_USUAL = 10
FEWEST_IN_A_BURST = 30
# So many owners of addresses do not complain by chance.
DISOWNED_IN_A_DAY = 3
SHORTEST_EXTENSION = timedelta(minutes=5)


def counts(widget: Widget, email: str, network: str | None) -> Counts:
    """How much came lately from this network, for this mailbox, domain and widget."""
    here = (SignUpAttempt.widget_id == widget.id, SignUpAttempt.proven.is_(False))
    row = db.session.execute(
        select(
            _number(DAY, SignUpAttempt.address_mark == _mailbox_mark(email)),
            # No network, no cap: an equation with NULL is never true.
            _number(
                HOUR,
                SignUpAttempt.network_mark
                == literal(_network_mark(network), LargeBinary),
            ),
            _number(HOUR, SignUpAttempt.domain_mark == _domain_mark(email)),
            _number(HOUR, *here),
        )
    ).one()
    return Counts(mailbox=row[0], network=row[1], domain=row[2], unproven=row[3])


def record(
    widget: Widget,
    email: str,
    network: str | None,
    judgement: Judgement,
    *,
    proven: bool,
) -> None:
    """Count a sign-up that was taken or let fall, and see whether the widget has a burst."""
    for reason in judgement.reasons:
        _count(widget, reason)
    # What is over a cap anyway need not fill the table.
    if judgement.verdict is Verdict.DROPPED:
        return
    attempt = SignUpAttempt(
        widget_id=widget.id,
        at=clock.now(),
        address_mark=_mailbox_mark(email),
        network_mark=_network_mark(network),
        domain_mark=_domain_mark(email),
        proven=proven,
    )
    db.session.add(attempt)
    db.session.flush()
    _watch(widget)


def note_disowned(widget_version_id: int) -> None:
    """Count an address entered by others; several in a day raise the cost as a burst does."""
    version = db.session.get_one(WidgetVersion, widget_version_id)
    widget = db.session.get_one(Widget, version.widget_id)
    _count(widget, Reason.DISOWNED)
    today = select(SignUpJudgement.number).where(
        SignUpJudgement.widget_id == widget.id,
        SignUpJudgement.day == clock.now().date(),
        SignUpJudgement.reason == Reason.DISOWNED,
    )
    number = db.session.scalar(today) or 0
    if number >= DISOWNED_IN_A_DAY:
        _raise_cost(widget, "widget.disowned", number)


def note_blocked(widget: Widget) -> None:
    """Count a sign-up with an address whose owner wants none."""
    _count(widget, Reason.DISOWNED)


def is_under_burst(widget: Widget) -> bool:
    """Whether whoever signs up here proves some work first, now."""
    return bool(widget.costlier_until and widget.costlier_until > clock.now())


def held_back(widget: Widget) -> dict[Reason, int]:
    """How many sign-ups were not simply taken in the last seven days, and why."""
    rows = db.session.execute(
        select(SignUpJudgement.reason, func.sum(SignUpJudgement.number))
        .where(
            SignUpJudgement.widget_id == widget.id,
            SignUpJudgement.day > (clock.now() - WEEK).date(),
        )
        .group_by(SignUpJudgement.reason)
        .order_by(func.sum(SignUpJudgement.number).desc())
    )
    return {Reason(reason): int(number) for reason, number in rows}


def forget() -> None:
    """Keep attempts for a day, reasons for a week, proofs until they expire."""
    now = clock.now()
    old = (
        (SignUpAttempt, SignUpAttempt.at <= now - DAY),
        (SignUpJudgement, SignUpJudgement.day <= (now - WEEK).date()),
        (SpentProof, SpentProof.expires_at <= now),
    )
    for table, condition in old:
        db.session.execute(delete(table).where(condition))


def _watch(widget: Widget) -> None:
    """Raise the cost for this widget alone, for an hour after the last sign of a burst."""
    until = clock.now() + HOUR
    # Not at each sign-up of a burst: all of them would wait for the same row.
    if widget.costlier_until and until - widget.costlier_until < SHORTEST_EXTENSION:
        return
    lately = _how_many(HOUR, SignUpAttempt.widget_id == widget.id)
    if lately < FEWEST_IN_A_BURST or lately < TIMES_THE_USUAL * _usual(widget):
        return
    _raise_cost(widget, "widget.burst", lately)


def _raise_cost(widget: Widget, action: str, number: int) -> None:
    if not is_under_burst(widget):
        workspace = queries.workspace_of(widget)
        auditing.record(workspace, action, widget, number=number)
    widget.costlier_until = clock.now() + HOUR


def _usual(widget: Widget) -> float:
    """Sign-ups in an hour, on average over the seven days before today."""
    today = clock.now().date()
    total = db.session.scalar(
        select(func.sum(WidgetDay.submitted)).where(
            WidgetDay.widget_id == widget.id,
            WidgetDay.day >= today - WEEK,
            WidgetDay.day < today,
        )
    )
    return int(total or 0) / (WEEK / HOUR)


def _number(since: timedelta, *which: ColumnElement[bool]) -> ScalarSelect[int]:
    at: datetime = clock.now() - since
    return (
        select(func.count())
        .select_from(SignUpAttempt)
        .where(SignUpAttempt.at > at, *which)
        .scalar_subquery()
    )


def _how_many(since: timedelta, *which: ColumnElement[bool]) -> int:
    return db.session.scalar(select(_number(since, *which))) or 0


def _count(widget: Widget, reason: Reason) -> None:
    db.session.execute(
        insert(SignUpJudgement)
        .values(
            widget_id=widget.id, day=clock.now().date(), reason=reason.value, number=1
        )
        .on_conflict_do_update(
            index_elements=["widget_id", "day", "reason"],
            set_={"number": SignUpJudgement.number + 1},
        )
    )


def _mailbox_mark(email: str) -> bytes:
    return _mark(addresses.mailbox(email))


def _domain_mark(email: str) -> bytes:
    return _mark("@" + addresses.domain(email))


def _network_mark(network: str | None) -> bytes | None:
    return _mark("net " + network) if network else None


def _mark(said: str) -> bytes:
    return hmac.digest(derived_key("sign-up attempt"), said.encode(), hashlib.sha256)
