"""What no newsletter leaves without: who writes, the way out, the way to choose (CPCE L34-5, GDPR 7(3))."""

import re
from collections.abc import Collection
from typing import Any

from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.messages.framing import Sender
from webapp.messages.mime import NoWayOut

# The innermost condition or loop: what stands in it is not there for everybody.
_BLOCK = re.compile(
    r"\{%-?\s*(if|for)\b(?:(?!\{%-?\s*(?:if|for|endif|endfor)\b).)*?"
    r"\{%-?\s*end(?:if|for)\b.*?%\}",
    re.DOTALL,
)


class NoWayToChoose(DomainError):
    """A newsletter whose reader cannot see what they agreed to is never sent."""

    message = _l(
        "This newsletter has no link to the preferences: add {{ preferences_url }}, or remove"
        " your own unsubscribe link to get the usual foot."
    )


class SenderIsNotNamed(DomainError):
    """A newsletter of which nobody knows who sends it is never sent."""

    message = _l(
        "This newsletter does not say who sends it: add {{ workspace.name }} where everybody"
        " sees it."
    )


def check(text: str, sender: Sender, names: Collection[str]) -> None:
    """Let pass a newsletter that has all of it, for each of its readers.

    :param text: the text part with its template code; made of the HTML, it holds what is visible.
    :param names: by which the sender is known: one of them must be in the words.
    :raises NoWayOut: without an unsubscribe link.
    :raises NoWayToChoose: without a link to the preferences.
    :raises SenderIsNotNamed: when the words, or the header, name nobody.
    """
    certain = _for_everybody(text)
    if not _prints(certain, "unsubscribe_url"):
        raise NoWayOut
    if not _prints(certain, "preferences_url"):
        raise NoWayToChoose
    named = any(name and name in certain for name in names)
    if not sender.name or not (named or _prints(certain, "workspace.name")):
        raise SenderIsNotNamed


def _for_everybody(text: str) -> str:
    """The words without those that depend on the reader."""
    while (rest := _BLOCK.sub("", text)) != text:
        text = rest
    return text


def _prints(text: str, variable: str) -> Any:
    return re.search(r"\{\{-?\s*" + re.escape(variable) + r"\s*[|}-]", text)
