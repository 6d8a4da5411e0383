"""A widget as it would be shown, over a page that stands for the shop's own."""

import re
from collections.abc import Mapping
from dataclasses import replace

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from markupsafe import Markup, escape

from webapp.accounts.access import Permission, requires
from webapp.accounts.models import Workspace
from webapp.core import tokens
from webapp.core.errors import NotFound
from webapp.core.i18n import _, locale
from webapp.widgets import filling, kiosk, publishing, queries
from webapp.widgets.design import Design
from webapp.widgets.filling import Filling
from webapp.widgets.models import Widget
from webapp.widgets.views.results import base_url
from webapp.widgets.views.site import blueprint

# Displays that are pages by themselves; the others stand on a page of the shop.
ON_A_SITE = "widgets/preview_site.html"
PREVIEWS = {
    "page": "widgets/preview_page.html",
    "kiosk": "widgets/preview_kiosk.html",
}
SUBMIT = re.compile(r'(<button type="submit">.*?</button>)', re.DOTALL)
# No script runs there, so that it may have our fonts.
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; "
    "frame-ancestors 'self'; sandbox allow-same-origin"
)
# For how long the address of a preview shows the draft it was made for, in seconds.
PREVIEW_LASTS = 3600


def address(widget: Widget, design: Design, seen: Mapping[str, str]) -> str:
    """Where this design can be seen.

    :param seen: the language, the step (`form` or `thanks`) and the light of the page.
    """
    shown = replace(design.spoken(seen.get("view_locale")), translations={})
    token = tokens.sign(
        "widget preview",
        {
            "design": shown.to_json(),
            "light": "dark" if seen.get("view_light") == "dark" else "light",
            "thanks": seen.get("view_step") == "thanks",
        },
    )
    return url_for(".previewed", widget_id=widget.id, token=token)


@blueprint.get("/<int:widget_id>/preview/<token>")
@requires(Permission.EDIT)
def previewed(workspace: Workspace, widget_id: int, token: str) -> ResponseReturnValue:
    """The widget as it would be shown, in a frame of the studio."""
    widget = queries.get_widget(workspace, widget_id)
    stored = tokens.read("widget preview", token, max_age=PREVIEW_LASTS)
    if stored is None:
        raise NotFound
    design = Design.from_json(stored["design"])
    # The counter speaks to the seller; all else to the one who signs up.
    spoken = locale() if design.display == kiosk.DISPLAY else design.locale
    with force_locale(spoken):
        page = render_template(
            PREVIEWS.get(design.display, ON_A_SITE),
            design=design,
            look=design.look,
            light=stored["light"],
            thanks=stored["thanks"],
            again=None,
            languages=[],
            locales=[],
            address="",
            controller=_controller(workspace),
            mailing_list=queries.mailing_list_of(widget),
            locale=spoken,
            form=_form(widget, design),
        )
    return page, {"Content-Security-Policy": POLICY}


def _form(widget: Widget, design: Design) -> Markup:
    """The form as people get it; over a page, with the button to refuse that the script adds."""
    form = publishing.form_html(widget, design, base_url())
    if design.is_overlay:
        refuse = f'<button type="button" class="refuse">{_("No, thank you")}</button>'
        form = SUBMIT.sub(rf'<div class="actions">\1{refuse}</div>', form)
    if design.display == kiosk.DISPLAY:
        form = filling.fill(form, Filling(before=_read_out()))
    # Made by our template, which escapes.
    return Markup(form)  # noqa: S704


def _read_out() -> dict[str, str]:
    """What the counter says to the seller before what is read out."""
    read = escape(_("Read this out to the customer"))
    return {
        "purpose": Markup('<p class="counter-read">{}</p>').format(read),
        "box grown": render_template("widgets/_counter_ask.html", locale=locale()),
    }


def _controller(workspace: Workspace) -> dict[str, str]:
    """Whose page it is, as its visitors read it."""
    return {
        "shop": workspace.name,
        "name": workspace.legal_name or workspace.name,
        "address": workspace.postal_address,
        "email": workspace.rights_email,
    }
