"""The proofs of everybody on a list, in one file that needs nobody to be believed."""

import base64
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from flask_babel import force_locale
from sqlalchemy import Row, func, select

from webapp.accounts.models import Workspace
from webapp.consent import (
    chain,
    checkpoints,
    evidence,
    exporting,
    purposes,
    signing,
    standalone,
    verifying,
    verifying_files,
)
from webapp.consent.models import ConsentEvent, ConsentState, ProofExport, State
from webapp.contact_pages import dossier, proofs
from webapp.contacts.models import Contact
from webapp.core import clock
from webapp.core.db import db
from webapp.core.templating import render
from webapp.subscriptions.models import MailingList

# So many people are in memory at once; as many stand on one page.
AT_ONCE = 500
_PAGES = {
    "index.html": "contacts/list_proof_index.html",
    "README.txt": "contacts/list_proof_README.txt",
}

Said = Callable[[int], None]


@dataclass
class _Made:
    """The bundle while it grows, and what must still be told of it at the end."""

    file: zipfile.ZipFile
    export: ProofExport
    workspace: Workspace
    mailing_list: MailingList
    # The last event that belongs to it: the checkpoint stands there.
    end: int
    people: int = 0
    texts: set[int] = field(default_factory=set)
    forms: set[int] = field(default_factory=set)
    pages: list[str] = field(default_factory=list)


def size(workspace: Workspace, mailing_list: MailingList) -> int:
    """How many steps it takes: one for each person, one for each event from their first on."""
    on_it = select(func.count()).where(*_on(mailing_list))
    first = db.session.scalar(_first(workspace, mailing_list))
    if first is None:
        return 0
    mark = checkpoints.latest(workspace)
    events = mark.size - first + 1 if mark else 0
    return (db.session.scalar(on_it) or 0) + events


def write(target: Path, export: ProofExport, done: Said) -> None:
    """Write the bundle, little by little; the caller may commit whenever it is told something.

    :param done: is told how many more steps are done.
    """
    workspace = db.session.get_one(Workspace, export.workspace_id)
    mailing_list = db.session.get_one(MailingList, export.mailing_list_id)
    mark = checkpoints.latest(workspace)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        made = _Made(file, export, workspace, mailing_list, mark.size if mark else 0)
        first = db.session.scalar(_first(workspace, mailing_list)) or 1
        prev = _write_chain(made, first, done)
        for people in _people(made):
            _write_people(made, people)
            done(len(people))
        _write_rest(made, first, prev)


def _write_chain(made: _Made, first: int, done: Said) -> str:
    """The digest of each event, one a line; gives the hash the first one holds on to."""
    prev = verifying.GENESIS
    with made.file.open("chain.txt", "w", force_zip64=True) as lines:
        for page in exporting.pages(made.workspace.id, first - 1):
            mine = [row for row in page if row.seq <= made.end]
            if mine and mine[0].seq == first:
                prev = mine[0].prev_hash.hex()
            digests = (chain.digest(chain.content(row)).hex() for row in mine)
            lines.write("".join(f"{one}\n" for one in digests).encode())
            done(len(mine))
            if len(mine) < len(page):
                break
    return prev


def _people(made: _Made) -> Iterator[Sequence[int]]:
    """The numbers of those on the list, in their order.

    Also of who had the use of their data restricted: this is what the law keeps it for (GDPR 18(2)).
    """
    last = 0
    while found := db.session.scalars(
        select(ConsentState.contact_id)
        .where(*_on(made.mailing_list), ConsentState.contact_id > last)
        .order_by(ConsentState.contact_id)
        .limit(AT_ONCE)
    ).all():
        yield found
        last = found[-1]


