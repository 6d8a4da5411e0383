"""Who asks for a pixel or a link: a reader's program, or a machine that shows itself.

What only time tells (too early, everything at once, the trap) is found in `ingesting`.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

from crawlerdetect import CrawlerDetect


class Signal(StrEnum):
    """The sign by which a machine was known; as the column of a hit holds it."""

    # Asked without wanting the answer.
    HEAD = "head"
    # Said that nobody looked yet.
    AHEAD = "ahead"
    # A listed robot, scanner or program.
    AGENT = "agent"
    # A mail program that fetches every picture, read or not (Apple's privacy protection).
    PROXY = "proxy"
    # Before anybody could have read it.
    EARLY = "early"
    # All links at once.
    BURST = "burst"
    # Followed the link that nobody sees.
    TRAP = "trap"


# How the journal spells what the web processes know; h is a reader.
LETTERS = {
    "h": "",
    "q": Signal.HEAD.value,
    "p": Signal.AHEAD.value,
    "a": Signal.AGENT.value,
    "x": Signal.PROXY.value,
    # Journals of before.
    "m": Signal.AGENT.value,
}
_LETTER_OF = {signal: letter for letter, signal in reversed(LETTERS.items())}

_AHEAD = (
    "HTTP_SEC_PURPOSE",
    "HTTP_PURPOSE",
    "HTTP_X_PURPOSE",
    "HTTP_X_MOZ",
)
# Apple's proxies (and some others) give their name away by having none.
_BARE = frozenset({"mozilla/5.0", "mozilla/4.0"})
# Gmail's own look at pictures before the mail is opened; no browser calls itself so.
_GMAIL_AHEAD = re.compile(r"chrome/42\.\S+ safari/\S+ edge/12\.246 mozilla/5\.0$")
# Programs in which people read: lists of robots name some of them. The proxies of Gmail and
# Yahoo fetch a picture when somebody opens the mail.
_READERS = re.compile(
    r"googleimageproxy|yahoomailproxy|microsoft outlook|outlook-(?:ios|android)"
    r"|thunderbird|airmail|evolution/|k-?9 mail|fairemail",
)
# Scanners of mail, which lists of web robots leave out.
_SCANNERS = re.compile(
    r"barracuda|proofpoint|mimecast|safelinks|microsoft defender|fortimail|fortiguard"
    r"|trendmicro|ironport|cisco[- ]?(?:secure|esa)|messagelabs|symantec|sophos|vade ?secure"
    r"|mailscanner|spamassassin|rspamd|preview|headless|python|monitor"
)
_LISTED = CrawlerDetect()


def letter(method: str, headers: Mapping[str, Any]) -> str:
    """What one request shows by itself, as the journal spells it.

    :param headers: as WSGI names them (`HTTP_USER_AGENT`).
    """
    if method == "HEAD":
        return _LETTER_OF[Signal.HEAD]
    for name in _AHEAD:
        if name in headers:
            return _LETTER_OF[Signal.AHEAD]
    return letter_of_agent(headers.get("HTTP_USER_AGENT", ""))


# Devices are few beside requests; what is forgotten is looked at again.
@lru_cache(maxsize=8192)
def letter_of_agent(agent: str) -> str:
    """What the name of a program says, as the journal spells it."""
    name = agent.strip().lower()
    if name in _BARE:
        return _LETTER_OF[Signal.PROXY]
    if _GMAIL_AHEAD.search(name):
        return _LETTER_OF[Signal.AHEAD]
    if not name or _SCANNERS.search(name):
        return _LETTER_OF[Signal.AGENT]
    if _READERS.search(name):
        return "h"
    # A name made to be long must not cost seconds.
    return _LETTER_OF[Signal.AGENT] if _LISTED.is_crawler(agent[:400]) else "h"
