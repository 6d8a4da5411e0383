"""Write down the story: people, what they said, their mail and what came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import update

from webapp.consent import ledger, projecting
from webapp.consent.models import Basis, ConsentEvent, State
from webapp.contacts.fields import attribute_key
from webapp.contacts.models import Contact
from webapp.core import addresses
from webapp.core.copying import copy
from webapp.core.db import db
from webapp.deliverability import suppression
from webapp.deliverability.models import Suppression
from webapp.demo import details, names
from webapp.demo.details import Details
from webapp.demo.furnishing import Shop
from webapp.demo.mailings import Seen, Sending
from webapp.demo.shop import LOCALE
from webapp.demo.stories import Life, Said
from webapp.lanes.providers import OTHER
from webapp.messages.machines import Signal
from webapp.messages.models import Hit, Kind, Message

_DETAILS = (
    *("street", "street_more", "landline", "company", "job_title", "siren"),
    *("siret", "activity", "headcount"),
)
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
    *_DETAILS,
    "founded_on",
    "language",
    "attributes",
    "source",
    "restricted_at",
    "last_contact_at",
    "created_at",
    "updated_at",
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
    "provider",
)
HIT = (
    "workspace_id",
    "campaign_id",
    "message_id",
    "contact_id",
    "link_id",
    "at",
    "by_machine",
    "signal",
)


def contacts(shop: Shop, lives: Sequence[Life]) -> None:
    """Everybody, as their life left them."""
    known = details.of([life.person for life in lives])
    rows = (_contact(shop, *pair) for pair in zip(lives, known, strict=True))
    copy(Contact, CONTACT, rows)


def events(shop: Shop, lives: Sequence[Life], owner_id: int) -> None:
    """All that was said, in the order of time, and where it leaves everybody today."""
    told = [(life, said) for life in lives for said in life.said]
    told.sort(key=lambda pair: pair[1].at)
    ledger.append_many(
        shop.workspace, [_event(shop, life, said, owner_id) for life, said in told]
    )
    projecting.rebuild(shop.workspace)


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
            names.PROVIDERS.get(addresses.domain(sending.life.person.email), OTHER),
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
            _signal(each),
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


def _signal(seen: Seen) -> str:
    if not seen.by_machine:
        return ""
    return (Signal.PROXY if seen.link is None else Signal.BURST).value


def _contact(shop: Shop, life: Life, known: Details) -> tuple[Any, ...]:
    person = life.person
    last = max([life.came_at, *(said.at for said in life.said)])
    wishes = {attribute_key(name): known[name] for name in known if ":" in name}
    return (
        *(life.contact_id, shop.workspace.id, person.email, person.civility),
        *(person.first_name, person.last_name, _dialled(person.phone)),
        *(person.postcode, person.city, "FR", person.birth_date),
        *(known.get(name, "") for name in _DETAILS),
        *(known.get("founded_on"), LOCALE),
        *(Jsonb({**person.attributes, **wishes}), life.source, life.restricted_at),
        *(last, life.came_at, last),
    )


def _dialled(phone: str) -> str:
    """A French number as the world dials it."""
    return f"+33{phone.replace(' ', '')[1:]}" if phone else ""


def _event(shop: Shop, life: Life, said: Said, owner_id: int) -> ConsentEvent:
    agrees = said.state in {State.PENDING, State.GIVEN}
    shown = agrees or said.about not in shop.lists
    version = shop.versions.get(said.through_widget) if said.through_widget else None
    return ConsentEvent(
        workspace_id=shop.workspace.id,
        contact_id=life.contact_id,
        purpose_id=shop.purposes[said.about],
        state=said.state.value,
        basis=Basis.CONSENT.value,
        method=said.method,
        at=said.at,
        text_id=shop.texts[said.about] if shown and said.message_id is None else None,
        widget_version_id=version,
        message_id=said.message_id,
        user_id=owner_id if said.method == "staff" else None,
        detail=said.detail,
    )
