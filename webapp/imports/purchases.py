"""Files of orders, their articles and site events: whose they are, what is new, what is corrected."""

from typing import Any

from sqlalchemy import delete

from webapp.core.db import db
from webapp.imports.counting import Figures
from webapp.imports.models import ImportRun
from webapp.imports.taking import SOURCE
from webapp.purchases.models import Order, SiteEvent

_APART = {"synchronize_session": False, "preserve_rowcount": True}


def take_back(run: ImportRun) -> Figures:
    """Remove the orders and events that this import brought; corrections of others stay."""
    found: Figures = {}
    for name, model in (("orders", Order), ("events", SiteEvent)):
        ours: Any = model
        result = db.session.execute(
            delete(ours).where(
                ours.workspace_id == run.workspace_id,
                ours.source_id == run.id,
                *([Order.source == SOURCE] if model is Order else []),
            ),
            execution_options=_APART,
        )
        if result.rowcount:  # type: ignore[attr-defined]
            found[name] = result.rowcount  # type: ignore[attr-defined]
    return found
