"""While somebody is entered by hand: are they perhaps known already?"""

from contextlib import suppress
from datetime import date
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.contacts import queries
from webapp.duplicates import online
from webapp.duplicates.identities import COMPARED
from webapp.duplicates.views.blueprint import blueprint

# More than these nobody reads while typing.
SHOWN = 3


@blueprint.post("/hint")
@requires(Permission.CONTACTS)
def hint(workspace: Workspace) -> ResponseReturnValue:
    """Who looks like the person whose form is being filled in; posted, so that no log keeps it."""
    alike = online.resembling(workspace, _typed())[:SHOWN]
    people = [queries.get(workspace, one.contact_id) for one in alike]
    return render_template("duplicates/_hint.html", people=people)


def _typed() -> dict[str, Any]:
    typed: dict[str, Any] = {name: request.form.get(name, "") for name in COMPARED}
    typed["birth_date"] = None
    with suppress(ValueError):
        typed["birth_date"] = date.fromisoformat(request.form.get("birth_date", ""))
    return typed
