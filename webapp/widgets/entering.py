"""One sign-up by a widget: the person, what they ticked, and the proof of what they saw."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from webapp.contacts import registering
from webapp.core import addresses
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.subscriptions import agreeing, subscribing
from webapp.subscriptions.events import Subscribed
from webapp.widgets import guarding, queries
from webapp.widgets.design import Design
from webapp.widgets.guarding import Visitor
from webapp.widgets.models import Widget, WidgetVersion


class EntryIsNotValid(DomainError):
    """Something in the form must be corrected; `fields` says what beside which field."""

    status = 422
    message = _l("Please correct what is marked.")

    def __init__(self, fields: dict[str, str]) -> None:
        """Name each field with its sentence."""
        super().__init__(fields)
        self.fields = fields


@dataclass(frozen=True)
class Entry:
    """What somebody typed into a widget."""

    email: str
    fields: dict[str, object]
    opens: bool
    clicks: bool

    @classmethod
    def read(cls, typed: Mapping[str, str], design: Design) -> "Entry":
        """Check what was typed; only what the widget asks is taken.

        :raises EntryIsNotValid: with a sentence for each field.
        """
        wrong: dict[str, str] = {}
        try:
            email = addresses.normalise(typed.get("email", ""))
        except addresses.AddressIsNotValid as error:
            wrong["email"] = str(error)
        fields: dict[str, object] = {
            name: typed.get(name, "")[:100] for name in design.fields if typed.get(name)
        }
        if "birth_date" in fields:
            birth_date = _day(str(fields["birth_date"]))
            fields["birth_date"] = birth_date
            if birth_date is None:
                wrong["birth_date"] = str(_l("This is not a day."))
        if wrong:
            raise EntryIsNotValid(wrong)
        return cls(
            email=email,
            fields=fields,
            opens=design.asks_opens and typed.get("opens") == "yes",
            clicks=design.asks_clicks and typed.get("clicks") == "yes",
        )


def enter(
    widget: Widget,
    version: WidgetVersion,
    typed: Mapping[str, str],
    visitor: Visitor,
) -> None:
    """Take a sign-up; the answer is the same whether the address is new, known or suppressed.

    :raises EntryIsNotValid: when something must be corrected.
    :raises ProofIsWanted: when it must come with a proof of work.
    """
    design = Design.from_json(version.design)
    entry = Entry.read(typed, design)
    if not guarding.admits(widget, entry.email, typed, visitor):
        return
    workspace = queries.workspace_of(widget)
    contact = registering.register(
        workspace,
        entry.email,
        source="widget",
        language=design.locale,
        **entry.fields,
    )
    subscribing.ask(
        queries.mailing_list_of(widget),
        contact,
        asked=agreeing.boxes(
            workspace, design.locale, opens=entry.opens, clicks=entry.clicks
        ),
        widget_version_id=version.id,
        locale=design.locale,
    )
    queries.count(widget.id, "submitted")


def count_confirmed(fact: Subscribed) -> None:
    """Somebody who signed up by a widget is on the list now."""
    if fact.widget_version_id is not None:
        queries.count_confirmed(fact.widget_version_id)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
