"""A segment in words, for people who did not build it."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Literal

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from webapp.core.i18n import _, _n, locale
from webapp.segments import saying_times
from webapp.segments.catalogue import Catalogue
from webapp.segments.kinds import BY_THE_DAY, WITHOUT_VALUE, Kind, Operator
from webapp.segments.subjects import Subject
from webapp.segments.tree import Condition, Group, Match

# Longer lists end with how many more there are.
SAID_VALUES = 5


def sentence(rules: Group, catalogue: Catalogue) -> str:
    """All the conditions in one sentence, groups between brackets."""
    glue = _(" and ") if rules.match is Match.ALL else _(" or ")
    said = str(glue).join(
        f"({sentence(rule, catalogue)})"
        if isinstance(rule, Group) and rule.match is not Match.NONE
        else _piece(rule, catalogue)
        for rule in rules.rules
    )
    if rules.match is Match.NONE:
        return str(_("not (%(conditions)s)", conditions=said))
    return said


def condition(rule: Condition, catalogue: Catalogue) -> str:
    """One condition, such as "City is Lyon"."""
    subject = catalogue.find(rule.subject)
    if subject is None:
        return str(_("something that is gone"))
    return about(rule, subject)


def about(rule: Condition, subject: Subject) -> str:
    """One condition on a subject that is known."""
    if subject.kind in _BY_KIND:
        return _BY_KIND[subject.kind](rule, subject)
    if rule.operator in BY_THE_DAY and rule.operator not in WITHOUT_VALUE:
        return f"{subject.label} {_in_days(rule.operator, int(rule.value or 0))}"  # type: ignore[arg-type]
    start = f"{subject.label} {subject.word(rule.operator)}"
    if rule.operator in WITHOUT_VALUE:
        return start
    return f"{start} {_values(rule, subject)}"


def _piece(rule: Condition | Group, catalogue: Catalogue) -> str:
    if isinstance(rule, Group):
        return sentence(rule, catalogue)
    return condition(rule, catalogue)


def _values(rule: Condition, subject: Subject) -> str:
    if rule.operator is Operator.BETWEEN:
        low, high = (_shown(one, subject) for one in rule.value)  # type: ignore[union-attr]
        return str(_("%(low)s and %(high)s", low=low, high=high))
    values = rule.value if isinstance(rule.value, tuple) else (rule.value,)
    shown = [_shown(one, subject) for one in values]
    if rule.operator is Operator.HAS_ALL:
        return _listed(shown, "standard")
    return _listed(shown, "or")


def _listed(said: list[str], joined: Literal["standard", "or"]) -> str:
    more = len(said) - SAID_VALUES
    if more > 0:
        rest = str(_n("%(num)s more", "%(num)s more", more))
        said = [*said[:SAID_VALUES], rest]
    return format_list(said, style=joined, locale=locale())


def _shown(value: Any, subject: Subject) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, date):
        return format_date(value, "long", locale=locale())
    if isinstance(value, str):
        return str(_("“%(value)s”", value=subject.said(value)))
    return format_decimal(value, locale=locale())


def _in_days(operator: Operator, days: int) -> str:
    said: dict[Operator, Callable[[], Any]] = {
        Operator.IN_LAST: lambda: _n(
            "in the last %(num)s day", "in the last %(num)s days", days
        ),
        Operator.NOT_IN_LAST: lambda: _n(
            "not in the last %(num)s day", "not in the last %(num)s days", days
        ),
        Operator.IN_NEXT: lambda: _n(
            "in the next %(num)s day", "in the next %(num)s days", days
        ),
        Operator.DAYS_AGO: lambda: _n(
            "exactly %(num)s day ago", "exactly %(num)s days ago", days
        ),
        Operator.ANNIVERSARY_IN: lambda: _n(
            "has its anniversary in the next %(num)s day",
            "has its anniversary in the next %(num)s days",
            days,
        ),
    }
    return str(said[operator]())


def _on_list(rule: Condition, subject: Subject) -> str:
    name = str(subject.label)
    if rule.operator is Operator.LONGER_THAN:
        return str(
            _n(
                "on the list “%(name)s” for more than %(num)s day",
                "on the list “%(name)s” for more than %(num)s days",
                rule.value,
                name=name,
            )
        )
    if rule.operator is Operator.SINCE:
        day = _shown(rule.value, subject)
        return str(
            _("on the list “%(name)s” since %(day)s or later", name=name, day=day)
        )
    if rule.operator is Operator.NOT_ON:
        return str(_("not on the list “%(name)s”", name=name))
    return str(_("on the list “%(name)s”", name=name))


def _in_segment(rule: Condition, subject: Subject) -> str:
    name = str(subject.label)
    if rule.operator is Operator.ENTERED:
        return str(
            _n(
                "entered the segment “%(name)s” in the last %(num)s day",
                "entered the segment “%(name)s” in the last %(num)s days",
                rule.value,
                name=name,
            )
        )
    if rule.operator is Operator.NOT_IN:
        return str(_("not in the segment “%(name)s”", name=name))
    return str(_("in the segment “%(name)s”", name=name))


def _sampled(rule: Condition, subject: Subject) -> str:
    share = _shown(rule.value, subject)
    return str(_("among a random %(share)s per cent", share=share))


def _times(rule: Condition, subject: Subject) -> str:
    parts: Iterable[str] = (
        about(one, part)
        for one in rule.where
        if (part := subject.part(one.subject)) is not None
    )
    amount = "" if rule.value is None else _shown(rule.value, subject)
    return saying_times.said(rule, subject, amount, [*parts])


_BY_KIND: dict[Kind, Callable[[Condition, Subject], str]] = {
    Kind.LIST: _on_list,
    Kind.SEGMENT: _in_segment,
    Kind.SAMPLE: _sampled,
    Kind.TIMES: _times,
}
