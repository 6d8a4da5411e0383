"""What every page of the back office needs: navigation, keyset pages, dates and numbers for readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Flask, g, request, url_for
from flask_babel import (
    format_currency,
    format_date,
    format_datetime,
    format_decimal,
    format_percent,
    format_timedelta,
)
from sqlalchemy import Select

from webapp.core import clock
from webapp.core.bad_input import row_number
from webapp.core.db import HasId, db

PAGE_SIZE = 50

Row = TypeVar("Row", bound=HasId)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """A window on a long table, newest first; `older` and `newer` are row numbers or None."""

    rows: Sequence[Row]
    older: int | None
    newer: int | None


def keyset_page(
    query: Select[Row],
    model: type[Row],
    *,
    before: int | None,
    after: int | None,
) -> Page[Row]:
    """The rows before or after a row number, by index and never by counting rows away."""
    if after is not None:
        query = query.where(model.id > after).order_by(model.id.asc())
    else:
        query = query.order_by(model.id.desc())
        query = query.where(model.id < before) if before is not None else query
    rows: list[Row] = list(db.session.scalars(query.limit(PAGE_SIZE + 1)))
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    if after is not None:
        rows.reverse()
    has_newer = more if after is not None else before is not None
    has_older = True if after is not None else more
    return Page(
        rows=rows,
        older=rows[-1].id if rows and has_older else None,
        newer=rows[0].id if rows and has_newer else None,
    )


def position(name: str) -> int | None:
    """A row number given in the address (`before`, `after`), if it is one."""
    return request.args.get(name, type=row_number)


def init_app(app: Flask) -> None:
    """Give the templates their filters and the page they stand on."""
    app.jinja_env.filters.update(
        date=lambda value, pattern="d MMM y": (
            format_date(value, pattern) if value else ""
        ),
        datetime=lambda value: (
            format_datetime(value, "d MMM y, HH:mm") if value else ""
        ),
        number=format_decimal,
        percent=lambda value: format_percent(value, "#,##0.0 %"),
        money=lambda value: format_currency(value, "EUR"),
        currency=format_currency,
        ago=lambda value: format_timedelta(value - clock.now(), add_direction=True),
    )
    app.jinja_env.globals.update(page_address=page_address, now=clock.now)
    app.context_processor(lambda: {"workspace": g.get("workspace")})


def page_address(**changes: Any) -> str:
    """The address of this page with some of its arguments changed; None removes one."""
    asked = {
        name: value for name, value in request.args.items() if _is_an_argument(name)
    }
    arguments = {**asked, **(request.view_args or {}), **changes}
    kept = {name: value for name, value in arguments.items() if value is not None}
    return url_for(request.endpoint or "", **kept)


def _is_an_argument(name: str) -> bool:
    """Whether a name in the address is none that `url_for` or the way here gives a meaning."""
    return not name.startswith("_") and name not in {"endpoint", "workspace_slug"}
