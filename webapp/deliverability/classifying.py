"""What a refusal is about: the person's mailbox, us, or this message. Pure rules.

The enhanced codes are those of RFC 3463, 5248, 7372 and 7505; what the providers write
beside them wins where they use a code otherwise (Exchange says 5.1.10 of a person).
"""

import re
from collections.abc import Iterable

from webapp.deliverability.reply_patterns import STRONG, WEAK, Category, Rule

__all__ = ["Category", "classify"]

# Whose servers answer in the same words.
_SAME = {"office365": "microsoft"}
# A diagnosis says what it has to say in its first lines.
LONGEST = 2000
_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]\d)")
_CODE = re.compile(r"(?<![\d.])([245]\d\d)(?=[ -])")

# By subject and detail, whatever the class.
_BY_DETAIL = {
    (1, 1): Category.INVALID_RECIPIENT,
    (1, 2): Category.BAD_DOMAIN,
    (1, 3): Category.INVALID_RECIPIENT,
    (1, 4): Category.INVALID_RECIPIENT,
    (1, 6): Category.INACTIVE_MAILBOX,
    (1, 7): Category.POLICY,
    (1, 8): Category.POLICY,
    (1, 10): Category.BAD_DOMAIN,
    (2, 1): Category.INACTIVE_MAILBOX,
    (2, 2): Category.MAILBOX_FULL,
    (2, 3): Category.MESSAGE_REFUSED,
    (3, 4): Category.MESSAGE_REFUSED,
    (4, 7): Category.EXPIRED,
    (5, 3): Category.THROTTLED,
    (7, 13): Category.INACTIVE_MAILBOX,
    (7, 17): Category.INVALID_RECIPIENT,
    (7, 18): Category.BAD_DOMAIN,
}
# Where the detail says no more; 4 and 5.0 alone say nothing of their own.
_BY_SUBJECT = {
    3: Category.TEMPORARY,
    4: Category.TEMPORARY,
    5: Category.PROTOCOL,
    6: Category.MESSAGE_REFUSED,
    7: Category.POLICY,
}
# What a text may say more of than the subject of its code does.
_VAGUE = frozenset({1, 2, 3, 4, 5})
_BY_CODE = {
    421: Category.THROTTLED,
    521: Category.BAD_DOMAIN,
    530: Category.POLICY,
    535: Category.POLICY,
    551: Category.INVALID_RECIPIENT,
    552: Category.MAILBOX_FULL,
    556: Category.BAD_DOMAIN,
}
# A mailbox that is unknown for the moment may be known in an hour.
_NOT_FOR_NOW = frozenset(
    {
        Category.INVALID_RECIPIENT,
        Category.BAD_DOMAIN,
        Category.INACTIVE_MAILBOX,
        Category.PROTOCOL,
    }
)


def classify(code: int, enhanced: str, text: str, provider: str = "") -> Category:
    """What the answer is about; `code` 0 and `enhanced` "" where the server gave none.

    `provider` is the mailbox provider that said it (`lanes/providers.py`), if known.
    """
    said = " ".join(text[:LONGEST].lower().split())
    code = code or _first_code(said)
    provider = _SAME.get(provider, provider)
    detail = _detail(enhanced) or _detail(_first_enhanced(said))
    found = _category(code, detail, said, provider)
    if _is_for_now(code, detail) and found in _NOT_FOR_NOW:
        return Category.TEMPORARY
    if _is_for_now(code, detail) and found is Category.POLICY:
        # RFC 3463 4.7.x: come back, slower (Gmail 4.7.28, Microsoft 4.7.650).
        return Category.THROTTLED
    return found


def _category(code: int, detail: tuple[int, ...], said: str, provider: str) -> Category:
    strong = _first(STRONG, said, provider)
    if strong:
        return _kept_off_the_person(strong, detail)
    if detail[1:] in _BY_DETAIL:
        return _BY_DETAIL[detail[1:]]  # type: ignore[index]
    subject = detail[1] if detail else 0
    weak = _first(WEAK, said, provider)
    if subject == 7:
        return _about_us(weak)
    if weak and (not subject or subject in _VAGUE):
        return weak
    return _BY_SUBJECT.get(subject) or _by_code(code)


def _kept_off_the_person(found: Category, detail: tuple[int, ...]) -> Category:
    """5.7.x is about us: whatever the text says, no person pays for it."""
    is_policy = detail[1:2] == (7,) and detail[1:] not in _BY_DETAIL
    return Category.POLICY if is_policy and found.is_about_person else found


def _about_us(weak: Category | None) -> Category:
    kept = {Category.REPUTATION, Category.THROTTLED, Category.MESSAGE_REFUSED}
    return weak if weak in kept else Category.POLICY


def _by_code(code: int) -> Category:
    if code in _BY_CODE:
        return _BY_CODE[code]
    if 500 <= code <= 504:
        return Category.PROTOCOL
    return Category.TEMPORARY if 400 <= code < 500 else Category.UNKNOWN


def _first(rules: Iterable[Rule], said: str, provider: str) -> Category | None:
    return next((rule.category for rule in rules if rule.fits(said, provider)), None)


def _is_for_now(code: int, detail: tuple[int, ...]) -> bool:
    return (detail[0] if detail else code // 100) == 4


def _detail(enhanced: str) -> tuple[int, ...]:
    found = _ENHANCED.fullmatch(enhanced.strip())
    return tuple(int(part) for part in found[1].split(".")) if found else ()


def _first_enhanced(said: str) -> str:
    found = _ENHANCED.search(said)
    return found[1] if found else ""


def _first_code(said: str) -> int:
    found = _CODE.search(said)
    return int(found[1]) if found else 0
