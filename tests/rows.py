"""What the database holds, to be compared with what it holds later."""

from sqlalchemy import text

from webapp.core.db import Model, db


def everything():
    """Every row of every table."""
    return {
        table.name: db.session.execute(
            text(f'SELECT t::text FROM "{table.name}" t ORDER BY 1')
        ).all()
        for table in Model.metadata.sorted_tables
    }
