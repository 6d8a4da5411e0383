"""Lists: what they are, who is on them, how they grow."""

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, allowed, requires
from webapp.accounts.models import Workspace
from webapp.consent.models import State
from webapp.contacts import queries as contacts
from webapp.contacts.models import Contact
from webapp.core.i18n import LOCALES, _
from webapp.core.pages import keyset_page, position
from webapp.subscriptions import (
    accepting,
    archives,
    editing,
    overview,
    queries,
    translating,
)
from webapp.subscriptions.deadlines import DeadlinesDoNotFit
from webapp.subscriptions.forms import AcceptedForm, ListForm, languages_of
from webapp.subscriptions.models import MailingList

blueprint = Blueprint("lists", __name__)


@blueprint.get("/")
@requires(Permission.VIEW)
def index(workspace: Workspace) -> ResponseReturnValue:
    """Every list with how many are on it, wait, and left."""
    lists = queries.every(workspace)
    return render_template(
        "lists/index.html", lists=lists, figures=queries.figures(lists)
    )


@blueprint.get("/new")
@requires(Permission.EDIT)
def new(workspace: Workspace) -> ResponseReturnValue:
    """The form of a new list, with its sentences proposed in the language asked for."""
    asked = request.args.get("words", "")
    locale = asked if asked in LOCALES else workspace.locale
    form = ListForm(obj=editing.proposal(workspace, locale))
    return render_template("lists/edit.html", form=form, mailing_list=None)


@blueprint.post("/new")
@requires(Permission.EDIT)
def create(workspace: Workspace) -> ResponseReturnValue:
    """Make the list."""
    form = ListForm()
    if not form.validate_on_submit():
        return _form_again(form, None)
    try:
        made = editing.create(workspace, form.told())
    except DeadlinesDoNotFit as error:
        form.refuse(error)
        return _form_again(form, None)
    flash(_("The list is ready."), "success")
    return redirect(url_for(".show", list_id=made.id), 303)


@blueprint.get("/<int:list_id>")
@requires(Permission.VIEW)
def show(workspace: Workspace, list_id: int) -> ResponseReturnValue:
    """One list: its figures, its growth, its words, the people on it."""
    mailing_list = queries.get_list(workspace, list_id)
    state = _state()
    now = request.args.get("count") == "now"
    counted = overview.of_list(workspace, mailing_list, now=now)
    page = None
    if allowed(Permission.CONTACTS):
        found = queries.people(
            contacts.matching(workspace, request.args.get("q", "")), mailing_list, state
        )
        page = keyset_page(
            found, Contact, before=position("before"), after=position("after")
        )
    return render_template(
        "lists/show.html",
        mailing_list=mailing_list,
        counted=counted,
        weeks=overview.weeks(counted),
        why_left=overview.why_left(counted),
        archive=archives.address(workspace, mailing_list),
        state=state,
        page=page,
    )


@blueprint.get("/<int:list_id>/edit")
@requires(Permission.EDIT)
def edit(workspace: Workspace, list_id: int) -> ResponseReturnValue:
    """The form of a list."""
    mailing_list = queries.get_list(workspace, list_id)
    form = ListForm(obj=mailing_list)
    return render_template("lists/edit.html", form=form, mailing_list=mailing_list)


@blueprint.post("/<int:list_id>/edit")
@requires(Permission.EDIT)
def update(workspace: Workspace, list_id: int) -> ResponseReturnValue:
    """Change the list."""
    mailing_list = queries.get_list(workspace, list_id)
    form = ListForm()
    if not form.validate_on_submit():
        return _form_again(form, mailing_list)
    try:
        editing.change(workspace, mailing_list, form.told())
    except DeadlinesDoNotFit as error:
        form.refuse(error)
        return _form_again(form, mailing_list)
    flash(_("The list is saved."), "success")
    return _to(mailing_list)


@blueprint.get("/<int:list_id>/bases")
@requires(Permission.EDIT)
def show_bases(workspace: Workspace, list_id: int) -> ResponseReturnValue:
    """Who may be on the list besides those who agreed."""
    mailing_list = queries.get_list(workspace, list_id)
    form = AcceptedForm(obj=accepting.settings(workspace, mailing_list))
    return render_template("lists/bases.html", form=form, mailing_list=mailing_list)


@blueprint.post("/<int:list_id>/bases")
@requires(Permission.EDIT)
def change_bases(workspace: Workspace, list_id: int) -> ResponseReturnValue:
    """Accept customers or professionals, or those who agreed alone."""
    mailing_list = queries.get_list(workspace, list_id)
    form = AcceptedForm()
    if not form.validate_on_submit():
        page = render_template("lists/bases.html", form=form, mailing_list=mailing_list)
        return page, 422
    accepting.change(workspace, mailing_list, form.told())
    flash(_("The list is saved."), "success")
    return _to(mailing_list)


@blueprint.route("/<int:list_id>/languages", methods=["GET", "POST"])
@requires(Permission.EDIT)
def languages(workspace: Workspace, list_id: int) -> ResponseReturnValue:
    """The list's sentence and notice in other languages."""
    mailing_list = queries.get_list(workspace, list_id)
    others = translating.others(mailing_list)
    said = translating.said(workspace, mailing_list)
    form = languages_of(others)(
        data={
            **{f"purpose_{code}": words.purpose for code, words in said.items()},
            **{f"notice_{code}": words.notice for code, words in said.items()},
        }
    )
    if not form.validate_on_submit():
        page = render_template(
            "lists/languages.html", form=form, mailing_list=mailing_list, others=others
        )
        return page, 422 if form.is_submitted() else 200
    translating.change(workspace, mailing_list, form.told(others))
    flash(_("The list is saved."), "success")
    return _to(mailing_list)


@blueprint.post("/<int:list_id>/archive")
@requires(Permission.EDIT)
def archive(workspace: Workspace, list_id: int) -> ResponseReturnValue:
    """Put the list away."""
    mailing_list = queries.get_list(workspace, list_id)
    editing.archive(workspace, mailing_list)
    flash(_("The list is archived."), "success")
    return _to(mailing_list)


@blueprint.post("/<int:list_id>/restore")
@requires(Permission.EDIT)
def restore(workspace: Workspace, list_id: int) -> ResponseReturnValue:
    """Take the list out of the archive."""
    mailing_list = queries.get_list(workspace, list_id)
    editing.restore(workspace, mailing_list)
    flash(_("The list is in use again."), "success")
    return _to(mailing_list)


def _form_again(
    form: ListForm, mailing_list: MailingList | None
) -> ResponseReturnValue:
    page = render_template("lists/edit.html", form=form, mailing_list=mailing_list)
    return page, 422


def _state() -> State:
    asked = request.values.get("state", "")
    return State(asked) if asked in set(State) else State.GIVEN


def _to(mailing_list: MailingList) -> ResponseReturnValue:
    return redirect(url_for(".show", list_id=mailing_list.id), 303)
