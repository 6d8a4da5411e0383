"""The guard at a widget's door: sees, asks for a proof of work, and lets abuse fall in silence."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from webapp.core import addresses, clock, tokens
from webapp.core.disposable import is_disposable
from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.subscriptions import blocks
from webapp.subscriptions.events import Disowned
from webapp.subscriptions.models import Disposable
from webapp.widgets import attempts, judging, proofs, queries
from webapp.widgets.judging import Signs, Verdict
from webapp.widgets.models import Widget

# After that, how long ago the form was shown says nothing any more, in seconds.
STAMP_LASTS = 24 * 3600
STAMP = "widget shown"


class ProofIsWanted(DomainError):
    """This sign-up is taken once it comes with the solution of `challenge`."""

    status = 428
    message = _l("Please try again in a few minutes.")

    def __init__(self, challenge: dict[str, Any]) -> None:
        """Give the riddle to solve."""
        super().__init__(challenge)
        self.challenge = challenge


@dataclass(frozen=True)
class Visitor:
    """Who stands at the door: a network (None when it tells nothing), and what it can do."""

    network: str | None = None
    has_script: bool = False


def admits(
    widget: Widget, email: str, typed: Mapping[str, str], visitor: Visitor
) -> bool:
    """Whether the sign-up is taken; whoever asks gets the same answer either way.

    :raises ProofIsWanted: when a script that can solve riddles must solve one first.
    """
    proven = proofs.spend(widget, typed.get("altcha", ""))
    judgement = judging.judge(
        replace(
            _signs(widget, email, visitor.network),
            seconds=_seconds(widget, typed.get("stamp", "")),
            trap_filled=bool(typed.get("nickname")),
            widget_under_burst=attempts.is_under_burst(widget),
            proven=proven,
            can_prove=visitor.has_script,
        )
    )
    if judgement.verdict is Verdict.COSTLIER:
        raise ProofIsWanted(proofs.challenge(widget))
    attempts.record(widget, email, visitor.network, judgement, proven=proven)
    return judgement.verdict is Verdict.ACCEPTED


def admits_at_counter(widget: Widget, email: str) -> bool:
    """Whether an address a colleague enters is written to: what guards the address holds here too.

    What guards against strangers does not: a shop's customers all come from one network.
    """
    blocked = blocks.is_blocked(widget.workspace_id, email)
    signs = replace(_signs(widget, email, None), blocked=blocked)
    return judging.judge(signs).verdict is Verdict.ACCEPTED


def lets_write(widget: Widget, email: str) -> bool:
    """Whether the owner of the address still takes sign-up mails; not asked before the answer is given."""
    if not blocks.is_blocked(widget.workspace_id, email):
        return True
    attempts.note_blocked(widget)
    return False


def count_disowned(fact: Disowned) -> None:
    """An address was entered by others: a sign of abuse at the widget it was entered at."""
    if fact.widget_version_id is not None:
        attempts.note_disowned(fact.widget_version_id)


def stamp(widget: Widget) -> str:
    """When the form was shown, for the form to bring back; nobody else can write it."""
    return tokens.sign(STAMP, [widget.public_id, clock.now().timestamp()])


def _signs(widget: Widget, email: str, network: str | None) -> Signs:
    """What is known of the address, and of how much came lately."""
    policy = queries.mailing_list_of(widget).disposable
    domain = addresses.domain(email)
    disposable = policy != Disposable.ACCEPT and is_disposable(domain)
    return Signs(
        counts=attempts.counts(widget, email, network),
        large_domain=domain in addresses.LARGE_DOMAINS,
        disposable=disposable,
        disposable_refused=disposable and policy == Disposable.REFUSE,
    )


def _seconds(widget: Widget, typed: str) -> float | None:
    told = tokens.read(STAMP, typed, max_age=STAMP_LASTS) if typed else None
    if told is None or told[0] != widget.public_id:
        return None
    return clock.now().timestamp() - float(told[1])
