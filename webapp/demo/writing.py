"""Write down the story: people, what they said, their mail and what came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from webapp.consent.models import Basis, ConsentEvent, ConsentState, State
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import Suppression
from webapp.demo.copying import copy, reserve
from webapp.demo.furnishing import Shop
from webapp.demo.mailings import Seen, Sending
from webapp.demo.shop import LOCALE
from webapp.demo.stories import Life, Said
from webapp.messages.models import Hit, Kind, Message

CONTACT = (
    "id",
    "workspace_id",
    "email",
    "civility",
    "first_name",
    "last_name",
    "phone",
    "postcode",
    "city",
    "country",
    "birth_date",
    "language",
    "attributes",
    "source",
    "restricted_at",
    "last_contact_at",
    "created_at",
    "updated_at",
)
EVENT = (
    "id",
    "workspace_id",
    "contact_id",
    "purpose_id",
    "state",
    "basis",
    "method",
    "at",
    "text_id",
    "widget_version_id",
    "message_id",
    "user_id",
    "detail",
)
MESSAGE = (
    "id",
    "workspace_id",
    "kind",
    "campaign_id",
    "contact_id",
    "recipient",
    "status",
    "attempts",
    "not_before",
    "tracks_opens",
    "tracks_clicks",
    "smtp_code",
    "smtp_reply",
    "created_at",
    "dated_at",
    "finished_at",
)
HIT = (
    "workspace_id",
    "campaign_id",
    "message_id",
    "contact_id",
    "link_id",
    "at",
    "by_machine",
)


def contacts(shop: Shop, lives: Sequence[Life]) -> None:
    """Everybody, as their life left them."""
    copy(Contact, CONTACT, (_contact(shop, life) for life in lives))


def events(shop: Shop, lives: Sequence[Life], owner_id: int) -> None:
    """All that was said, in the order of time, and where it leaves everybody today."""
    told = [(life, said) for life in lives for said in life.said]
    told.sort(key=lambda pair: pair[1].at)
    numbers = reserve(ConsentEvent, len(told))
    rows = (
        _event(shop, number, life, said, owner_id)
        for number, (life, said) in zip(numbers, told, strict=True)
    )
    copy(ConsentEvent, EVENT, rows)
    _project(shop)


def messages(
    shop: Shop, campaign_id: int, started_at: datetime, sendings: Sequence[Sending]
) -> None:
    """One row for each message of a campaign."""
    rows = (
        (
            sending.id,
            shop.workspace.id,
            Kind.CAMPAIGN.value,
            campaign_id,
            sending.life.contact_id,
            "",
            sending.status.value,
            sending.attempts,
            started_at if sending.attempts == 1 else sending.at,
            sending.opens,
            sending.clicks,
            *sending.answer,
            started_at,
            sending.at,
            sending.at,
        )
        for sending in sendings
    )
    copy(Message, MESSAGE, rows)


def hits(
    shop: Shop, campaign_id: int, link_ids: Sequence[int], seen: Sequence[Seen]
) -> None:
    """What was measured of a campaign, in the order of time."""
    rows = (
        (
            shop.workspace.id,
            campaign_id,
            each.sending.id,
            each.sending.life.contact_id,
            None if each.link is None else link_ids[each.link],
            each.at,
            each.by_machine,
        )
        for each in sorted(seen, key=lambda each: each.at)
    )
    copy(Hit, HIT, rows)


def suppressions(shop: Shop, lives: Sequence[Life]) -> None:
    """The addresses nobody writes to any more, each since its day."""
    for life in lives:
        if life.suppressed is None:
            continue
        reason, since = life.suppressed
        contact = db.session.get_one(Contact, life.contact_id)
        suppression.suppress(shop.workspace, contact.email, reason, contact)
        db.session.execute(
            update(Suppression)
            .where(
                Suppression.workspace_id == shop.workspace.id,
                Suppression.contact_id == contact.id,
            )
            .values(created_at=since)
        )


def _contact(shop: Shop, life: Life) -> tuple[Any, ...]:
    person = life.person
    last = max([life.came_at, *(said.at for said in life.said)])
    return (
        *(life.contact_id, shop.workspace.id, person.email, person.civility),
        *(person.first_name, person.last_name, person.phone, person.postcode),
        *(person.city, "FR", person.birth_date, LOCALE),
        *(Jsonb(person.attributes), life.source, life.restricted_at),
        *(last, life.came_at, last),
    )


def _event(
    shop: Shop, number: int, life: Life, said: Said, owner_id: int
) -> tuple[Any, ...]:
    agrees = said.state in {State.PENDING, State.GIVEN}
    shown = agrees or said.about not in shop.lists
    version = shop.versions.get(said.through_widget) if said.through_widget else None
    return (
        number,
        shop.workspace.id,
        life.contact_id,
        shop.purposes[said.about],
        said.state.value,
        Basis.CONSENT.value,
        said.method,
        said.at,
        shop.texts[said.about] if shown and said.message_id is None else None,
        version,
        said.message_id,
        owner_id if said.method == "staff" else None,
        Jsonb(said.detail),
    )


def _project(shop: Shop) -> None:
    """The last word of each person about each purpose."""
    event = ConsentEvent
    columns = (
        "contact_id",
        "purpose_id",
        "state",
        "basis",
        "method",
        "since",
        "event_id",
    )
    latest = (
        select(
            event.contact_id,
            event.purpose_id,
            event.state,
            event.basis,
            event.method,
            event.at,
            event.id,
        )
        .where(event.workspace_id == shop.workspace.id)
        .ext(distinct_on(event.contact_id, event.purpose_id))
        .order_by(event.contact_id, event.purpose_id, event.id.desc())
    )
    db.session.execute(insert(ConsentState).from_select(columns, latest))
