"""Why somebody is in a segment, or is not: each condition with its answer for that person."""

from collections.abc import Iterator
from dataclasses import dataclass

from webapp.accounts.models import Workspace
from webapp.contacts.models import Contact
from webapp.core.db import db
from webapp.segments import compiling, describing
from webapp.segments.catalogue import Catalogue
from webapp.segments.rules import Condition, Group, Match, conditions

# Three answers (Kleene's logic): what is unknown stands between no and yes.
_RANK: dict[bool | None, int] = {False: 0, None: 1, True: 2}
_OPPOSITE: dict[bool | None, bool | None] = {False: True, None: None, True: False}


@dataclass(frozen=True)
class Answer:
    """A condition or a group with what it says of one person.

    `holds` is None where we may not know: the person does not agree to be measured.
    """

    holds: bool | None
    # Of a condition.
    words: str = ""
    # Of a group.
    match: Match | None = None
    answers: tuple["Answer", ...] = ()


def explain(
    workspace: Workspace, root: Group, known: Catalogue, contact: Contact
) -> Answer:
    """What each condition says of this person now."""
    asked = list(conditions(root))
    truths = compiling.truths(workspace, asked, known).where(Contact.id == contact.id)
    row = iter(db.session.execute(truths).one())
    told = iter(
        [_known(bool(holds), bool(not_)) for holds, not_ in zip(row, row, strict=True)]
    )
    return _answer(root, told, known)


def _known(holds: bool, fails: bool) -> bool | None:  # noqa: FBT001 - the two sides of one answer
    return holds if holds != fails else None


def _answer(
    node: Condition | Group, told: Iterator[bool | None], known: Catalogue
) -> Answer:
    if isinstance(node, Condition):
        return Answer(next(told), words=describing.condition(node, known))
    answers = tuple(_answer(rule, told, known) for rule in node.rules)
    return Answer(_together(node.match, answers), match=node.match, answers=answers)


def _together(match: Match, answers: tuple[Answer, ...]) -> bool | None:
    """What the answers say together: the worst of all, the best of any."""
    found = [answer.holds for answer in answers]
    if match is Match.ALL:
        return min(found, key=_RANK.__getitem__)
    best = max(found, key=_RANK.__getitem__)
    return _OPPOSITE[best] if match is Match.NONE else best
