"""The proof of what one person said, as a bundle that needs nobody to be believed."""

import io
import json
import zipfile
from collections.abc import Collection, Iterator
from typing import Any

from flask_babel import force_locale
from sqlalchemy import Row, select

from webapp.accounts.models import Workspace
from webapp.consent import (
    evidence,
    exporting,
    ledger,
    proving,
    signing,
    standalone,
    verifying_files,
)
from webapp.consent.models import ConsentEvent, ShownText
from webapp.contact_pages import dossier
from webapp.contacts import aliases
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.core.templating import render
from webapp.widgets.models import WidgetVersion


def get_event(contact: Contact, seq: int) -> ConsentEvent:
    """One thing the person said, by its place in the chain.

    :raises NotFound: also for what somebody else said.
    """
    found = db.session.scalar(
        select(ConsentEvent).where(
            ConsentEvent.workspace_id == contact.workspace_id,
            ConsentEvent.contact_id.in_(aliases.numbers(contact)),
            ConsentEvent.seq == seq,
        )
    )
    if found is None:
        raise NotFound
    return found


def form_shown(event: ConsentEvent) -> WidgetVersion:
    """The form the person saw, byte for byte.

    :raises NotFound: when it was not said with a form.
    """
    found = db.session.get(WidgetVersion, event.widget_version_id or 0)
    if found is None:
        raise NotFound
    return found


def bundle(
    workspace: Workspace, contact: Contact, former_id: int | None = None
) -> bytes:
    """A ZIP with the person's events, their place in the chain, and all that was shown to them.

    :param former_id: of a contact that was made one with this one, and has a key of its own.
    """
    number = former_id or contact.id
    events = ledger.history(contact, number)[::-1]
    key = evidence.commitment_key(number)
    proof = {
        "format": verifying_files.PROOF,
        "workspace": {"id": workspace.id, "name": workspace.legal_name},
        "contact": number,
        "commitment_key": key.hex() if key else None,
        "events": [told(event, evidence.read(event)) for event in events],
        "segments": proving.segments(workspace, events),
    }
    files = dict(
        shown(
            {event.text_id for event in events if event.text_id},
            {event.widget_version_id for event in events if event.widget_version_id},
        )
    )
    files["proof.json"] = json.dumps(proof, ensure_ascii=False, indent=1)
    files["index.html"] = _page(workspace, contact, number)
    files[standalone.NAME] = standalone.source()
    return _zip(files)


def told(
    event: ConsentEvent | Row[Any], circumstances: evidence.Circumstances | None
) -> dict[str, Any]:
    """An event with its place in the chain, what was shown, and what is known of how it was said."""
    paths = {
        "text": f"texts/{event.text_id}.txt" if event.text_hash else None,
        "form": f"forms/{event.widget_version_id}.html" if event.form_hash else None,
    }
    return {
        **exporting.link(event),
        "shown": {name: path for name, path in paths.items() if path},
        "evidence": circumstances,
    }


def shown(texts: Collection[int], forms: Collection[int]) -> Iterator[tuple[str, str]]:
    """The words and the forms with these numbers, each with its name in a bundle."""
    for text in db.session.scalars(select(ShownText).where(ShownText.id.in_(texts))):
        yield f"texts/{text.id}.txt", text.body
    for form in db.session.scalars(
        select(WidgetVersion).where(WidgetVersion.id.in_(forms))
    ):
        yield f"forms/{form.id}.html", form.html


def _page(workspace: Workspace, contact: Contact, number: int) -> str:
    with force_locale(workspace.locale):
        return render(
            "contacts/proof.html",
            workspace=workspace,
            contact=contact,
            said=dossier.said(contact, most=None, former_id=number),
            key=signing.public_key(),
            locale=workspace.locale,
        )


def _zip(files: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, words in sorted(files.items()):
            # Written as they are: what was shown has no line ends of ours.
            made.writestr(name, words.encode())
    return target.getvalue()