def _write_people(made: _Made, people: Sequence[int]) -> None:
    events = _events(made, people)
    if not events:
        return
    known, keys = evidence.of_many(events)
    if not made.export.with_circumstances:
        # With the key alone, what is not told could be tried out.
        known, keys = {}, {}
    made.texts |= {event.text_id for event in events if event.text_id}
    made.forms |= {
        event.widget_version_id for event in events if event.widget_version_id
    }
    name = f"people/{len(made.pages) + 1:05}"
    said = {
        contact: list(of_one)
        for contact, of_one in groupby(events, key=lambda event: event.contact_id)
    }
    lines = (
        exporting.line(
            {
                "contact": contact,
                "commitment_key": keys[contact].hex() if contact in keys else None,
                "events": [proofs.told(each, known.get(each.id)) for each in of_one],
            }
        )
        for contact, of_one in said.items()
    )
    made.file.writestr(f"{name}.jsonl", "".join(lines))
    made.file.writestr(f"{name}.html", _page(made, said))
    made.people += len(said)
    made.pages.append(name)


def _events(made: _Made, people: Sequence[int]) -> Sequence[Row[Any]]:
    """What they said about the list and about being measured, up to the checkpoint."""
    measured = purposes.measuring(made.workspace)
    about = (made.mailing_list.purpose_id, measured.opens.id, measured.clicks.id)
    return db.session.execute(
        select(*ConsentEvent.__table__.columns)
        .where(
            ConsentEvent.workspace_id == made.workspace.id,
            ConsentEvent.contact_id.in_(people),
            ConsentEvent.purpose_id.in_(about),
            ConsentEvent.seq <= made.end,
        )
        .order_by(ConsentEvent.contact_id, ConsentEvent.seq)
    ).all()


def _page(made: _Made, said: dict[int, list[Row[Any]]]) -> str:
    contacts = db.session.scalars(select(Contact).where(Contact.id.in_(said))).all()
    with force_locale(made.export.locale):
        told = {
            one.seq: one
            for one in dossier.told([e for of in said.values() for e in of])
        }
        return render(
            "contacts/list_proof_people.html",
            locale=made.export.locale,
            mailing_list=made.mailing_list,
            people=[
                (contact, [(each, told[each.seq]) for each in said[contact.id]])
                for contact in sorted(contacts, key=lambda one: one.id)
            ],
        )


def _write_rest(made: _Made, first: int, prev: str) -> None:
    for name, words in proofs.shown(made.texts, made.forms):
        # Written as they are: what was shown has no line ends of ours.
        made.file.writestr(name, words.encode())
    marks = [
        mark
        for mark in checkpoints.documents(made.workspace)
        if first <= mark["size"] <= made.end
    ]
    for mark in marks:
        if "timestamp" in mark:
            name = f"timestamps/{mark['size']}"
            made.file.writestr(f"{name}.json", verifying.to_stamp(mark))
            made.file.writestr(f"{name}.tsr", base64.b64decode(mark["timestamp"]))
    told = {
        "format": verifying_files.PROOFS,
        "workspace": {"id": made.workspace.id, "name": made.workspace.legal_name},
        "list": {"id": made.mailing_list.id, "name": made.mailing_list.name},
        "made_at": chain.instant(clock.now()),
        "circumstances": made.export.with_circumstances,
        "people": made.people,
        "first": first,
        "prev": prev,
        "checkpoints": marks,
    }
    made.file.writestr("proofs.json", json.dumps(told, ensure_ascii=False, indent=1))
    made.file.writestr(standalone.NAME, standalone.source())
    with force_locale(made.export.locale):
        for name, template in _PAGES.items():
            words = render(
                template,
                locale=made.export.locale,
                workspace=made.workspace,
                mailing_list=made.mailing_list,
                told=told,
                pages=made.pages,
                key=signing.public_key(),
                now=clock.now(),
            )
            made.file.writestr(name, words)


def _on(mailing_list: MailingList) -> tuple[Any, ...]:
    return (
        ConsentState.purpose_id == mailing_list.purpose_id,
        ConsentState.state == State.GIVEN,
    )


def _first(workspace: Workspace, mailing_list: MailingList) -> Any:
    """Where the first of those on the list began to speak."""
    people = select(ConsentState.contact_id).where(*_on(mailing_list))
    return select(func.min(ConsentEvent.seq)).where(
        ConsentEvent.workspace_id == workspace.id,
        ConsentEvent.contact_id.in_(people),
    )
