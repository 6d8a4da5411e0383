"""Figures over everybody: counted at once where people are few, remembered where they are many."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact, RememberedCount
from webapp.core import clock
from webapp.core.db import db

# Fewer people are counted before a reader notices.
MANY = 20_000
# Older figures are counted again by themselves.
FRESH = timedelta(minutes=10)

Figures = dict[str, Any]
# What is counted, such as ("audience", 12).
Subject = tuple[str, int]


@dataclass(frozen=True)
class Counted:
    """Figures, and the moment they were true."""

    figures: Figures
    at: datetime
    # Whether they were counted for this very page.
    is_new: bool = False

    @property
    def is_fresh(self) -> bool:
        """Whether they need not be counted again yet."""
        return self.is_new or clock.now() - self.at < FRESH


def figures(
    workspace: Workspace,
    subject: Subject,
    question: object,
    count: Callable[[], Figures],
    *,
    now: bool,
) -> Counted | None:
    """What `count` gives, or gave when it was last asked; None where that takes a page too long.

    :param question: all that the figures depend on besides the people: another one counts anew.
    :param now: count, however long it takes.
    """
    if not are_many(workspace):
        return Counted(count(), clock.now(), is_new=True)
    if not now:
        return remembered(workspace, {subject: question}).get(subject)
    counted = Counted(count(), clock.now(), is_new=True)
    _remember(workspace, subject, question, counted)
    return counted


def everybody(workspace: Workspace) -> Counted:
    """How many contacts there are: `figures["people"]`, at most as old as figures may be."""

    def count() -> Figures:
        here = Contact.workspace_id == workspace.id
        return {"people": db.session.scalar(select(func.count()).where(here)) or 0}

    subject = ("contacts", 0)
    known = figures(workspace, subject, "", count, now=False)
    if known is not None and known.is_fresh:
        return known
    return figures(workspace, subject, "", count, now=True) or Counted(
        count(), clock.now(), is_new=True
    )


def are_many(workspace: Workspace) -> bool:
    """Whether the workspace knows so many people that counting them takes a while."""
    some = select(Contact.id).where(Contact.workspace_id == workspace.id).offset(MANY)
    return bool(db.session.scalar(select(exists(some.limit(1)))))


def remembered(
    workspace: Workspace, questions: Mapping[Subject, object]
) -> dict[Subject, Counted]:
    """What was counted of each subject, where the question was the same, in one reading."""
    names = {_name(subject): subject for subject in questions}
    rows = db.session.scalars(
        select(RememberedCount).where(
            RememberedCount.workspace_id == workspace.id,
            RememberedCount.subject.in_(names),
        )
    )
    return {
        names[row.subject]: Counted(row.figures, row.at)
        for row in rows
        if row.question == _mark(questions[names[row.subject]])
    }


def _remember(
    workspace: Workspace, subject: Subject, question: object, counted: Counted
) -> None:
    values = {
        "question": _mark(question),
        "figures": counted.figures,
        "at": counted.at,
    }
    db.session.execute(
        insert(RememberedCount)
        .values(workspace_id=workspace.id, subject=_name(subject), **values)
        .on_conflict_do_update(index_elements=["workspace_id", "subject"], set_=values)
    )


def _name(subject: Subject) -> str:
    return f"{subject[0]}:{subject[1]}"


def _mark(question: object) -> str:
    return hashlib.sha256(repr(question).encode()).hexdigest()
