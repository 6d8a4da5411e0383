"""What stands on other people's sites asks here: the form of today, the scripts, the counters."""

import hashlib
import json
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from webapp.accounts.access import open_to_all
from webapp.core import assets, clock, typos
from webapp.core.errors import NotFound
from webapp.core.i18n import _
from webapp.core.limits import limiter, small_forms
from webapp.widgets import guarding, queries, sources, theming
from webapp.widgets.design import Design
from webapp.widgets.models import WidgetVersion

blueprint = small_forms(Blueprint("public_embedded", __name__))

VISITORS = "visitors of a merchant's site sign up here"
# What the script imports when it is needed: the pop-up, the question about a slip, the solver of riddles.
PARTS = ("popup", "typos", "proof")
# A copy kept for longer would bring an old stamp, in hours.
FRESH = 12


@blueprint.get("/f/<public_id>/form.json")
@open_to_all(VISITORS)
def definition(public_id: str) -> ResponseReturnValue:
    """The form as it is today, in the language of `?lang=` if it speaks it."""
    widget = queries.get_published(public_id)
    version = queries.latest_version(widget, request.args.get("lang"))
    told = _told(version)
    answer = shared({**told, "stamp": guarding.stamp(widget)})
    answer.headers["Cache-Control"] = "public, max-age=60"
    answer.set_etag(_mark(told))
    answer.make_conditional(request)
    return answer


@blueprint.post("/f/<public_id>/<any(shown,started):what>")
@open_to_all(VISITORS)
@limiter.limit("60 per minute")
def seen(public_id: str, what: str) -> ResponseReturnValue:
    """Count that somebody saw or began the form; nothing about them is taken."""
    widget = queries.get_published(public_id)
    queries.count(widget.id, "shown" if what == "shown" else "started")
    source = sources.find(widget, request.form.get("source"))
    if source is not None and what == "shown":
        sources.count(source.id, "shown")
    return shared({})


@blueprint.get("/embed/v1.js")
@open_to_all(VISITORS)
def script() -> ResponseReturnValue:
    """The script that embed codes name."""
    return _for_any_site("widget.js")


@blueprint.get(f"/embed/v1-<any({','.join(PARTS)}):part>.js")
@open_to_all(VISITORS)
def part_of_script(part: str) -> ResponseReturnValue:
    """What few visitors need; the script imports it when they do."""
    return _for_any_site(f"widget-{part}.js")


def shared(content: dict[str, Any]) -> Response:
    """An answer that any site may read; no cookie goes with it."""
    answer = jsonify(content)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@blueprint.errorhandler(NotFound)
def closed(_error: NotFound) -> ResponseReturnValue:
    """A widget that was archived, or never was: its code may stand on a site for years."""
    if wants_json():
        return shared({"closed": _("This form is closed.")}), NotFound.status
    return render_template("public/widgets/closed.html"), NotFound.status


def wants_json() -> bool:
    """Whether the script asks, and not a person's browser for a page."""
    return request.accept_mimetypes.best == "application/json"


def _told(version: WidgetVersion) -> dict[str, Any]:
    design = Design.from_json(version.design)
    with force_locale(design.locale):
        return {
            "html": version.html,
            "lang": design.locale,
            # Sites that keep an older script know this colour only.
            "colour": design.colour,
            "theme": theming.theme(design),
            "display": theming.display(design),
            "words": {"close": _("Close"), "refuse": _("No, thank you")},
            "typos": {
                # No address leaves the browser for it.
                "question": _("Did you mean %(address)s?", address="{}"),
                "usual": typos.USUAL,
                "real": typos.REAL,
            },
        }


def _mark(told: dict[str, Any]) -> str:
    """Differs with the language, with each change, and often enough to keep the stamp fresh."""
    period = int(clock.now().timestamp()) // (FRESH * 3600)
    content = json.dumps([told, period], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


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
