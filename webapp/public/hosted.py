"""The page of its own that every widget has: in the reader's language and its own look, without script."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, make_response, request, url_for
from flask import render_template as render
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from markupsafe import Markup

from webapp.accounts.access import open_to_all
from webapp.core.errors import NotFound
from webapp.core.i18n import LOCALES
from webapp.public import showing
from webapp.public.embedded import VISITORS, closed
from webapp.widgets import filling, guarding, looks, queries, sources
from webapp.widgets.design import Design
from webapp.widgets.filling import Again, Filling
from webapp.widgets.models import Widget, WidgetSource, WidgetVersion

blueprint = Blueprint("hosted", __name__)

blueprint.register_error_handler(NotFound, closed)


@blueprint.get("/f/<public_id>")
@open_to_all(VISITORS)
def show(public_id: str) -> ResponseReturnValue:
    """The widget on a page of its own; `?s=` says by which link somebody came."""
    widget = queries.get_published(public_id)
    source = sources.find(widget, request.args.get("s"))
    queries.count(widget.id, "shown")
    if source is not None:
        sources.count(source.id, "shown")
    return page(widget, queries.latest_version(widget, _wished(widget)), source)


@blueprint.get("/f/<public_id>/thanks")
@open_to_all(VISITORS)
def thanks(public_id: str) -> ResponseReturnValue:
    """What to do next: open the mail."""
    widget = queries.get_published(public_id)
    version = queries.latest_version(widget, _wished(widget))
    return dressed("public/widgets/thanks.html", widget, version)


@blueprint.get("/embed/theme-<look>.css")
@open_to_all(VISITORS)
def theme(look: str) -> ResponseReturnValue:
    """The look of a widget, as a style sheet."""
    sheet = looks.sheet(look)
    if sheet is None:
        raise NotFound
    answer = Response(sheet, mimetype="text/css")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def page(
    widget: Widget,
    version: WidgetVersion,
    source: WidgetSource | None,
    again: Again | None = None,
) -> Response:
    """The form as it was published, with what was typed and what is to be corrected or answered."""
    with force_locale(version.design["locale"]):
        form = filling.fill(version.html, _filling(widget, source, again))
    answer = dressed(
        "public/widgets/page.html",
        widget,
        version,
        # Made by our own template, which escapes all that people wrote.
        form=Markup(form),  # noqa: S704
        again=again,
        languages=_languages(widget, source),
        field=filling.control_id,
    )
    if not Design.from_json(version.design).indexed:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _filling(
    widget: Widget, source: WidgetSource | None, again: Again | None
) -> Filling:
    foot = render(
        "public/widgets/_foot.html",
        stamp=guarding.stamp(widget),
        source=source,
        asked=again is not None and bool(again.meant),
    )
    if again is None:
        return Filling(foot=foot)
    doubt = render("public/widgets/_doubt.html", again=again) if again.meant else ""
    return Filling(
        again.typed, again.wrong, {"email": doubt} if doubt else {}, foot=foot
    )


def dressed(
    template: str, widget: Widget, version: WidgetVersion, **values: object
) -> Response:
    """A page in the language and the look of this version."""
    design = Design.from_json(version.design)
    workspace = queries.workspace_of(widget)
    with force_locale(design.locale):
        answer = make_response(
            render(
                template,
                design=design,
                controller=showing.controller(workspace),
                locale=design.locale,
                locales=[],
                address=_address(widget),
                **values,
            )
        )
    answer.headers["Content-Security-Policy"] = _policy(design)
    answer.vary.add("Accept-Language")
    return answer


def _address(widget: Widget) -> str:
    base: str = current_app.extensions["settings"].base_url
    return f"{base}/f/{widget.public_id}"


def _policy(design: Design) -> str:
    """Nothing but our style; the form may lead on to the merchant's site, and any may frame it."""
    parts = urlsplit(design.redirect)
    onward = f" {parts.scheme}://{parts.netloc}" if design.redirect else ""
    return (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
        f"form-action 'self'{onward}; base-uri 'none'; frame-ancestors *"
    )


def _wished(widget: Widget) -> str | None:
    """The language the reader asks for, if the widget speaks it; none for its own."""
    asked = request.args.get("lang")
    if asked in widget.showing:
        return asked
    return request.accept_languages.best_match(widget.showing) or None


def _languages(
    widget: Widget, source: WidgetSource | None
) -> list[tuple[str, str, str]]:
    """Each language it speaks: code, own name, address; none where there is no choice."""
    if len(widget.showing) < 2:
        return []
    mark = source.mark if source else None
    return [
        (
            code,
            LOCALES[code],
            url_for("hosted.show", public_id=widget.public_id, lang=code, s=mark),
        )
        for code in LOCALES
        if code in widget.showing
    ]
