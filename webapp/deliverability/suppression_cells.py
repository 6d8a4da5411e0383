"""What a cell of somebody else's suppression list says: an address, a reason, a moment."""

import re
import unicodedata
from datetime import UTC, datetime

from webapp.core import addresses
from webapp.deliverability.models import SuppressionReason

# The first that is found in the words of a line; what means a refusal comes before all else.
_REASONS: tuple[tuple[re.Pattern[str], SuppressionReason], ...] = (
    (re.compile("complain|spam|abuse|plainte"), SuppressionReason.COMPLAINT),
    (
        re.compile("unsub|opt ?out|desabonn|desinscri|resili|left everything"),
        SuppressionReason.UNSUBSCRIBED_FROM_ALL,
    ),
    (re.compile("eras|forgot|gdpr|rgpd|efface"), SuppressionReason.ERASED),
    (re.compile("staff"), SuppressionReason.STAFF),
    (re.compile("merged"), SuppressionReason.MERGED),
    (
        re.compile("soft|full|plein|quota|inactiv|temporar"),
        SuppressionReason.SOFT_BOUNCES,
    ),
    (
        re.compile("hard|bounce|invalid|not exist|inexist|unknown user|permanent"),
        SuppressionReason.HARD_BOUNCE,
    ),
)
# Most addresses of this world; the others are looked at by a library, thirty times slower.
_PLAIN = re.compile(
    r"[a-z0-9_%+-]+(\.[a-z0-9_%+-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}",
    re.IGNORECASE,
)
_LONGEST_LOCAL = 64
# Of all that begins with an apostrophe: without it, "'@example.org" would be no address.
_KEPT_FROM_COMPUTING = ("'=", "'+", "'-")
_WITHIN = re.compile(r"<([^<>]+)>\s*$")
_DAYS = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d")
_SECONDS, _MILLISECONDS = 10, 13
_FIRST_YEAR = 1990


def address(typed: str) -> str:
    """The address in a cell, in its normal form; empty when there is none."""
    # Our own export keeps a spreadsheet from computing a cell.
    bare = typed[1:] if typed.startswith(_KEPT_FROM_COMPUTING) else typed
    within = _WITHIN.search(bare)
    bare = within[1].strip() if within else bare
    if (
        _PLAIN.fullmatch(bare)
        and len(bare) <= addresses.MAX_LENGTH
        and bare.index("@") <= _LONGEST_LOCAL
        # Written in its letters where a person enters it.
        and "xn--" not in bare.lower()
    ):
        return bare
    try:
        return addresses.normalise(bare)
    except addresses.AddressIsNotValid:
        return ""


def reason(words: str) -> SuppressionReason:
    """What the words of another tool mean; "imported" where they say nothing to us."""
    said = plain(words)
    for pattern, meant in _REASONS:
        if pattern.search(said):
            return meant
    return SuppressionReason.IMPORTED


def moment(words: str, now: datetime) -> datetime | None:
    """The moment a cell tells, never one to come; now for an empty one, None when not understood."""
    if not words:
        return now
    is_number = words.isascii() and words.isdigit()
    is_count = is_number and len(words) in {_SECONDS, _MILLISECONDS}
    found = _counted(words) if is_count else _written(words)
    if found is None or found.year < _FIRST_YEAR:
        return None
    return min(found, now)


def plain(words: str) -> str:
    """The words in small letters without accents and digits, parted by single blanks."""
    letters = unicodedata.normalize("NFKD", words.casefold())
    kept = "".join(one for one in letters if not unicodedata.combining(one))
    return " ".join(re.findall("[a-z0-9]+", kept))


def _counted(words: str) -> datetime:
    return datetime.fromtimestamp(int(words[:_SECONDS]), UTC)


def _written(words: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(words)
    except ValueError:
        found = None
    for pattern in _DAYS:
        try:
            found = found or datetime.strptime(words, pattern)  # noqa: DTZ007 - below
        except ValueError:
            continue
    if found is None:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
