"""Find contacts, see one."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.contact_pages import searching
from webapp.contact_pages.views.blueprint import blueprint
from webapp.contacts import queries
from webapp.contacts.models import Contact
from webapp.core.bad_input import row_number
from webapp.core.pages import keyset_page, position
from webapp.subscriptions import queries as lists


@blueprint.get("/")
@requires(Permission.CONTACTS)
def index(workspace: Workspace) -> ResponseReturnValue:
    """The contacts, those of one list or those with these words in their name or address."""
    wanted = _wanted()
    page = keyset_page(
        searching.contacts(workspace, wanted),
        Contact,
        before=position("before"),
        after=position("after"),
    )
    return render_template(
        "contacts/index.html",
        page=page,
        total=queries.count(workspace),
        lists=lists.every(workspace),
        wanted=wanted,
    )


def _wanted() -> searching.Wanted:
    return searching.Wanted(
        words=request.values.get("q", "").strip(),
        list_id=request.values.get("list", type=row_number),
    )
