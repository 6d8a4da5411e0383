"""The figures of a campaign: what may be said, over whom, and what is kept silent."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

# Below this a count can point at a person, so it is not shown.
LEAST = 10


@dataclass(frozen=True)
class Measured:
    """Opens or clicks: always over the people who agreed to be measured, never over all."""

    # Delivered messages whose reader agrees to this being measured.
    people: int
    delivered: int
    # People who did it at least once, machines left out.
    did: int
    # People for whom only a scanner or a prefetching proxy did it.
    machines: int

    @property
    def with_machines(self) -> int | None:
        """People for whom somebody or something did it; None when either is kept silent."""
        silent = self.hidden or is_small(self.machines)
        return None if silent else self.did + self.machines

    @property
    def coverage(self) -> float:
        """The share of delivered messages that is measured."""
        return self.people / self.delivered if self.delivered else 0.0

    @property
    def hidden(self) -> bool:
        """Whether so few people are concerned that a figure would tell on them."""
        return is_small(self.people) or is_small(self.did)

    @property
    def rate(self) -> float | None:
        """The share of measured people who did it; None when it is kept silent."""
        return None if self.hidden else self.did / self.people


@dataclass(frozen=True)
class FollowedLink:
    """How many people followed one link, `url` as it was sent."""

    id: int
    url: str
    people: int

    @property
    def hidden(self) -> bool:
        """Whether the count is kept silent."""
        return is_small(self.people)


@dataclass(frozen=True)
class Span:
    """How many people did something for the first time within a span of hours."""

    start: datetime
    opens: int
    clicks: int


@dataclass(frozen=True)
class Report:
    """Everything the page of a campaign's results shows."""

    delivered: int
    bounced: int
    uncertain: int
    unsubscribed: int
    opens: Measured
    clicks: Measured
    links: Sequence[FollowedLink]
    spans: Sequence[Span]
    # By which sign machines were known (`messages.machines.Signal`), and for how many people.
    signals: Mapping[str, int]
    # Of those who unsubscribed, who did so by reporting the message as spam.
    complained: int = 0

    def told(self) -> dict[str, Any]:
        """The figures as JSON, to be remembered."""
        told = asdict(self)
        for span in told["spans"]:
            span["start"] = span["start"].isoformat()
        return told

    @classmethod
    def remembered(cls, told: Mapping[str, Any]) -> "Report":
        """What was told once."""
        parts = {
            "opens": Measured(**told["opens"]),
            "clicks": Measured(**told["clicks"]),
            "links": [FollowedLink(**link) for link in told["links"]],
            "spans": [_span(**span) for span in told["spans"]],
        }
        return cls(**{**told, **parts})

    @property
    def unsubscribe_rate(self) -> float:
        """Unsubscriptions are asked of us, not measured: they count over all who got it."""
        return self.unsubscribed / self.delivered if self.delivered else 0.0


def _span(start: str, opens: int, clicks: int) -> Span:
    return Span(datetime.fromisoformat(start), opens, clicks)


def is_small(count: int) -> bool:
    """Whether a count is too small to be shown."""
    return count < LEAST


def merged(spans: Sequence[Span]) -> list[Span]:
    """Neighbouring spans put together until none tells on fewer than ten people.

    Opens or clicks of fewer than ten people in all are left out.
    """
    done: list[Span] = []
    rest: Span | None = None
    for span in _without_rarities(spans):
        rest = _joined(rest, span) if rest else span
        if not _small(rest):
            done.append(rest)
            rest = None
    while rest and done and _small(rest):
        rest = _joined(done.pop(), rest)
    return [*done, rest] if rest and not _small(rest) else done


def _without_rarities(spans: Sequence[Span]) -> list[Span]:
    opens = not is_small(sum(span.opens for span in spans))
    clicks = not is_small(sum(span.clicks for span in spans))
    return [
        Span(span.start, span.opens * opens, span.clicks * clicks) for span in spans
    ]


def _joined(first: Span, second: Span) -> Span:
    return Span(first.start, first.opens + second.opens, first.clicks + second.clicks)


def _small(span: Span) -> bool:
    """A zero tells nothing about anybody; one to nine might."""
    return (
        any(0 < count < LEAST for count in (span.opens, span.clicks))
        or span.opens + span.clicks == 0
    )
