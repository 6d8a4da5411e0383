"""Who said what of the people of the demo shop, and what colleagues noted about a few."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import text

from webapp.accounts.models import User
from webapp.contacts.fields import FIELDS
from webapp.contacts.models import ContactNote
from webapp.core.copying import copy
from webapp.core.db import db
from webapp.demo.furnishing import Shop
from webapp.demo.stories import Life

# One of so many people.
NOTED = 71
_NOTES = (
    "Préfère être appelée le matin.",
    "Cherche des plantes pour un balcon au nord.",
    "A offert un coffret de thés à sa sœur : lui en reparler en décembre.",
    "Vient souvent à l’atelier du samedi.",
    "Demande une facture au nom de son entreprise.",
)
# Everything that came with the person, then the phone, which some gave on their own page.
_RECORDS = """
INSERT INTO contact_record (workspace_id, contact_id, source, at, given)
SELECT workspace_id, id, source, created_at, jsonb_strip_nulls(jsonb_build_object({pairs}))
    || coalesce((
        SELECT jsonb_object_agg('attribute:' || key, value)
        FROM jsonb_each(attributes)), '{{}}')
FROM contact WHERE workspace_id = :workspace_id ORDER BY id
"""
_LATER = """
INSERT INTO contact_record (workspace_id, contact_id, source, at, given)
SELECT workspace_id, id, 'preferences', updated_at, jsonb_build_object('phone', phone)
FROM contact WHERE workspace_id = :workspace_id AND phone <> '' AND id % 3 = 0
ORDER BY id
"""
_NOTE = ("workspace_id", "contact_id", "user_id", "body", "pinned", "written_at")


def records(shop: Shop) -> None:
    """A record of all that came with each person, and of what some said later."""
    pairs = ", ".join(f"'{name}', {_said(name)}" for name in FIELDS)
    for statement in (_RECORDS.format(pairs=pairs), _LATER):
        db.session.execute(text(statement), {"workspace_id": shop.workspace.id})


def notes(shop: Shop, lives: Sequence[Life], author: User) -> None:
    """A note about a few people; every third is pinned."""
    rows = (
        (
            *(shop.workspace.id, life.contact_id, author.id),
            *(_NOTES[place % len(_NOTES)], place % 3 == 0),
            life.came_at + timedelta(days=2),
        )
        for place, life in enumerate(lives[::NOTED])
    )
    copy(ContactNote, _NOTE, rows)


def _said(name: str) -> str:
    """What came with the person, as a record keeps it; a phone that was given later did not."""
    if name in {"birth_date", "founded_on"}:
        return f"to_char({name}, 'YYYY-MM-DD')"
    if name == "phone":
        return "CASE WHEN id % 3 <> 0 THEN NULLIF(phone, '') END"
    return f"NULLIF({name}, '')"
