"""How good the data of the base is, who is behind each figure, and what mends it."""

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.contacts.counting import Counted
from webapp.core.errors import DomainError
from webapp.core.i18n import _
from webapp.core.mail_templates import Words
from webapp.core.pages import position
from webapp.core.streaming import streamed
from webapp.quality import (
    asking,
    correcting,
    counting,
    issues,
    people,
    putting_in_form,
    reporting,
    stopping,
    trusting,
    writing,
)
from webapp.subscriptions import queries as lists
from webapp.subscriptions.models import MailingList

blueprint = Blueprint("quality", __name__)


@blueprint.get("/")
@requires(Permission.VIEW)
def index(workspace: Workspace) -> ResponseReturnValue:
    """The score, its four parts, what to mend, and each field."""
    standing = counting.standing(workspace)
    return render_template(
        "quality/index.html",
        standing=standing,
        report=reporting.report(workspace, standing.today),
        history=counting.history(workspace),
        rounds=asking.rounds(workspace),
        duplicates_page="duplicates.index" in current_app.view_functions,
    )


@blueprint.post("/count")
@requires(Permission.EDIT)
def count_again(workspace: Workspace) -> ResponseReturnValue:
    """Have the figures counted again."""
    counting.want(workspace)
    return redirect(url_for(".index"), 303)


@blueprint.get("/people/<issue>")
@requires(Permission.CONTACTS)
def show_people(workspace: Workspace, issue: str) -> ResponseReturnValue:
    """Those of whom something is wrong, and what was probably meant."""
    found = people.find(
        workspace,
        issues.find(workspace, issue),
        before=position("before"),
        after=position("after"),
    )
    return render_template("quality/people.html", found=found, issue=found.issue)


@blueprint.post("/people/<issue>/export")
@requires(Permission.EXPORT)
def export_people(workspace: Workspace, issue: str) -> ResponseReturnValue:
    """The same people as CSV; who exports is logged."""
    wrong = issues.find(workspace, issue)
    auditing.record(workspace, "quality.exported", issue=wrong.key)
    name = wrong.key.replace(":", "-")
    return Response(
        streamed(people.lines(workspace, wrong)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


@blueprint.post("/people/place/<int:contact_id>")
@requires(Permission.CONTACTS)
def take_place(workspace: Workspace, contact_id: int) -> ResponseReturnValue:
    """Take over the place that is proposed for one contact."""
    correcting.take_place(workspace, contact_id)
    flash(_("The place is corrected."), "success")
    return redirect(url_for(".show_people", issue="place"), 303)


@blueprint.post("/tidy")
@requires(Permission.EDIT)
def tidy(workspace: Workspace) -> ResponseReturnValue:
    """Put every value into its usual form."""
    putting_in_form.begin(workspace)
    flash(_("This is done in the background, and stands in each history."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/stop-writing")
@requires(Permission.CONTACTS)
def stop_writing(workspace: Workspace) -> ResponseReturnValue:
    """Write no more to domains that take no mail."""
    stopping.begin(workspace)
    flash(_("They are put on the suppression list in the background."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/trust")
@requires(Permission.EDIT)
def trust(workspace: Workspace) -> ResponseReturnValue:
    """Say of a domain that looks mistyped that it is right."""
    domain = request.form.get("domain", "")
    trusting.trust(workspace, domain)
    flash(_("%(domain)s is not doubted any more.", domain=domain), "success")
    return redirect(url_for(".show_people", issue="mistyped"), 303)


@blueprint.get("/ask")
@requires(Permission.SEND)
def prepare_asking(workspace: Workspace) -> ResponseReturnValue:
    """Whom to ask for what, how many they are, and the mail they get."""
    offered = asking.offered(workspace)
    wanted = [name for name in request.args.getlist("fields") if name in offered]
    mailing_list = _list(workspace, request.args)
    return render_template(
        "quality/ask.html",
        offered=offered,
        wanted=wanted,
        lists=lists.active(workspace),
        mailing_list=mailing_list,
        plan=_plan(workspace, mailing_list, wanted),
        words=_words(workspace, mailing_list, wanted),
        days=asking.REST.days,
    )


@blueprint.post("/ask")
@requires(Permission.SEND)
def ask(workspace: Workspace) -> ResponseReturnValue:
    """Ask them."""
    wanted = [name for name in request.form.get("fields", "").split(",") if name]
    mailing_list = lists.get_list(
        workspace, request.form.get("list", type=int, default=0)
    )
    try:
        asking.begin(workspace, mailing_list, wanted)
    except DomainError as error:
        flash(str(error), "warning")
        return redirect(url_for(".prepare_asking", fields=wanted), 303)
    flash(_("They are asked in the background, some 300 a minute."), "success")
    return redirect(url_for(".index") + "#rounds", 303)


@blueprint.post("/ask/<int:round_id>/stop")
@requires(Permission.SEND)
def stop_asking(workspace: Workspace, round_id: int) -> ResponseReturnValue:
    """Ask nobody more of this round."""
    asking.stop(workspace, round_id)
    return redirect(url_for(".index") + "#rounds", 303)


def _list(workspace: Workspace, said: MultiDict[str, str]) -> MailingList | None:
    """The list that was chosen, else the first."""
    every = lists.active(workspace)
    number = said.get("list", type=int)
    chosen = [one for one in every if one.id == number]
    return next(iter(chosen or every), None)


def _plan(
    workspace: Workspace, mailing_list: MailingList | None, wanted: list[str]
) -> Counted | None:
    if mailing_list is None or not wanted:
        return None
    return asking.plan(workspace, mailing_list, wanted, now="count" in request.args)


def _words(
    workspace: Workspace, mailing_list: MailingList | None, wanted: list[str]
) -> Words | None:
    """The mail as somebody made up reads it."""
    if mailing_list is None or not wanted:
        return None
    return writing.example(workspace, mailing_list, wanted)
