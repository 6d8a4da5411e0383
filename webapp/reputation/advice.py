"""What to do about the figures, in plain words: pure rules over what was counted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from webapp.core.i18n import _l
from webapp.reputation import thresholds, words
from webapp.reputation.queries import Mail
from webapp.reputation.thresholds import Level

# In percent: from the first on it is to be watched, from the second on something must be done.
HARD = (Decimal(3), Decimal(5))
SOFT = (Decimal(5), Decimal(15))
POLICY = (Decimal("0.5"), Decimal(5))
DEFERRED = (Decimal(10), Decimal(40))
COMPLAINTS = (Decimal("0.1"), Decimal("0.3"))
UNSUBSCRIBED = (Decimal(1), Decimal(3))

A_HABIT = 3

# The pages an advice may lead to.
DOMAINS, LANES, CONTACTS, SUPPRESSED = "domains", "lanes", "contacts", "suppressed"


@dataclass(frozen=True)
class Advice:
    """Something to do, how pressing it is, and the page where one does it."""

    level: Level
    title: str
    text: str
    said: str = ""
    page: str = ""


@dataclass(frozen=True)
class _Sign:
    """Words in a reply, and what is to be done about them."""

    pattern: re.Pattern[str]
    text: Any
    page: str


# The first that is found in what the server said.
_SIGNS = (
    _Sign(
        re.compile(r"4\.7\.28|rate.?limit|too many|unusual rate|OFR_?00[24]|TSS?0?4"),
        _l(
            "Too much comes at once for what this provider knows of you. Sending slows"
            " down by itself; write to those first who read you, and let the numbers"
            " grow from day to day."
        ),
        LANES,
    ),
    _Sign(
        re.compile(r"5\.7\.25|4\.7\.23|reverse|\bptr\b|hostname", re.IGNORECASE),
        _l(
            "The name of the mail server does not fit its address. Ask whoever runs the"
            " server to set its reverse name (PTR)."
        ),
        DOMAINS,
    ),
    _Sign(
        re.compile(
            r"dkim|spf|dmarc|authenticat|unauthenticated|"
            r"[45]\.7\.(9|2[0-24679]|3[012]|515)\b",
            re.IGNORECASE,
        ),
        _l(
            "The provider cannot tell that the mail is yours: a record is missing at"
            " your domain (SPF, DKIM or DMARC). The page of the domain says which one."
        ),
        DOMAINS,
    ),
    _Sign(
        re.compile(
            r"spamhaus|block.?list|black.?list|blocked using|\brbl\b|\bdnsbl\b",
            re.IGNORECASE,
        ),
        _l(
            "The mail server is on a blocklist. Ask your mail provider to have it taken"
            " off, and clean your list before you send again."
        ),
        CONTACTS,
    ),
    _Sign(
        re.compile(r"spam|content|unsolicited|reputation|complain", re.IGNORECASE),
        _l(
            "The provider takes your mail for spam: too few of its people read it, or"
            " some complained. Write to those who read you first, and less often."
        ),
        CONTACTS,
    ),
)


@dataclass(frozen=True)
class _Rule:
    """A figure about the people of a list, and what is to be done when it is too high."""

    column: str
    base: str
    limits: tuple[Decimal, Decimal]
    title: Any
    text: Any
    page: str = ""


_OF_PEOPLE = (
    _Rule(
        "hard",
        "handed",
        HARD,
        _l("Clean the list: %(rate)s of the addresses do not exist"),
        _l(
            "They are suppressed already. Look at where they came from: an old file, a"
            " bought list, a form without confirmation. People who sign up should"
            " confirm from their inbox."
        ),
        CONTACTS,
    ),
    _Rule(
        "complaints",
        "delivered",
        COMPLAINTS,
        _l("%(rate)s of the readers report your mail as spam"),
        _l(
            "Above 0.3 % Gmail, Yahoo and Orange put all your mail among the spam. Write"
            " only to those who asked for it, say in the first line why they get it, and"
            " let leaving be easy to find."
        ),
        SUPPRESSED,
    ),
    _Rule(
        "unsubscribed",
        "delivered",
        UNSUBSCRIBED,
        _l("%(rate)s leave after your mail"),
        _l(
            "It is better than a complaint, but many. Offer less mail on the preferences"
            " page, and write to segments instead of everybody."
        ),
    ),
    _Rule(
        "soft",
        "handed",
        SOFT,
        _l("%(rate)s of the mailboxes are full or asleep"),
        _l(
            "Nobody has opened them for long. After several failures they are suppressed"
            " by themselves; there is nothing to do but to watch it."
        ),
    ),
)
_UNKNOWN = _Sign(
    re.compile(""),
    _l(
        "Read what the server said, and ask your mail provider about it. Meanwhile"
        " sending to it slows down by itself."
    ),
    LANES,
)


def advise(
    everything: Mail, by_provider: Iterable[Mail], unproven: Sequence[str] = ()
) -> list[Advice]:
    """All there is to do, the most pressing first; nothing when all is well.

    :param unproven: the sender domains whose records are not as they must be.
    """
    found = [
        *map(_about_domain, unproven),
        *_about_people(everything),
        *(one for mail in by_provider for one in _about_provider(mail)),
    ]
    order = [Level.ACT, Level.WATCH]
    return sorted(
        (one for one in found if one.level in order),
        key=lambda one: order.index(one.level),
    )


def _about_domain(domain: str) -> Advice:
    return Advice(
        Level.ACT,
        str(_l("The domain %(domain)s is not set up", domain=domain)),
        str(
            _l(
                "Mailbox providers cannot tell that this mail is yours, and more and"
                " more of them refuse it. The page of the domain says what to publish."
            )
        ),
        page=DOMAINS,
    )


def _about_people(mail: Mail) -> Iterable[Advice]:
    for rule in _OF_PEOPLE:
        number, of = getattr(mail, rule.column), getattr(mail, rule.base)
        yield Advice(
            level(number, of, rule.limits),
            str(rule.title) % {"rate": rate(number, of)},
            str(rule.text),
            page=rule.page,
        )


def _about_provider(mail: Mail) -> Iterable[Advice]:
    sign = next((one for one in _SIGNS if one.pattern.search(mail.said)), _UNKNOWN)
    name = words.provider(mail.name)
    yield Advice(
        _refusals(mail),
        str(
            _l(
                "%(provider)s refuses your mail: %(number)s messages",
                provider=name,
                number=words.number(mail.policy),
            )
        ),
        str(sign.text),
        said=mail.said,
        page=sign.page,
    )
    yield Advice(
        level(mail.deferred, mail.handed, DEFERRED),
        str(
            _l(
                "%(provider)s makes your mail wait: %(number)s messages",
                provider=name,
                number=words.number(mail.deferred),
            )
        ),
        str(sign.text) if mail.said else str(_WAITS),
        said="" if mail.policy else mail.said,
        page=sign.page if mail.said else LANES,
    )


def _refusals(mail: Mail) -> Level:
    """Three refusals of us are a habit, however few messages there were."""
    if mail.policy < A_HABIT:
        return Level.GOOD
    found = level(mail.policy, mail.handed, POLICY)
    if found is not Level.FEW:
        return found
    return Level.ACT if mail.policy * 2 > mail.handed else Level.WATCH


_WAITS = _l(
    "They are tried again by themselves, and most of them arrive. When it lasts, send in"
    " smaller portions: the provider has to get to know you."
)


def level(number: int, of: int, limits: tuple[Decimal, Decimal]) -> Level:
    """What so many of so many call for."""
    return thresholds.level(number, of, *limits)


def good_below(limits: tuple[Decimal, Decimal]) -> str:
    """The rate below which all is well, as people write it."""
    return words.percent(limits[0])


def rate(number: int, of: int) -> str:
    """So many of so many, as people write it."""
    return words.percent(Decimal(100 * number) / max(of, 1))
