"""What the status of a person at another tool means here: they agree, they say nothing, or they refuse."""

import re

from webapp.deliverability import suppression_cells
from webapp.deliverability.models import SuppressionReason
from webapp.imports import headings

AGREES = "agrees"
SILENT = "silent"
# Everything else is the reason of a suppression.
_YES = {
    *("subscribed", "subscriber", "active", "actif", "active subscriber", "enabled"),
    *("abonne", "abonnee", "inscrit", "inscrite", "confirmed", "confirme", "opt in"),
    *("optin", "opted in", "optedin", "granted", "single opt in", "double opt in"),
    *("consenti", "accepte", "valide", "ok"),
}
_NO_ANSWER = {
    *("unconfirmed", "pending", "en attente", "non confirme", "nonsubscribed"),
    *("non subscribed", "transactional", "archived", "archive", "never subscribed"),
    *("not subscribed", "non abonne", "unknown", "inconnu", "inactive", "inactif"),
    *("no opt in", "non inscrit", "prospect", ""),
}
_REFUSES = {
    *("blocklisted", "blacklisted", "blocklist", "blackliste", "blacklist", "disabled"),
    *("blocked", "opted out", "optout", "opt out", "denied", "refuse", "stop"),
    *("revoked", "retire", "exclu", "non sollicite"),
}
_GONE = {"cleaned", "npai", "nettoye", "rejected", "rejete", "undelivered", "invalide"}
_TRUE = {"1", "yes", "oui", "true", "vrai", "o", "y", "x"}
_FALSE = {"0", "no", "non", "false", "faux", "n"}
_KNOWN: dict[str, str] = {
    **dict.fromkeys(_YES, AGREES),
    **dict.fromkeys(_NO_ANSWER, SILENT),
    **dict.fromkeys(_REFUSES, SuppressionReason.UNSUBSCRIBED_FROM_ALL.value),
    **dict.fromkeys(_GONE, SuppressionReason.HARD_BOUNCE.value),
}
# The heading of a column in which "yes" means that somebody wants no mail.
_OF_REFUSALS = re.compile(
    r"unsub|black ?list|block ?list|desinscri|desabonn|opt ?out|stop|oppos|bloque"
)


def meaning(heading: str, cell: str) -> str:
    """What a cell of a column with this heading says: AGREES, SILENT or a SuppressionReason."""
    words = headings.plain(cell)
    if words in _TRUE | _FALSE:
        return _answer(headings.plain(heading), says_yes=words in _TRUE)
    if words in _KNOWN:
        return _KNOWN[words]
    if _OF_REFUSALS.search(headings.plain(heading)) and _is_moment(words):
        # A column such as "unsubscribed at" is filled in for those who left.
        return SuppressionReason.UNSUBSCRIBED_FROM_ALL
    reason = suppression_cells.reason(cell)
    # Words that say nothing to us are no agreement.
    return SILENT if reason is SuppressionReason.IMPORTED else reason


def refusal(said: str) -> str:
    """The reason of a suppression where everybody in the file refuses; an "agreed" there is none."""
    if said in {"", SILENT}:
        return SuppressionReason.UNSUBSCRIBED_FROM_ALL
    return said


def _answer(heading: str, *, says_yes: bool) -> str:
    if _OF_REFUSALS.search(heading):
        refused = SuppressionReason.UNSUBSCRIBED_FROM_ALL
        return refused if says_yes else AGREES
    # A "no" to a newsletter box is no wish never to be written to: it brings no consent.
    return AGREES if says_yes else SILENT


def _is_moment(words: str) -> bool:
    return bool(re.fullmatch(r"[\d ]{6,}[a-z\d ]*", words))
