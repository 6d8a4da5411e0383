"""Find contacts."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.contact_pages import searching
from webapp.contact_pages.views.blueprint import blueprint
from webapp.contacts import counting
from webapp.contacts.searching import Place, Sort
from webapp.core.bad_input import row_number
from webapp.core.pages import position
from webapp.subscriptions import queries as lists

LONGEST_WORDS = 200


@blueprint.get("/")
@requires(Permission.CONTACTS)
def index(workspace: Workspace) -> ResponseReturnValue:
    """The contacts, those of one list, or those the search box finds, each with why."""
    wanted = _wanted()
    place = Place(before=position("before"), after=position("after"))
    is_first = place == Place() and wanted.list_id is None
    return render_template(
        "contacts/index.html",
        page=searching.find(workspace, wanted, place),
        buyers=searching.buyers(workspace, wanted.words) if is_first else [],
        former=searching.former(workspace, wanted.words) if is_first else [],
        counted=None if wanted.words else counting.everybody(workspace),
        lists=lists.every(workspace),
        wanted=wanted,
        sorts=searching.SORTS,
        marked=searching.marked,
        beside=searching.beside,
    )


def _wanted() -> searching.Wanted:
    sort = request.args.get("sort", "")
    return searching.Wanted(
        words=request.args.get("q", "").strip()[:LONGEST_WORDS],
        list_id=request.args.get("list", type=row_number),
        sort=Sort(sort) if sort in set(Sort) else Sort.NEWEST,
    )
