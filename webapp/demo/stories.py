"""What each customer said about each purpose, and when: a life, from the door they came by."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from webapp.consent.gate import Reason
from webapp.consent.models import State
from webapp.deliverability.models import SuppressionReason
from webapp.demo.people import Person, weighted
from webapp.demo.shop import STORY, About
from webapp.subscriptions.deadlines import MOST_DAYS

# By which door people come, and how many of a hundred: the form at the foot of the site,
# the form of the workshops, the counter of the shop; some only ever bought something.
DOORS = (
    (About.NEWS, "widget", 60),
    (About.WORKSHOP, "widget", 17),
    (About.ADVICE, "staff", 18),
    (None, "staff", 5),
)
HOURS = (*range(7, 23),)
BUSY = (1, 2, 4, 6, 6, 7, 8, 7, 5, 5, 6, 7, 8, 9, 8, 4)


@dataclass(frozen=True)
class Said:
    """One thing somebody said about one purpose."""

    about: About
    state: State
    method: str
    at: datetime
    message_id: int | None = None
    through_widget: About | None = None
    detail: dict[str, str] = field(default_factory=dict)


@dataclass
class Life:
    """A customer and all they said, in its order."""

    contact_id: int
    person: Person
    source: str
    came_at: datetime
    # How readily the person opens mail, from 0 to 1.
    interest: float
    said: list[Said] = field(default_factory=list)
    suppressed: tuple[SuppressionReason, datetime] | None = None
    restricted_at: datetime | None = None

    def where(self, about: About, at: datetime) -> State | None:
        """Where the person stood with a purpose at a moment."""
        for said in reversed(self.said):
            if said.about is about and said.at <= at:
                return said.state
        return None

    def reason(self, about: About, at: datetime) -> Reason | None:
        """Why the person was not to be written to at a moment, as the gate says it."""
        if self.restricted_at and self.restricted_at <= at:
            return Reason.RESTRICTED
        if self.suppressed and self.suppressed[1] <= at:
            return Reason.SUPPRESSED
        state = self.where(about, at)
        if state is State.GIVEN:
            return None
        return Reason(state.value) if state else Reason.NEVER_ASKED

    def say(self, *words: Said) -> None:
        """Say something at the end of the story so far."""
        self.said.extend(words)

    def forget_after(self, at: datetime) -> None:
        """What was to come later does not happen."""
        self.said = [said for said in self.said if said.at <= at]


def live(contact_id: int, person: Person, random: Random, now: datetime) -> Life:
    """The life of one customer until today."""
    about, door, _ = weighted(random, DOORS)
    came_at = _moment(random, now)
    life = Life(contact_id, person, door, came_at, random.betavariate(1.6, 2.2))
    if about is None:
        return life
    if about is About.WORKSHOP:
        _agree(life, about, random, came_at, method="widget")
    else:
        _sign_up(life, about, random, now)
    if life.where(about, now) is State.GIVEN:
        _change(life, about, random, now)
    if random.random() < 0.0008:
        life.restricted_at = came_at + (now - came_at) * random.random()
    return life


def _moment(random: Random, now: datetime) -> datetime:
    """A moment of the shop's story; it grows, so the last months see more people."""
    day: datetime = now - STORY * random.random() ** 1.3
    hour = random.choices(HOURS, BUSY)[0]
    at = day.replace(
        hour=hour, minute=random.randrange(60), second=random.randrange(60)
    )
    return at if at < now - timedelta(hours=1) else at - timedelta(days=1)


def _sign_up(life: Life, about: About, random: Random, now: datetime) -> None:
    """Double opt-in: asked at the door, agreed to in the mailbox, by most of them."""
    at, widget = life.came_at, about if life.source == "widget" else None
    detail = {} if widget else {"collected": "shop"}
    life.say(Said(about, State.PENDING, life.source, at, None, widget, detail))
    answered = at + timedelta(minutes=min(random.lognormvariate(2.6, 1.8), 9000))
    # Unanswered requests of the site are forgotten after a month.
    is_kept = at > now - timedelta(days=MOST_DAYS) or life.source == "staff"
    if answered < now and (not is_kept or random.random() < 0.86):
        _agree(life, about, random, answered, method="confirmation")


def _agree(
    life: Life, about: About, random: Random, at: datetime, *, method: str
) -> None:
    widget = about if life.source == "widget" else None
    opens = random.random() < 0.40
    clicks = random.random() < (0.72 if opens else 0.08)
    wanted = [about, *[About.OPENS] * opens, *[About.CLICKS] * clicks]
    life.say(*(Said(each, State.GIVEN, method, at, None, widget) for each in wanted))


def _change(life: Life, about: About, random: Random, now: datetime) -> None:
    """Some come back to their page of preferences, once or twice, and change their mind."""
    joins = random.random() < 0.24
    if joins:
        others = [each for each in (About.NEWS, About.ADVICE) if each is not about]
        _prefer(life, random.choice(others), State.GIVEN, random, now)
    if random.random() < 0.05:
        _prefer(life, about, State.WITHDRAWN, random, now)
    for measure in (About.OPENS, About.CLICKS):
        agreed = life.where(measure, now) is State.GIVEN
        if agreed and random.random() < 0.07:
            _prefer(life, measure, State.WITHDRAWN, random, now)
        elif not agreed and random.random() < 0.02:
            _prefer(life, measure, State.REFUSED, random, now)


def _prefer(
    life: Life, about: About, state: State, random: Random, now: datetime
) -> None:
    since = life.said[-1].at
    at = since + (now - since) * random.uniform(0.05, 0.98)
    life.say(Said(about, state, "preferences", at))
