"""What is done with the lines of each kind of file: counted, and taken."""

from typing import Protocol

from webapp.accounts.models import Workspace
from webapp.core.db import db
from webapp.imports import counting, standing, taking
from webapp.imports.counting import Figures
from webapp.imports.models import ImportRun, Kind
from webapp.imports.purchases import Told
from webapp.imports.weighing import Scales, Span
from webapp.subscriptions.models import MailingList


class Handler(Protocol):
    """One import, as its kind does it."""

    def count(self, span: Span) -> Figures:
        """What these lines would do."""

    def take(self, span: Span) -> Figures:
        """Do it; gives the same figures."""


class People:
    """Files of contacts and of opt-outs."""

    def __init__(self, run: ImportRun, workspace: Workspace) -> None:
        """Get ready."""
        self.scales = Scales(run, workspace)
        self.lists = lists_of(workspace, self.scales.answers.lists)

    def count(self, span: Span) -> Figures:
        """What these lines would do."""
        return counting.count(self.scales, span, self.lists)

    def take(self, span: Span) -> Figures:
        """Do it: people first, then refusals, then consents, which a refusal stops."""
        figures = taking.take(self.scales, span, self.lists)
        done: Figures = standing.refuse(self.scales, span)
        if self.scales.answers.brings_consents:
            done["consents"] = {
                str(one.id): standing.agree(self.scales, span, one)
                for one in self.lists
            }
        return {**figures, "done": done}


def of(run: ImportRun) -> Handler:
    """The handler of an import."""
    workspace = db.session.get_one(Workspace, run.workspace_id)
    if run.kind in {Kind.ORDERS, Kind.EVENTS}:
        return Told(run, workspace)
    return People(run, workspace)


def lists_of(workspace: Workspace, numbers: list[int]) -> list[MailingList]:
    """The lists of the workspace with these numbers, in their order."""
    found = (db.session.get(MailingList, number) for number in numbers)
    return [one for one in found if one and one.workspace_id == workspace.id]
