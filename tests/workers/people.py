"""Many people on a list, made inside PostgreSQL in an instant."""

from sqlalchemy import text

from tests.bench.installation import PEOPLE
from tests.factories import accounts, audience, domains, sendings
from webapp.core.db import db


def draft(count, **shop):
    """A campaign to so many people that nobody has started yet, and its workspace."""
    workspace = accounts.workspace(**shop)
    # No processes of ours find its records in the DNS.
    domains.answer_for(domains.domain(workspace))
    mailing = audience.mailing_list(workspace)
    # Made-up people said nothing, so the trigger that asks for their words must not look.
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    where = {"workspace": workspace.id, "count": count}
    db.session.execute(text(PEOPLE), where)
    db.session.execute(text("SET LOCAL session_replication_role = origin"))
    return sendings.campaign(workspace, mailing), workspace
