"""Campaigns that have been sent: who got them, what the servers said, who read and who left."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from webapp.consent.models import State
from webapp.deliverability.models import SuppressionReason
from webapp.demo.letters import Letter
from webapp.demo.shop import About
from webapp.demo.stories import Life, Said
from webapp.messages.models import Status

# A small shop's provider takes some twenty-five messages a second.
PACE = timedelta(milliseconds=40)
ACCEPTED = (250, "2.0.0 Ok: queued")
UNKNOWN = (550, "5.1.1 The e-mail account does not exist")
FULL = (552, "5.2.2 Mailbox full")


@dataclass(frozen=True)
class Sending:
    """One message of a campaign and what became of it."""

    id: int
    life: Life
    status: Status
    attempts: int
    answer: tuple[int, str]
    at: datetime
    opens: bool
    clicks: bool


@dataclass(frozen=True)
class Seen:
    """An open (no link) or a click; `link` counts from nought."""

    sending: Sending
    link: int | None
    at: datetime
    by_machine: bool = False


def audience(
    letter: Letter, start: datetime, lives: Sequence[Life]
) -> tuple[list[Life], dict[str, int]]:
    """Who was to get it at that moment, and how many were left out, by reason."""
    known = [life for life in lives if life.came_at < start]
    reasons = [(life, life.reason(letter.about, start)) for life in known]
    left_out = Counter(reason.value for _, reason in reasons if reason)
    return [life for life, reason in reasons if reason is None], dict(left_out)


def send(
    numbered: Sequence[tuple[int, Life]], start: datetime, random: Random
) -> list[Sending]:
    """Send it to everybody; an address that does not exist is never written to again."""
    sendings = []
    for place, (number, life) in enumerate(numbered):
        at = start + place * PACE
        status, attempts, answer = Status.SENT, 1, ACCEPTED
        luck = random.random()
        if luck < 0.008:
            status, answer = Status.BOUNCED, UNKNOWN if luck < 0.006 else FULL
        elif luck < 0.04:
            attempts = 2 if luck < 0.032 else 3
            at += timedelta(minutes=random.uniform(4, 7) * (1 if attempts == 2 else 4))
        if answer is UNKNOWN:
            life.suppressed = (SuppressionReason.HARD_BOUNCE, at)
        opens, clicks = (
            life.where(about, start) is State.GIVEN
            for about in (About.OPENS, About.CLICKS)
        )
        sendings.append(
            Sending(number, life, status, attempts, answer, at, opens, clicks)
        )
    return sendings


def read(
    letter: Letter, sendings: Sequence[Sending], random: Random, now: datetime
) -> list[Seen]:
    """What people did with it: most of it is known to nobody but them; a few leave."""
    seen: list[Seen] = []
    for sending in sendings:
        if sending.status is Status.SENT:
            seen += _read_one(letter, sending, random, now)
    return seen


def still_agreed(seen: Sequence[Seen], now: datetime) -> list[Seen]:
    """A withdrawal also takes away what was measured before it."""
    return [
        each
        for each in seen
        if each.sending.life.where(_measure(each), now) is State.GIVEN
    ]


def _measure(seen: Seen) -> About:
    return About.OPENS if seen.link is None else About.CLICKS


def _read_one(
    letter: Letter, sending: Sending, random: Random, now: datetime
) -> list[Seen]:
    is_read = random.random() < 0.25 + 0.6 * sending.life.interest
    # Half of the readers come within three hours, and some a week later.
    delay = timedelta(hours=random.lognormvariate(1.1, 1.3))
    opened = sending.at + delay
    if not is_read or opened + timedelta(minutes=1) > now:
        return []
    seen: list[Seen] = []
    if sending.opens:
        again = [opened + timedelta(hours=random.expovariate(0.1))] * (
            random.random() < 0.3
        )
        seen += [Seen(sending, None, at) for at in (opened, *again) if at < now]
        if random.random() < 0.03:
            prefetched = sending.at + timedelta(seconds=random.uniform(1, 8))
            seen.append(Seen(sending, None, prefetched, by_machine=True))
    if random.random() < 0.3:
        seen += _click(letter, sending, opened, random, now)
    if random.random() < 0.012:
        _leave(letter, sending, opened + timedelta(seconds=40), random)
    return seen


def _click(
    letter: Letter, sending: Sending, opened: datetime, random: Random, now: datetime
) -> list[Seen]:
    count = len(letter.links)
    if not sending.clicks:
        return []
    # What stands first is followed most.
    wanted = set(
        random.choices(
            range(count), range(2 * count, count, -1), k=random.choice((1, 1, 2))
        )
    )
    clicks = [
        Seen(sending, link, opened + timedelta(seconds=random.uniform(15, 240)))
        for link in sorted(wanted)
    ]
    return [click for click in clicks if click.at < now]


def _leave(letter: Letter, sending: Sending, at: datetime, random: Random) -> None:
    life, how = sending.life, random.random()
    if life.suppressed or life.where(letter.about, at) is not State.GIVEN:
        return
    method = "one_click" if how < 0.65 else "unsubscribe_page"
    leaving = [letter.about]
    life.forget_after(at)
    if how > 0.92:
        leaving = [each for each in About if life.where(each, at) is State.GIVEN]
        life.suppressed = (SuppressionReason.UNSUBSCRIBED_FROM_ALL, at)
    elif how > 0.90:
        life.suppressed = (SuppressionReason.COMPLAINT, at)
    detail = {"reason": "too_often"} if method != "one_click" and how < 0.8 else {}
    life.say(
        *(
            Said(each, State.WITHDRAWN, method, at, sending.id, None, detail)
            for each in leaving
        )
    )
