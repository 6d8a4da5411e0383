"""The doors of a widget: the hosted page, the form that comes in, the script for other sites."""

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from markupsafe import Markup, escape

from webapp.accounts.access import open_to_all
from webapp.core import assets, networks, typos
from webapp.core.errors import NotFound
from webapp.core.i18n import _
from webapp.core.limits import limiter
from webapp.public import showing
from webapp.widgets import entering, guarding, queries
from webapp.widgets.design import COLOUR, FIELDS, Design
from webapp.widgets.entering import EntryIsNotValid
from webapp.widgets.guarding import ProofIsWanted, Visitor
from webapp.widgets.models import Widget, WidgetVersion

blueprint = Blueprint("public_widgets", __name__)

VISITORS = "visitors of a merchant's site sign up here"
# Beacons of browsers may say these two things and nothing else.
SEEN = ("shown", "started")


@blueprint.get("/f/<public_id>")
@open_to_all(VISITORS)
def show(public_id: str) -> ResponseReturnValue:
    """The widget on a page of its own."""
    widget = queries.get_published(public_id)
    version = queries.latest_version(widget)
    return _page(widget, version)


@blueprint.post("/f/<public_id>")
@open_to_all(VISITORS)
@limiter.limit("30 per minute")
def receive(public_id: str) -> ResponseReturnValue:
    """Take a sign-up from this page, from a plain form on another site or from the script."""
    widget = queries.get_published(public_id)
    version = queries.version_shown(widget, request.form.get("version", ""))
    design = Design.from_json(version.design)
    visitor = Visitor(networks.asking(), has_script=_wants_json())
    try:
        with force_locale(design.locale):
            entering.enter(widget, version, request.form, visitor)
    except ProofIsWanted as wanted:
        return _shared({"challenge": wanted.challenge}), wanted.status
    except EntryIsNotValid as error:
        if _wants_json():
            return _shared({"errors": error.fields}), 422
        return _page(widget, version, errors=error.fields), 422
    if _wants_json():
        return _shared({"thanks": design.thanks, "redirect": design.redirect})
    return redirect(design.redirect or f"/f/{public_id}/thanks", 303)


@blueprint.get("/f/<public_id>/thanks")
@open_to_all(VISITORS)
def thanks(public_id: str) -> ResponseReturnValue:
    """What to do next: open the mail."""
    widget = queries.get_published(public_id)
    design = Design.from_json(queries.latest_version(widget).design)
    with force_locale(design.locale):
        return render_template(
            "public/widgets/thanks.html", design=design, **_controller(widget)
        )


@blueprint.get("/f/<public_id>/form.json")
@open_to_all(VISITORS)
def definition(public_id: str) -> ResponseReturnValue:
    """The form as it is today, for the script that stands on another site."""
    widget = queries.get_published(public_id)
    version = queries.latest_version(widget)
    answer = _shared(
        {
            "html": version.html,
            "colour": version.design["colour"],
            "stamp": guarding.stamp(widget),
            "typos": _typos(version),
        }
    )
    answer.headers["Cache-Control"] = "public, max-age=60"
    answer.set_etag(version.fingerprint)
    answer.make_conditional(request)
    return answer


@blueprint.post("/f/<public_id>/<any(shown,started):what>")
@open_to_all(VISITORS)
@limiter.limit("60 per minute")
def seen(public_id: str, what: str) -> ResponseReturnValue:
    """Count that somebody saw or began the form; nothing about them is taken."""
    widget = queries.get_published(public_id)
    queries.count(widget.id, "shown" if what == "shown" else "started")
    return _shared({})


@blueprint.get("/embed/v1.js")
@open_to_all(VISITORS)
def script() -> ResponseReturnValue:
    """The script that embed codes name; small, cached for five minutes."""
    return _for_any_site("widget.js")


@blueprint.get("/embed/v1-proof.js")
@open_to_all(VISITORS)
def proof_script() -> ResponseReturnValue:
    """What solves the riddle of a busy widget; the script fetches it when it is asked."""
    return _for_any_site("widget-proof.js")


@blueprint.get("/embed/colour-<colour>.css")
@open_to_all(VISITORS)
def colour_style(colour: str) -> ResponseReturnValue:
    """The colour a widget was given, as a style sheet: our pages take no inline style."""
    if not COLOUR.fullmatch(f"#{colour}"):
        raise NotFound
    answer = Response(f":root{{--volontiers-colour:#{colour}}}", mimetype="text/css")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def _page(
    widget: Widget, version: WidgetVersion, errors: dict[str, str] | None = None
) -> str:
    design = Design.from_json(version.design)
    if errors is None:
        queries.count(widget.id, "shown")
    with force_locale(design.locale):
        return render_template(
            "public/widgets/page.html",
            design=design,
            # Made by our own template, which escapes all that people wrote.
            form=Markup(_stamped(widget, _kept(version.html))),  # noqa: S704
            errors=errors or {},
            **_controller(widget),
        )


def _typos(version: WidgetVersion) -> dict[str, object]:
    """What the script needs to ask about a slip; no address leaves the browser for it."""
    with force_locale(version.design["locale"]):
        question = _("Did you mean %(address)s?", address="{}")
    return {"question": question, "usual": typos.USUAL, "real": typos.REAL}


def _kept(form: str) -> str:
    """The form with what the visitor typed before something was wrong with it."""
    for name in ("email", *FIELDS):
        if typed := request.form.get(name):
            form = form.replace(
                f' name="{name}"', f' name="{name}" value="{escape(typed)}"'
            )
    for name in ("opens", "clicks"):
        if request.form.get(name):
            form = form.replace(f' name="{name}"', f' name="{name}" checked')
    return form


def _stamped(widget: Widget, form: str) -> str:
    stamp = f'<input type="hidden" name="stamp" value="{guarding.stamp(widget)}">'
    return form.replace("</form>", stamp + "</form>")


def _controller(widget: Widget) -> dict[str, object]:
    workspace = queries.workspace_of(widget)
    return {
        "controller": showing.controller(workspace),
        "locale": queries.mailing_list_of(widget).locale,
    }


def _for_any_site(name: str) -> Response:
    answer = current_app.send_static_file(assets.static_path(name))
    answer.headers.update(
        {
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cache-Control": "public, max-age=300, stale-while-revalidate=86400",
        }
    )
    return answer


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _shared(content: dict[str, object]) -> Response:
    """An answer that any site may read; no cookie goes with it."""
    answer = jsonify(content)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
