"""What people saw: every version of a widget, as it was shown."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from markupsafe import Markup

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core.i18n import LOCALES
from webapp.widgets import queries
from webapp.widgets.choices import DISPLAYS
from webapp.widgets.design import Design
from webapp.widgets.views.site import blueprint

# Nothing in the frame can act, and nobody else can frame it.
FRAME_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; "
    "frame-ancestors 'self'; sandbox"
)


@blueprint.get("/<int:widget_id>/versions")
@requires(Permission.VIEW)
def versions(workspace: Workspace, widget_id: int) -> ResponseReturnValue:
    """Every form people saw, the newest first."""
    widget = queries.get_any_widget(workspace, widget_id)
    return render_template(
        "widgets/versions.html",
        widget=widget,
        versions=queries.versions(widget),
        languages=LOCALES,
        displays=DISPLAYS,
    )


@blueprint.get("/<int:widget_id>/versions/<int:version_id>")
@requires(Permission.VIEW)
def version(
    workspace: Workspace, widget_id: int, version_id: int
) -> ResponseReturnValue:
    """One form people saw, in a frame."""
    widget = queries.get_any_widget(workspace, widget_id)
    return render_template(
        "widgets/version.html",
        widget=widget,
        version=queries.get_version(widget, version_id),
        languages=LOCALES,
        displays=DISPLAYS,
    )


@blueprint.get("/<int:widget_id>/versions/<int:version_id>/form")
@requires(Permission.VIEW)
def form_shown(
    workspace: Workspace, widget_id: int, version_id: int
) -> ResponseReturnValue:
    """The form as it was shown, for the frame: it can do nothing there."""
    widget = queries.get_any_widget(workspace, widget_id)
    shown = queries.get_version(widget, version_id)
    design = Design.from_json(shown.design)
    with force_locale(design.locale):
        page = render_template(
            "widgets/preview.html",
            design=design,
            # Made by our own template, which escapes all that people wrote.
            form=Markup(shown.html),  # noqa: S704
        )
    return page, {"Content-Security-Policy": FRAME_POLICY}
