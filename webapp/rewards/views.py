"""The pages of rewards: what people are promised, its codes and files, how many have it."""

from io import TextIOWrapper
from typing import IO

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core.errors import DomainError
from webapp.core.i18n import _
from webapp.rewards import editing, giving, queries, stocking
from webapp.rewards.forms import KINDS, CodesForm, RewardForm, VersionForm
from webapp.rewards.models import Reward, RewardKind

blueprint = Blueprint("rewards", __name__)

# With the lines around the file.
LARGEST_BODY = stocking.LARGEST_FILE + 100_000


@blueprint.url_value_preprocessor
def take_large_files(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Before anything reads the body: its form carries the token that lets it pass."""
    if endpoint in {"rewards.add_codes", "rewards.add_file"}:
        request.max_content_length = request.max_form_memory_size = LARGEST_BODY


@blueprint.get("/")
@requires(Permission.VIEW)
def index(workspace: Workspace) -> ResponseReturnValue:
    """Every reward with its figures; those put away behind `?archived=1`."""
    archived = "archived" in request.args
    rewards = queries.rewards(workspace, archived=archived)
    return render_template(
        "rewards/index.html",
        rewards=rewards,
        figures=queries.figures(rewards),
        kinds=KINDS,
        archived=archived,
        others=bool(queries.rewards(workspace, archived=not archived)),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT)
def new(workspace: Workspace) -> ResponseReturnValue:
    """A new promise."""
    form = RewardForm(kind=RewardKind.CODE)
    holds = form.validate_on_submit()
    if not holds or not form.is_whole(form.kind.data):
        page = render_template("rewards/edit.html", form=form, reward=None)
        return page, 422 if form.is_submitted() else 200
    reward = editing.create(workspace, RewardKind(form.kind.data), form.said())
    return redirect(url_for(".show", reward_id=reward.id), 303)


@blueprint.get("/<int:reward_id>")
@requires(Permission.VIEW)
def show(workspace: Workspace, reward_id: int) -> ResponseReturnValue:
    """What it is made of, and how many have it."""
    return _page(queries.get(workspace, reward_id))


@blueprint.route("/<int:reward_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit(workspace: Workspace, reward_id: int) -> ResponseReturnValue:
    """Change what people read; its kind stays."""
    reward = queries.get(workspace, reward_id)
    form = RewardForm(obj=reward)
    form.kind.data = reward.kind
    holds = form.validate_on_submit()
    if not holds or not form.is_whole(reward.kind):
        page = render_template("rewards/edit.html", form=form, reward=reward)
        return page, 422 if form.is_submitted() else 200
    editing.change(workspace, reward, form.said())
    flash(_("The reward is saved."), "success")
    return redirect(url_for(".show", reward_id=reward.id), 303)


@blueprint.post("/<int:reward_id>/codes")
@requires(Permission.EDIT)
def add_codes(workspace: Workspace, reward_id: int) -> ResponseReturnValue:
    """Add codes; whoever waits for one gets it."""
    reward = queries.get(workspace, reward_id)
    form = CodesForm()
    lines = (form.codes.data or "").splitlines()
    if form.file.data:
        lines += _lines(form.file.data.stream)
    try:
        added = stocking.add_codes(workspace, reward, lines)
    except DomainError as error:
        form.codes.errors = [str(error)]
        return _page(reward, codes=form), 422
    flash(_("%(number)s new codes.", number=added), "success")
    return redirect(url_for(".show", reward_id=reward.id), 303)


@blueprint.post("/<int:reward_id>/file")
@requires(Permission.EDIT)
def add_file(workspace: Workspace, reward_id: int) -> ResponseReturnValue:
    """Add a version of the file."""
    reward = queries.get(workspace, reward_id)
    form = VersionForm()
    given = form.file.data
    try:
        content = given.stream.read(stocking.LARGEST_FILE + 1) if given else b""
        name = given.filename or "" if given else ""
        stocking.add_file(workspace, reward, name, content)
    except DomainError as error:
        form.file.errors = [str(error)]
        return _page(reward, version=form), 422
    flash(_("The new version is in place."), "success")
    return redirect(url_for(".show", reward_id=reward.id), 303)


@blueprint.post("/<int:reward_id>/archive")
@requires(Permission.EDIT)
def archive(workspace: Workspace, reward_id: int) -> ResponseReturnValue:
    """Put it away."""
    editing.archive(workspace, queries.get(workspace, reward_id))
    flash(_("The reward is archived. Nobody is given it any more."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:reward_id>/restore")
@requires(Permission.EDIT)
def restore(workspace: Workspace, reward_id: int) -> ResponseReturnValue:
    """Take it out again."""
    editing.restore(workspace, queries.get(workspace, reward_id))
    flash(_("The reward is in use again."), "success")
    return redirect(url_for(".show", reward_id=reward_id), 303)


def _page(
    reward: Reward,
    codes: CodesForm | None = None,
    version: VersionForm | None = None,
) -> str:
    return render_template(
        "rewards/show.html",
        reward=reward,
        kinds=KINDS,
        figures=queries.figures([reward])[reward.id],
        files=queries.files(reward),
        is_given=giving.is_given_today(reward),
        codes=codes or CodesForm(None),
        version=version or VersionForm(None),
    )


def _lines(stream: IO[bytes]) -> list[str]:
    """The first cell of each line, whatever its signs are."""
    text = TextIOWrapper(stream, encoding="utf-8-sig", errors="replace").read()
    return [line.split(";")[0].split(",")[0].strip('" ') for line in text.splitlines()]
