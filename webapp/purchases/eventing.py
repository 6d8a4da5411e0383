"""Events of the shop's site: kept once each, and only of people who agree to be measured."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.consent import gate, purposes
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.purchases.models import SiteEvent, SiteEventName

NAME = re.compile(r"[\w .:/-]{1,60}")
MOST_PROPERTIES = 30
# Names beyond these are somebody's mistake, such as a name that holds an order number.
MOST_NAMES = 200
LATELY = timedelta(hours=1)


class NotMeasured(DomainError):
    """The person did not agree that what they do on the site is looked at."""

    message = _l("This person did not agree to be measured, so nothing was kept.")


class EventIsUnreadable(DomainError):
    """A name or properties that cannot be kept."""

    message = _l(
        "An event needs a name of letters, digits and spaces, and at most 30 properties."
    )


class TooManyNames(DomainError):
    """The workspace has as many names of events as anybody can choose from."""

    message = _l(
        "This workspace already has 200 names of events: put what differs in a property."
    )


@dataclass(frozen=True)
class EventFacts:
    """What somebody did: a name, when, and what about.

    :param key: what the site calls this very event; told twice, it is kept once.
    """

    name: str
    at: datetime
    key: str | None = None
    properties: dict[str, Any] = field(default_factory=dict)


def record(
    workspace: Workspace,
    contact: Contact,
    facts: EventFacts,
    *,
    source_id: int | None = None,
) -> bool:
    """Keep the event, unless it is kept already; says whether it is new.

    :raises NotMeasured: :raises EventIsUnreadable: :raises TooManyNames:
    """
    _check(facts)
    if not is_measured(workspace, contact):
        raise NotMeasured
    _remember_name(workspace, facts)
    made = db.session.scalar(
        insert(SiteEvent)
        .values(
            workspace_id=workspace.id,
            contact_id=contact.id,
            name=facts.name,
            at=facts.at,
            properties=facts.properties,
            key=facts.key,
            source_id=source_id,
        )
        .on_conflict_do_nothing(index_elements=["workspace_id", "key"])
        .returning(SiteEvent.id)
    )
    return made is not None


def is_measured(workspace: Workspace, contact: Contact) -> bool:
    """Whether what this person does on the site may be kept now: as their clicks may."""
    if not workspace.measures_clicks:
        return False
    agreeing = gate.agreeing(purposes.measuring(workspace).clicks)
    asked = select(Contact.id).where(
        Contact.id == contact.id, Contact.id.in_(agreeing), gate.usable()
    )
    return db.session.scalar(asked) is not None


def names(workspace: Workspace) -> list[str]:
    """The names that events of the workspace have, in order."""
    asked = select(SiteEventName.name).where(SiteEventName.workspace_id == workspace.id)
    return list(db.session.scalars(asked.order_by(SiteEventName.name)))


def _check(facts: EventFacts) -> None:
    readable = NAME.fullmatch(facts.name) and len(facts.properties) <= MOST_PROPERTIES
    if not readable or len(facts.key or "") > 80:
        raise EventIsUnreadable


def _remember_name(workspace: Workspace, facts: EventFacts) -> None:
    known = db.session.get(SiteEventName, (workspace.id, facts.name))
    if known is None:
        _add_name(workspace, facts)
        return
    # Written once an hour at most: events of one name must not wait for one another.
    if clock.now() - known.last_at > LATELY:
        known.last_at = clock.now()


def _add_name(workspace: Workspace, facts: EventFacts) -> None:
    asked = select(func.count()).where(SiteEventName.workspace_id == workspace.id)
    if (db.session.scalar(asked) or 0) >= MOST_NAMES:
        raise TooManyNames
    db.session.execute(
        insert(SiteEventName)
        .values(
            workspace_id=workspace.id,
            name=facts.name,
            first_at=clock.now(),
            last_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )
