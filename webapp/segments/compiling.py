"""From the rules of a segment to one SELECT of contacts; every value is bound.

A condition about clicks, or about what people do on the site, knows nothing of whoever does
not agree to be measured: neither it nor its opposite holds for them. "not" is therefore
carried down to the conditions (`negated`), where it is known what it may say.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    Text,
    and_,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import BIT

from webapp.accounts.models import Workspace
from webapp.consent import gate
from webapp.contacts.models import Contact
from webapp.core.i18n import _l
from webapp.segments import cataloguing, columns, comparing, tallying
from webapp.segments.catalogue import Catalogue
from webapp.segments.comparing import Truth
from webapp.segments.kinds import OPPOSITES, Kind, Operator
from webapp.segments.scope import Scope
from webapp.segments.subjects import Measure, Subject
from webapp.segments.tree import Condition, Group, Match, RuleError

# A sample is cut by two bytes of a hash.
PARTS = 65536


@dataclass(frozen=True)
class Leaf:
    """Whether one condition holds, and whose consent it needs to say that it does, or does not."""

    truth: Truth
    needs_yes: bool = False
    needs_yes_to_deny: bool = False


def members(
    workspace: Workspace,
    root: Group,
    known: Catalogue | None = None,
    *,
    few: bool = False,
) -> Select[int]:
    """The ids of the workspace's contacts for whom the rules hold now.

    Nobody is among them who asked us to use their data for nothing. Other segments are
    taken as their memberships stand.

    :param few: only a few of them will be looked at: a page, a sample, those who changed.
    :raises RuleError: when the workspace has not what a condition asks about.
    """
    scope = Scope(workspace, known or cataloguing.of(workspace), few=few)
    return _asked(select(Contact.id), root, scope)


def people(
    workspace: Workspace, root: Group, known: Catalogue | None = None
) -> Select[Contact]:
    """The contacts themselves, for a page of a few; all else is as `members` says."""
    scope = Scope(workspace, known or cataloguing.of(workspace), few=True)
    return _asked(select(Contact), root, scope)


def truths(
    workspace: Workspace, conditions: list[Condition], known: Catalogue
) -> Select[Any]:
    """For each contact and condition whether it holds, and whether it does not (neither: unknown)."""
    scope = Scope(workspace, known, few=True)
    told: list[Any] = [
        _held(one, scope, negated=negated, alone=False).label(f"c{number}_{negated:d}")
        for number, one in enumerate(conditions)
        for negated in (False, True)
    ]
    everybody = select(*told).select_from(Contact)
    return scope.joined(everybody).where(Contact.workspace_id == workspace.id)


def _asked(what: Select[Any], root: Group, scope: Scope) -> Select[Any]:
    held = _held(root, scope, negated=False, alone=True)
    return scope.joined(what).where(
        Contact.workspace_id == scope.workspace.id, gate.usable(), held
    )


def _held(
    node: Condition | Group, scope: Scope, *, negated: bool, alone: bool
) -> Truth:
    """Whether a node holds, or certainly does not (`negated`).

    `alone` says that nothing but "and" stands around it: the database may then begin with it.
    """
    if isinstance(node, Condition):
        return _condition(node, scope, negated=negated, alone=alone)
    if node.match is Match.NONE:
        negated = not negated
    every = (node.match is Match.ALL) != negated
    alone = alone and (every or len(node.rules) == 1)
    join = and_ if every else or_
    return join(
        *(_held(rule, scope, negated=negated, alone=alone) for rule in node.rules)
    )


def _condition(
    condition: Condition, scope: Scope, *, negated: bool, alone: bool
) -> Truth:
    subject = scope.known.find(condition.subject)
    if subject is None:
        raise RuleError("", _l("What this condition asks about is gone."))
    if condition.operator in OPPOSITES:
        condition = replace(condition, operator=OPPOSITES[condition.operator])
        negated = not negated
    if condition.operator is Operator.NEVER:
        condition = replace(
            condition, operator=Operator.AT_LEAST, value=1, measure=Measure.COUNT
        )
        negated = not negated
    leaf = _leaf(condition, subject, scope, alone=alone)
    truth = leaf.truth
    if negated:
        truth = not_(truth) if tallying.is_sure(truth) else truth.is_not(True)
    needed = leaf.needs_yes_to_deny if negated else leaf.needs_yes
    return and_(scope.measured(), truth) if needed else truth


def _leaf(condition: Condition, subject: Subject, scope: Scope, *, alone: bool) -> Leaf:
    if subject.kind is Kind.TIMES:
        truth = tallying.held(condition, scope, alone=alone)
    elif subject.kind is Kind.SEGMENT:
        return _segment(condition, subject, scope)
    elif subject.kind is Kind.SAMPLE:
        return Leaf(_sample(condition))
    else:
        truth = columns.held(condition, subject, scope)
    return Leaf(truth, subject.needs_measuring, subject.needs_measuring)


def _segment(condition: Condition, subject: Subject, scope: Scope) -> Leaf:
    member = scope.membership(subject.number)
    # Whoever is in it is in it for something we may know; of the others we may not know why.
    denied = subject.needs_measuring
    if condition.operator is Operator.IN:
        return Leaf(member.contact_id.is_not(None), needs_yes_to_deny=denied)
    lately = comparing.moment(member.entered_at, condition, scope.workspace)
    return Leaf(lately, needs_yes_to_deny=denied)


def _sample(condition: Condition) -> Truth:
    """The same people each time, others for another salt, whatever the database's version."""
    seed = literal(f"{condition.salt}:").concat(cast(Contact.id, Text))
    hashed = literal("x").concat(func.substr(func.md5(seed), 1, 4))
    part = cast(cast(hashed, BIT(16)), Integer)
    share: Any = condition.value
    return part < round(share * PARTS / 100)
