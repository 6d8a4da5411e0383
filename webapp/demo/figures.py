"""What is counted or waits at the doors: the days of the widgets, the open confirmations."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from webapp.consent.models import State
from webapp.core import addresses, tokens
from webapp.core.db import db
from webapp.core.encryption import derived_key
from webapp.demo.furnishing import Shop
from webapp.demo.shop import LOCALE, About
from webapp.demo.stories import Life
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.deadlines import MOST_DAYS
from webapp.subscriptions.models import Confirmation
from webapp.widgets import sources
from webapp.widgets.models import WidgetDay, WidgetSourceDay

DAYS = 90
# Links to the form at the foot of the site, and the share of its sign-ups that each brings.
LINKS = {"Flyer de la boutique": 0.2, "Bio Instagram": 0.12}


def widget_days(
    shop: Shop, lives: Sequence[Life], random: Random, now: datetime
) -> None:
    """Ninety days of each widget: sign-ups as they happened, and the visitors around them."""
    submitted, confirmed = _counts(lives)
    rows: list[dict[str, Any]] = []
    for about, widget in shop.widgets.items():
        for day in ((now - timedelta(days=ago)).date() for ago in range(DAYS)):
            count = submitted[about, day]
            started = count + sum(random.random() < 0.45 for _ in range(count + 2))
            shown = started * random.randint(14, 22) + random.randint(20, 70)
            rows.append(
                {
                    "widget_id": widget.id,
                    "day": day,
                    "shown": shown,
                    "started": started,
                    "submitted": count,
                    "confirmed": confirmed[about, day],
                }
            )
    db.session.execute(insert(WidgetDay), rows)


def links(shop: Shop, lives: Sequence[Life], random: Random, now: datetime) -> None:
    """What the links of the first widget brought, of all that came by it."""
    submitted, confirmed = _counts(lives)
    usual = _of(About.NEWS, confirmed) / max(1, _of(About.NEWS, submitted))
    rows: list[dict[str, Any]] = []
    for name, share in LINKS.items():
        link = sources.add(shop.widgets[About.NEWS], name)
        for day in ((now - timedelta(days=ago)).date() for ago in range(DAYS)):
            came = _some(submitted[About.NEWS, day], share, random)
            agreed = _some(came, usual, random)
            shown = came * random.randint(3, 6) + agreed + random.randint(0, 2)
            rows.append(
                {
                    "source_id": link.id,
                    "day": day,
                    "shown": shown,
                    "submitted": came,
                    "confirmed": agreed,
                }
            )
    db.session.execute(insert(WidgetSourceDay), rows)


def confirmations(shop: Shop, lives: Sequence[Life], now: datetime) -> None:
    """The sign-ups that still wait; those of the night before last month are purged by now."""
    waiting = [
        _confirmation(shop, life, life.said[0].about)
        for life in lives
        if life.said
        and life.where(life.said[0].about, now) is State.PENDING
        and life.came_at > now - timedelta(days=MOST_DAYS)
    ]
    if waiting:
        db.session.execute(insert(Confirmation), waiting)


def _counts(lives: Sequence[Life]) -> tuple[Counter[Any], Counter[Any]]:
    """Sign-ups and agreements by widget and day."""
    submitted: Counter[Any] = Counter()
    confirmed: Counter[Any] = Counter()
    for life in lives:
        for said in life.said:
            if said.through_widget is not said.about:
                continue
            key = (said.about, said.at.date())
            submitted[key] += said.method == "widget"
            confirmed[key] += said.state is State.GIVEN
    return submitted, confirmed


def _of(about: About, counted: Counter[Any]) -> int:
    return sum(number for (one, _day), number in counted.items() if one is about)


def _some(people: int, share: float, random: Random) -> int:
    """About this share of so many people."""
    return sum(random.random() < share for _ in range(people))


def _confirmation(shop: Shop, life: Life, about: About) -> dict[str, Any]:
    asked = Asked(text_id=shop.texts[about], method=life.source)
    mark = addresses.keyed_hash(life.person.email, derived_key("confirmation cap"))
    return {
        "workspace_id": shop.workspace.id,
        "mailing_list_id": shop.lists[about].id,
        "contact_id": life.contact_id,
        # The mail with the link was never written.
        "token_hash": tokens.fingerprint(tokens.random_token()),
        "address_hash": mark,
        "asked": asdict(asked),
        "widget_version_id": (
            shop.versions.get(about) if life.source == "widget" else None
        ),
        "locale": LOCALE,
        "requested_at": life.came_at,
        "expires_at": life.came_at + timedelta(days=shop.lists[about].link_days),
    }
