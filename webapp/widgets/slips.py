"""A probable slip in an address, asked about once, where no script asks; never corrected unasked."""

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from webapp.core import typos
from webapp.widgets import queries
from webapp.widgets.design import Design
from webapp.widgets.entering import Entry
from webapp.widgets.models import Widget, WidgetVersion

# What a form brings back once the question was asked, and the button that takes the other address.
ASKED = "asked"
MEANT = "meant"


def settled(came: MultiDict[str, str]) -> MultiDict[str, str]:
    """What came in, with the address that was chosen where the form had asked."""
    typed = MultiDict(came)
    if ASKED in typed and typed.get(MEANT):
        typed["email"] = typed[MEANT]
    return typed


def meant(widget: Widget, version: WidgetVersion, typed: Mapping[str, str]) -> str:
    """The address to ask about; empty when nothing looks wrong, and when it was asked already.

    :raises EntryIsNotValid: when something must be corrected anyway.
    """
    design = Design.from_json(version.design)
    entry = Entry.read(typed, design, queries.workspace_of(widget))
    return "" if ASKED in typed else typos.suggestion(entry.email) or ""
