"""One sign-up by a widget: the person, what they ticked, and the proof of what they saw."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from webapp.accounts.models import Workspace
from webapp.contacts import queries as contacts
from webapp.contacts import registering
from webapp.core import addresses
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _, _l, speaking
from webapp.core.visitor import recalled
from webapp.subscriptions import agreeing, partners, subscribing
from webapp.subscriptions import queries as lists
from webapp.subscriptions.agreeing import Asked
from webapp.subscriptions.events import Subscribed
from webapp.widgets import (
    asking,
    guarding,
    intake,
    queries,
    rewarding,
    sentences,
    sources,
)
from webapp.widgets.design import Design
from webapp.widgets.guarding import Visitor
from webapp.widgets.intake import Taken
from webapp.widgets.models import Widget, WidgetSource, WidgetVersion

log = logging.getLogger(__name__)

# The answers to "15 or over?".
OVER, UNDER = "over", "under"


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
    fields: dict[str, Any]
    opens: bool
    clicks: bool
    # Numbers of partners.
    partners: tuple[int, ...] = ()
    # Of whoever is under fifteen: the address of a parent.
    parent: str | None = None

    @classmethod
    def read(
        cls, typed: Mapping[str, str], design: Design, workspace: Workspace
    ) -> "Entry":
        """Check what was typed; only what the widget asks is taken, and of a child the address alone.

        :raises EntryIsNotValid: with a sentence for each field.
        """
        wrong: dict[str, str] = {}
        email = _address(typed, "email", wrong)
        if design.asks_age and _is_under_age(typed, wrong):
            parent = _parent(typed, email, wrong)
            found = cls(email, {}, opens=False, clicks=False, parent=parent)
        else:
            asked = asking.questions(workspace, design.fields)
            fields, unfit = asking.read(asked, typed)
            wrong |= unfit
            found = cls(
                email,
                fields,
                opens=design.asks_opens and typed.get("opens") == "yes",
                clicks=design.asks_clicks and typed.get("clicks") == "yes",
                partners=_partners(typed, design),
            )
        if wrong:
            raise EntryIsNotValid(wrong)
        return found


def enter(
    widget: Widget,
    version: WidgetVersion,
    typed: Mapping[str, str],
    visitor: Visitor,
    source: WidgetSource | None = None,
) -> None:
    """Take a sign-up in; what is known of the address is looked at later, by a worker.

    So the answer is the same whether it is new, known or suppressed, and comes as fast.

    :param source: the link the visitor came by.
    :raises EntryIsNotValid: when something must be corrected.
    :raises ProofIsWanted: when it must come with a proof of work.
    """
    design = Design.from_json(version.design)
    workspace = queries.workspace_of(widget)
    entry = Entry.read(typed, design, workspace)
    if not guarding.admits(widget, entry.email, typed, visitor):
        return
    intake.keep(version, typed, source)
    queries.count(widget.id, "submitted")
    if source is not None:
        sources.count(source.id, "submitted")


def take(sign_up_id: int) -> None:
    """Carry out a sign-up that came in: the person, what they ticked, the mail to confirm it."""
    taken = intake.pick(sign_up_id)
    if taken is None:
        return
    with recalled(taken.visitor), speaking(taken.version.design["locale"]):
        try:
            _carry_out(taken)
        except EntryIsNotValid:
            # The workspace has changed its fields in the meantime.
            log.warning("A sign-up no longer fits its widget")


def _carry_out(taken: Taken) -> None:
    version = taken.version
    design = Design.from_json(version.design)
    widget = db.session.get_one(Widget, version.widget_id)
    workspace = queries.workspace_of(widget)
    entry = Entry.read(taken.typed, design, workspace)
    if not guarding.lets_write(widget, entry.email):
        return
    contact = registering.register(
        workspace,
        entry.email,
        source="widget",
        source_id=widget.id,
        language=design.locale,
        **_believed(workspace, entry),
    )
    asked = asked_for(workspace, version, entry)
    if taken.source is not None:
        asked = replace(asked, source=taken.source.name, source_id=taken.source.id)
    subscribing.ask(
        queries.mailing_list_of(widget),
        contact,
        asked=asked,
        widget_version_id=version.id,
        locale=design.locale,
    )
    rewarding.keep_promise_to_a_reader(version, contact)


def _believed(workspace: Workspace, entry: Entry) -> dict[str, Any]:
    """What is kept of the fields: of a reader nothing, for strangers would write into her messages."""
    known = contacts.find_by_email(workspace, entry.email)
    return {} if known and lists.is_on_any(known) else entry.fields


def asked_for(workspace: Workspace, version: WidgetVersion, entry: Entry) -> Asked:
    """What was ticked, in the very words that this version of the form showed."""
    if not version.texts:
        # Published before the words were kept with the version.
        return agreeing.boxes(
            workspace, version.design["locale"], opens=entry.opens, clicks=entry.clicks
        )
    offered = partners.active(workspace) if entry.partners else []
    asked = sentences.ticked(
        version.texts,
        opens=entry.opens,
        clicks=entry.clicks,
        purposes={one.purpose_id for one in offered if one.id in entry.partners},
    )
    return replace(asked, parent=entry.parent)


def count_confirmed(fact: Subscribed) -> None:
    """Somebody who signed up by a widget is on the list now."""
    if fact.widget_version_id is not None:
        queries.count_confirmed(fact.widget_version_id)


def _address(typed: Mapping[str, str], name: str, wrong: dict[str, str]) -> str:
    try:
        return addresses.normalise(typed.get(name, ""))
    except addresses.AddressIsNotValid as error:
        wrong[name] = str(error)
        return ""


def _is_under_age(typed: Mapping[str, str], wrong: dict[str, str]) -> bool:
    """Whether a parent must agree too (LIL article 45); no answer is none."""
    answer = typed.get("age", "")
    if answer not in {OVER, UNDER}:
        wrong["age"] = str(_("Please say how old you are."))
    return answer == UNDER


def _parent(typed: Mapping[str, str], email: str, wrong: dict[str, str]) -> str:
    if not typed.get("parent_email", "").strip():
        wrong["parent_email"] = str(_("We need the address of a parent, to ask them."))
        return ""
    parent = _address(typed, "parent_email", wrong)
    if parent and email and addresses.mailbox(parent) == addresses.mailbox(email):
        wrong["parent_email"] = str(
            _("This is your own address. We need that of a parent.")
        )
    return parent


def _partners(typed: Mapping[str, str], design: Design) -> tuple[int, ...]:
    """The partners whose boxes were ticked, among those that the form shows."""
    several = getattr(typed, "getlist", None)
    values = several("partner") if several else [typed.get("partner")]
    return tuple(number for number in design.partners if str(number) in values)
