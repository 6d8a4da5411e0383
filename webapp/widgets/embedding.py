"""What a shopkeeper pastes into a site so that a widget shows there."""

from dataclasses import dataclass
from html import escape

from webapp.widgets import theming
from webapp.widgets.design import Design
from webapp.widgets.models import Widget, WidgetVersion


@dataclass(frozen=True)
class Code:
    """The ways in that a widget has; the empty ones are not for its display."""

    # The page of its own.
    address: str
    # With script: answers in place, and has its own look before the script comes.
    script: str = ""
    # The form alone, in the look of the site.
    plain: str = ""


def code(widget: Widget, version: WidgetVersion, base_url: str) -> Code:
    """The codes for the display that people see."""
    design = Design.from_json(version.design)
    address = f"{base_url}/f/{widget.public_id}"
    if design.display == "inline":
        inside = f"<style>{theming.sheet(design)}</style>\n{version.html}"
        return Code(address, _script(widget, inside, base_url), version.html)
    if design.is_overlay:
        inside = _way_in(widget, design, address)
        return Code(address, _script(widget, inside, base_url))
    return Code(address)


def _way_in(widget: Widget, design: Design, address: str) -> str:
    """Where it opens by a button: that button, a link without script; otherwise such a link alone."""
    words = escape(design.opener or design.title or design.button)
    if design.trigger == "click":
        opens = f'data-volontiers-open="{widget.public_id}"'
        return f'  <a href="{address}" {opens}>{words}</a>'
    return f'  <noscript><a href="{address}">{words}</a></noscript>'


def _script(widget: Widget, inside: str, base_url: str) -> str:
    return (
        f'<volontiers-form form="{widget.public_id}">\n{inside}\n</volontiers-form>\n'
        f'<script async src="{base_url}/embed/v1.js"></script>'
    )
