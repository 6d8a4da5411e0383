"""Random rules over everything a catalogue offers."""

from datetime import timedelta

from tests.segments import crowd as crowds
from webapp.segments.kinds import Kind, Operator, Shape, shape
from webapp.segments.rules import Condition, Group, Match
from webapp.segments.subjects import Measure
from webapp.segments.tree import Ago, Days, Last

# Of these the crowd knows something.
FIELDS = {"city", "birth_date", "source", "created"}


class Trees:
    """One random tree after the other."""

    def __init__(self, dice, known, now):
        self.dice, self.known = dice, known
        self.today = now.astimezone(crowds.PARIS).date()
        self.subjects = [
            one
            for _, subjects in known.groups
            for one in subjects
            if one.heading not in ("profile", "company") or one.key in FIELDS
        ]

    def tree(self, depth=1):
        rules = tuple(
            self.tree(depth + 1)
            if depth < 4 and self.dice.random() < 0.3
            else self.condition()
            for _ in range(self.dice.choice([1, 2, 2, 3]))
        )
        return Group(self.dice.choice(list(Match)), rules)

    def condition(self):
        kind = self.dice.choice([one for one in Kind if one is not Kind.PROPERTY])
        fitting = [one for one in self.subjects if one.kind is kind]
        return self.about(self.dice.choice(fitting or self.subjects))

    def about(self, subject):
        operator = self.dice.choice(subject.operators)
        measure = self.dice.choice(subject.measures or (Measure.COUNT,))
        often = subject.kind is Kind.TIMES
        return Condition(
            subject.key,
            operator,
            self.value(subject, operator, measure),
            measure,
            self.window() if often else None,
            tuple(self.parts(subject)) if often else (),
            self.dice.choice(["", "b"]) if subject.kind is Kind.SAMPLE else "",
        )

    def parts(self, subject):
        offered = list(subject.parts.values())
        if subject.key.startswith("event:"):
            offered = [subject.part(name) for name in ("page", "price", "ok")]
        for _ in range(self.dice.choice([0, 0, 1, 2])):
            part = self.dice.choice(offered)
            operator = self.dice.choice(part.operators)
            yield Condition(
                part.key, operator, self.value(part, operator, Measure.COUNT)
            )

    def window(self):
        pick = self.dice.choice
        days = sorted(pick(crowds.SPANS) for _ in range(2))
        first, last = (self.today - timedelta(days=n) for n in reversed(days))
        return pick(
            [
                None,
                Last(max(days[1], 1)),
                Ago(*days),
                Days(first, last),
                Days(None, last),
                Days(first, None),
            ]
        )

    def value(self, subject, operator, measure):
        match shape(operator):
            case Shape.NOTHING:
                return None
            case Shape.DAYS:
                return self.dice.choice([1, 7, 30, 90, 364, 400])
            case Shape.MANY:
                return tuple(self.one(subject, operator, measure) for _ in range(2))
            case Shape.RANGE:
                return tuple(
                    sorted(self.one(subject, operator, measure) for _ in range(2))
                )
        return self.one(subject, operator, measure)

    def one(self, subject, operator, measure):  # noqa: PLR0911 - one line a case
        pick = self.dice.choice
        if operator is Operator.PERCENT:
            return pick([0.1, 25, 50, 99.9])
        if subject.kind is Kind.DATE or operator is Operator.SINCE:
            return pick([*crowds.BIRTHS, *crowds.DAYS, self.today])
        if subject.kind is Kind.TIMES and measure is Measure.COUNT:
            return pick([1, 2, 3] if operator is Operator.AT_LEAST else [0, 1, 2])
        if subject.kind in (Kind.NUMBER, Kind.TIMES):
            return pick([-1, 0, 1, 2, 2.5, 3, 12.5, 40, 52.4])
        if subject.kind is Kind.PROPERTY:
            return self._property(operator)
        if subject.kind is Kind.YES_NO:
            return pick([True, False])
        if subject.kind in (Kind.CHOICE, Kind.CHOICES):
            return pick(subject.choices)
        return pick(
            [
                "Lyon",
                "LY",
                "100%",
                "_",
                "thé",
                "Sencha",
                "s1",
                "NOEL",
                "x",
                "'",
                "avril",
            ]
        )

    def _property(self, operator):
        if operator in (Operator.CONTAINS, Operator.CONTAINS_NOT):
            return self.dice.choice(["thés", "1", "ru"])
        if operator in (Operator.EQUALS, Operator.IS_NOT):
            return self.dice.choice(["thés", "12", 12, True, False])
        return self.dice.choice([11, 12, 12.5])
