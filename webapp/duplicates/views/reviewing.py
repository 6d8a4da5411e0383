"""The queue: one pair after another, side by side, decided with a key or a button."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts import auditing
from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.contacts import queries as contacts
from webapp.core.bad_input import row_number
from webapp.core.i18n import _
from webapp.duplicates import (
    automatic,
    finding,
    merging,
    past,
    proposing,
    queue,
    settings,
    undoing,
)
from webapp.duplicates.models import DupPair
from webapp.duplicates.proposing import Proposal
from webapp.duplicates.queue import Asked, PairIsGone
from webapp.duplicates.views.blueprint import blueprint, colleague
from webapp.duplicates.waiting_mail import MessageIsLeaving


@blueprint.get("/")
@requires(Permission.CONTACTS)
def index(workspace: Workspace) -> ResponseReturnValue:
    """The pairs that wait, and the one that is looked at."""
    asked = _asked()
    wanted = request.args.get("pair", type=row_number)
    first = queue.find(workspace, wanted) if wanted else None
    window = queue.window(workspace, asked, first)
    shown = window.pairs[0] if window.pairs else None
    return render_template(
        "duplicates/index.html",
        window=window,
        proposal=_proposal(workspace, shown) if shown else None,
        before=queue.before(workspace, asked, shown) if shown else None,
        figures=queue.figures(workspace, asked),
        thresholds=[one for one in queue.THRESHOLDS if _is_there(workspace, one)],
        asked=asked,
        kept=_kept(),
        settings=settings.of(workspace),
        running=finding.current(workspace),
        last=finding.last(workspace),
        done=_done(workspace),
        alone=past.alone_lately(workspace),
    )


@blueprint.post("/pairs/<int:pair_id>/merge")
@requires(Permission.CONTACTS)
def merge(workspace: Workspace, pair_id: int) -> ResponseReturnValue:
    """Make the two one, with the values that were chosen, and go on to the next pair."""
    pair = queue.get(workspace, pair_id)
    following = _following(workspace, pair)
    one, other = (contacts.get(workspace, each) for each in (pair.a_id, pair.b_id))
    if request.form.get("survivor", type=row_number) == other.id:
        one, other = other, one
    choices = proposing.choices(request.form)
    try:
        event = merging.merge(workspace, one, other, colleague(), choices)
    except MessageIsLeaving as error:
        flash(str(error), "warning")
        return _go_on(pair.id)
    return _go_on(following, merge=event.id)


@blueprint.post("/pairs/<int:pair_id>/reject")
@requires(Permission.CONTACTS)
def reject(workspace: Workspace, pair_id: int) -> ResponseReturnValue:
    """They are two people: go on to the next pair."""
    pair = queue.get(workspace, pair_id)
    following = _following(workspace, pair)
    queue.reject(workspace, pair, colleague())
    return _go_on(following, rejected=pair.id)


@blueprint.post("/pairs/<int:pair_id>/later")
@requires(Permission.CONTACTS)
def put_off(workspace: Workspace, pair_id: int) -> ResponseReturnValue:
    """Not now: go on to the next pair."""
    pair = queue.get(workspace, pair_id)
    following = _following(workspace, pair)
    queue.put_off(pair, colleague())
    return _go_on(following)


@blueprint.post("/pairs/<int:pair_id>/reopen")
@requires(Permission.CONTACTS)
def reopen(workspace: Workspace, pair_id: int) -> ResponseReturnValue:
    """Take a rejection back, and look at the pair again."""
    pair = queue.reopen(workspace, pair_id)
    flash(_("The pair is in the queue again."), "success")
    return _go_on(pair.id)


@blueprint.post("/find")
@requires(Permission.CONTACTS)
def find(workspace: Workspace) -> ResponseReturnValue:
    """Have duplicates looked for now; the page may be left meanwhile."""
    finding.ask(workspace, user_id=colleague().id)
    auditing.record(workspace, "duplicates.searched")
    flash(_("Duplicates are being looked for. You may leave this page."), "info")
    return redirect(url_for(".index"), 303)


@blueprint.post("/safe")
@requires(Permission.CONTACTS)
def merge_safe(workspace: Workspace) -> ResponseReturnValue:
    """Have all that is safe merged, in the background."""
    automatic.ask(workspace, colleague())
    auditing.record(
        workspace, "duplicates.merged_safe", pairs=automatic.count(workspace)
    )
    flash(
        _(
            "The safe pairs are being merged. What was merged stands under Past merges,"
            " each to be undone."
        ),
        "info",
    )
    return redirect(url_for(".index"), 303)


def _proposal(workspace: Workspace, pair: DupPair) -> Proposal:
    one, other = (contacts.get(workspace, each) for each in (pair.a_id, pair.b_id))
    survivor = request.args.get("survivor", type=row_number)
    return proposing.of_two(workspace, one, other, survivor)


def _asked() -> Asked:
    at_least = request.values.get("at_least", 0.0, type=float)
    return Asked(
        at_least=at_least if at_least in queue.THRESHOLDS else 0.0,
        words=request.values.get("q", "").strip(),
        with_later=request.values.get("later") == "yes",
    )


def _kept() -> dict[str, Any]:
    """The part of the queue that is looked at, as the address says it."""
    names = ("at_least", "q", "later")
    return {name: request.values[name] for name in names if request.values.get(name)}


def _is_there(workspace: Workspace, threshold: float) -> bool:
    """Below what is shown at all there is nothing to choose."""
    shown_from = settings.of(workspace).thresholds.review_at
    return threshold == 0.0 or threshold > shown_from


def _following(workspace: Workspace, pair: DupPair) -> int | None:
    pairs = queue.window(workspace, _asked(), pair).pairs
    return next((one.id for one in pairs if one.id != pair.id), None)


def _go_on(pair_id: int | None, **done: Any) -> ResponseReturnValue:
    return redirect(url_for(".index", pair=pair_id, **done, **_kept()), 303)


@blueprint.errorhandler(PairIsGone)
def _look_on(error: PairIsGone) -> ResponseReturnValue:
    """Somebody else was faster: say so, and show what is left."""
    flash(str(error), "info")
    return _go_on(None)


def _done(workspace: Workspace) -> dict[str, Any]:
    """What was decided a moment ago, and can be taken back with a key."""
    merged = request.args.get("merge", type=row_number)
    rejected = request.args.get("rejected", type=row_number)
    event = undoing.find(workspace, merged) if merged else None
    if event is not None and event.undone_at is None:
        survivor = contacts.find(workspace, event.contact_id)
        return {"merge": event, "survivor": survivor}
    return {"rejected": rejected} if rejected else {}
