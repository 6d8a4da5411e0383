"""A segment in words, for people who did not build it."""

from datetime import date
from typing import Any

from babel.dates import format_date

from webapp.core.i18n import _, _n, locale
from webapp.segments.rules import Condition, Group, Match
from webapp.segments.subjects import WITHOUT_VALUE, Catalogue, Kind, Operator


def sentence(rules: Group, catalogue: Catalogue) -> str:
    """All the conditions in one sentence, groups between brackets."""
    glue = _(" and ") if rules.match is Match.ALL else _(" or ")
    return str(glue).join(
        f"({sentence(rule, catalogue)})"
        if isinstance(rule, Group)
        else condition(rule, catalogue)
        for rule in rules.rules
    )


def condition(rule: Condition, catalogue: Catalogue) -> str:
    """One condition, such as "City is Lyon"."""
    subject = catalogue.find(rule.subject)
    if subject is None:
        return str(_("something that is gone"))
    if subject.kind is Kind.LIST:
        return _on_list(rule, str(subject.label))
    start = f"{subject.label} {subject.word(rule.operator)}"
    return start if rule.operator in WITHOUT_VALUE else f"{start} {_shown(rule.value)}"


def _on_list(rule: Condition, name: str) -> str:
    if rule.operator is Operator.LONGER_THAN:
        return str(
            _n(
                "on the list “%(name)s” for more than %(num)s day",
                "on the list “%(name)s” for more than %(num)s days",
                rule.value,
                name=name,
            )
        )
    said: dict[Operator, str] = {
        Operator.ON: _("on the list “%(name)s”", name=name),
        Operator.NOT_ON: _("not on the list “%(name)s”", name=name),
        Operator.SINCE: _(
            "on the list “%(name)s” since %(day)s or later",
            name=name,
            day=_shown(rule.value),
        ),
    }
    return said[rule.operator]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, date):
        return format_date(value, "long", locale=locale())
    return str(_("“%(value)s”", value=value) if isinstance(value, str) else value)
