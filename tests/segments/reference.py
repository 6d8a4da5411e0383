"""The rules of a segment read in plain Python: what the SELECT must say, said another way.

True, False, or None: of whoever does not agree to be measured, nothing is known.
"""

import hashlib
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from webapp.purchases.groups import group_of
from webapp.segments.kinds import Kind, Operator
from webapp.segments.rules import Group, Match
from webapp.segments.subjects import Measure
from webapp.segments.tree import Ago, Last

PARIS = ZoneInfo("Europe/Paris")
O = Operator  # noqa: E741 - the tables below are read more easily so
NEGATIONS = {
    O.IS_NOT: O.EQUALS,
    O.NONE_OF: O.ONE_OF,
    O.CONTAINS_NOT: O.CONTAINS,
    O.NOT_IN_LAST: O.IN_LAST,
    O.HAS_NONE: O.HAS_ANY,
    O.NOT_ON: O.ON,
    O.NOT_IN: O.IN,
    O.EMPTY: O.FILLED,
}


class Reference:
    """Who is in a segment of a crowd."""

    def __init__(self, crowd, known):
        self.crowd, self.known = crowd, known
        self.today = crowd.now.astimezone(PARIS).date()

    def members(self, tree):
        return {
            person["id"]
            for person in self.crowd.people
            if not person["restricted"] and self.node(tree, person) is True
        }

    def node(self, node, person):
        if not isinstance(node, Group):
            return self.condition(node, person)
        found = [self.node(rule, person) for rule in node.rules]
        if node.match is Match.ALL:
            return False if False in found else None if None in found else True
        some = True if True in found else None if None in found else False
        if node.match is Match.ANY or some is None:
            return some
        return not some

    def condition(self, condition, person):  # noqa: PLR0911 - one line a case
        subject = self.known.find(condition.subject)
        operator = condition.operator
        if subject.kind is Kind.SEGMENT:
            return self._segment(condition, subject, person)
        if subject.needs_measuring and not self.is_measured(person):
            return None
        if subject.kind is Kind.TIMES:
            return self._times(condition, person)
        if subject.kind is Kind.SAMPLE:
            seed = f"{condition.salt}:{person['id']}".encode()
            part = int(hashlib.md5(seed).hexdigest()[:4], 16)
            return part < round(condition.value * 65536 / 100)
        if subject.kind is Kind.LIST:
            return self._list(condition, subject, person)
        if operator in NEGATIONS:
            return not self._compare(NEGATIONS[operator], condition, subject, person)
        return self._compare(operator, condition, subject, person)

    def is_measured(self, person):
        said = person["states"].get(self.crowd.clicks)
        return bool(said) and said["state"] == "given" and said["basis"] == "consent"

    def _segment(self, condition, subject, person):
        entered = person["segments"].get(subject.number)
        held = entered is not None
        if condition.operator is O.ENTERED:
            held = held and self.in_last(self.day(entered), condition.value)
        known = held or not subject.needs_measuring or self.is_measured(person)
        if not known:
            return None
        return not held if condition.operator is O.NOT_IN else held

    def _list(self, condition, subject, person):
        said = person["states"].get(subject.number)
        on_it = bool(said) and said["state"] == "given"
        if condition.operator is O.NOT_ON:
            return not on_it
        if not on_it or condition.operator is O.ON:
            return on_it
        since = self.day(said["since"])
        if condition.operator is O.SINCE:
            return since >= condition.value
        return since < self.today - timedelta(days=condition.value)

    def _compare(self, operator, condition, subject, person):  # noqa: PLR0911 - one line a case
        found, value = self.found(subject, person), condition.value
        if operator is O.FILLED:
            return found not in (None, "", [])
        if found is None:
            return False
        if subject.kind is Kind.DATE:
            return self._date(operator, found, value)
        if subject.kind is Kind.TEXT:
            return self._text(operator, found, value)
        if subject.kind is Kind.NUMBER:
            return self._number(operator, found, value)
        if operator is O.ONE_OF:
            return found in value
        if operator is O.HAS_ANY:
            return bool(set(found) & set(value))
        if operator is O.HAS_ALL:
            return set(value) <= set(found)
        return type(found) is type(value) and found == value

    @staticmethod
    def _text(operator, found, value):
        found = found.lower()
        if operator is O.ONE_OF:
            return found in [one.lower() for one in value]
        value = value.lower()
        return {
            O.EQUALS: found == value,
            O.CONTAINS: value in found,
            O.STARTS: found.startswith(value),
            O.ENDS: found.endswith(value),
        }[operator]

    @staticmethod
    def _number(operator, found, value):
        if not isinstance(found, int | float | Decimal) or isinstance(found, bool):
            return False
        if operator is O.BETWEEN:
            return value[0] <= found <= value[1]
        return {
            O.EQUALS: found == value,
            O.EXACTLY: found == value,
            O.AT_LEAST: found >= value,
            O.AT_MOST: found <= value,
            O.GREATER: found > value,
            O.LESS: found < value,
        }[operator]

    def _date(self, operator, found, value):  # noqa: PLR0911 - one line a case
        if not isinstance(found, date):
            return False
        if operator is O.BETWEEN:
            return value[0] <= found <= value[1]
        if operator is O.ANNIVERSARY_MONTH:
            return found.month == self.today.month
        if operator is O.ANNIVERSARY_IN:
            ahead = (self.today + timedelta(days=n) for n in range(min(value, 366) + 1))
            return any(self.celebrated(found, day) for day in ahead)
        if operator in (O.EQUALS, O.BEFORE, O.AFTER):
            return {
                O.EQUALS: found == value,
                O.BEFORE: found < value,
                O.AFTER: found > value,
            }[operator]
        if operator is O.IN_LAST:
            return self.in_last(found, value)
        if operator is O.IN_NEXT:
            return self.today <= found <= self.today + timedelta(days=value)
        return found == self.today - timedelta(days=value)

    def in_last(self, day, days):
        return self.today - timedelta(days=days) <= day <= self.today

    @staticmethod
    def celebrated(born, day):
        try:
            return born.replace(year=day.year) == day
        except ValueError:
            return (day.month, day.day) == (2, 28)

    @staticmethod
    def day(moment):
        return moment.astimezone(PARIS).date()

    def found(self, subject, person):
        """What is known of a person, a day as a day; None: nothing."""
        prefix, _, name = subject.key.partition(":")
        if prefix == "attribute":
            return self._attribute(name, subject, person)
        if prefix.startswith("consent"):
            return self._consent(prefix, subject, person)
        if subject.key == "created":
            return self.day(person["created"])
        if subject.key in ("city", "birth_date", "source"):
            return person[subject.key]
        return self._figure(subject.key, person)

    @staticmethod
    def _attribute(name, subject, person):
        key, _, part = name.partition("/")
        found = person["attributes"].get(key)
        if part:
            return (found or {}).get(part, "")
        if subject.kind is Kind.TEXT:
            return found or ""
        if subject.kind is Kind.DATE and found in ("", "hier", None):
            return found
        return date.fromisoformat(found) if subject.kind is Kind.DATE else found

    def _consent(self, prefix, subject, person):
        said = person["states"].get(subject.number)
        if prefix == "consent":
            return said["state"].value if said else "never_asked"
        if said is None:
            return None
        return (
            self.day(said["since"]) if "since" in prefix else str(said["basis"].value)
        )

    def _figure(self, key, person):
        bought = self.bought(person)
        days = sorted(order["at"] for order in bought)
        own = [order for order in bought if order["currency"] == "EUR"]
        revenue = sum(map(net, own), Decimal(0))
        gap = (days[-1] - days[0]) / timedelta(days=1) if len(days) > 1 else None
        mails = [mail["at"] for mail in person["mails"] if mail["sent"]]
        clicks = [one["at"] for one in self.clicks(person)]
        group = group_of(person["r"], person["f"])
        return {
            "orders": len(bought),
            "revenue": revenue,
            "average_basket": revenue / len(own) if own else None,
            "first_order": self.day(days[0]) if days else None,
            "last_order": self.day(days[-1]) if days else None,
            "average_gap": None
            if gap is None
            else round(Decimal(gap) / (len(days) - 1), 2),
            "last_mail": self.day(max(mails)) if mails else None,
            "last_click": self.day(max(clicks)) if clicks else None,
            "stage": person["stage"],
            "group": group.key if group else None,
            "recency_score": person["r"],
            "frequency_score": person["f"],
            "monetary_score": person["m"],
        }[key]

    @staticmethod
    def bought(person):
        return [one for one in person["orders"] if one["status"] in ("paid", "shipped")]

    @staticmethod
    def clicks(person):
        return [
            one for mail in person["mails"] for one in mail["clicks"] if one["human"]
        ]

    def _times(self, condition, person):
        rows = [
            row
            for row in self._rows(condition, person)
            if self._within(condition.within, row["at"])
        ]
        total = self._total(condition, rows)
        if condition.operator is O.NEVER:
            return len(rows) == 0
        return total is not None and self._number(
            condition.operator, total, condition.value
        )

    def _rows(self, condition, person):
        """Each time it happened and met the parts, with its amount."""
        name, parts = condition.subject, condition.where
        if name == "purchases":
            return [
                row for one in self.bought(person) for row in self._bought(one, parts)
            ]
        if name == "returns":
            rows = [
                back | {"currency": one["currency"]}
                for one in person["orders"]
                for back in one["returns"]
            ]
        elif name == "mails":
            rows = [mail for mail in person["mails"] if mail["sent"]]
        elif name == "clicks":
            rows = self.clicks(person)
        else:
            kind = name.partition(":")[2]
            rows = [
                {"at": one["at"], **one["properties"]}
                for one in person["events"]
                if one["name"] == kind
            ]
        return [row for row in rows if all(self._part(part, row) for part in parts)]

    def _bought(self, order, parts):
        by_line = [
            one for one in parts if one.subject in ("product", "sku", "category")
        ]
        others = [one for one in parts if one not in by_line]
        row = {"at": order["at"], "currency": order["currency"], "amount": net(order)}
        asked = row | {"coupon": order["coupon"], "shop": order["shop"]}
        if not all(self._part(part, asked) for part in others):
            return []
        if not by_line:
            return [row]
        lines = [
            line
            for line in order["lines"]
            if all(
                self._part(part, line | {"product": line["name"]}) for part in by_line
            )
        ]
        return [row | {"amount": sum(line["total"] for line in lines)}] if lines else []

    def _part(self, part, row):
        operator, value = part.operator, part.value
        if operator in NEGATIONS:
            return not self._holds(NEGATIONS[operator], row.get(part.subject), value)
        return self._holds(operator, row.get(part.subject), value)

    def _holds(self, operator, found, value):
        if operator is O.FILLED:
            return found not in (None, "")
        if isinstance(value, bool):
            return found is value
        numeric = (O.GREATER, O.LESS, O.AT_LEAST, O.AT_MOST, O.BETWEEN)
        if operator in numeric or not isinstance(value, str | tuple):
            return self._number(operator, found, value)
        return found is not None and self._text(operator, spoken(found), value)

    def _total(self, condition, rows):
        if condition.measure is Measure.COUNT:
            return len(rows)
        amounts = [row["amount"] for row in rows if row["currency"] == "EUR"]
        if condition.measure is Measure.SUM:
            return sum(amounts, Decimal(0))
        return sum(amounts, Decimal(0)) / len(amounts) if amounts else None

    def _within(self, window, moment):
        day = self.day(moment)
        if window is None:
            return True
        if isinstance(window, Last):
            return day >= self.today - timedelta(days=window.days)
        if isinstance(window, Ago):
            near, far = (
                self.today - timedelta(days=n) for n in (window.near, window.far)
            )
            return far <= day <= near
        after = window.first is None or day >= window.first
        return after and (window.last is None or day <= window.last)


def net(order):
    return order["total"] - sum(back["amount"] for back in order["returns"])


def spoken(found):
    return str(found).lower() if isinstance(found, bool) else str(found)
