"""What happened again and again, in words: "Orders: at least 2, in the last 90 days"."""

from typing import Any

from babel.dates import format_date
from babel.lists import format_list

from webapp.core.i18n import _, _n, locale
from webapp.segments.kinds import Operator
from webapp.segments.subjects import Measure, Subject
from webapp.segments.tree import Ago, Condition, Last, Window


def said(rule: Condition, subject: Subject, amount: str, parts: list[str]) -> str:
    """The whole condition; its parts are said by whoever knows them."""
    told = [_how_much(rule, subject, amount)]
    if rule.within:
        told.append(window(rule.within))
    if parts:
        told.append(
            str(_("where %(parts)s", parts=format_list(parts, locale=locale())))
        )
    return f"{subject.label}: {', '.join(told)}"


def window(within: Window) -> str:
    """A span of time, such as "in the last 90 days"."""
    if isinstance(within, Last):
        return str(
            _n("in the last %(num)s day", "in the last %(num)s days", within.days)
        )
    if isinstance(within, Ago):
        return str(_("%(near)s to %(far)s days ago", near=within.near, far=within.far))
    first, last = _day(within.first), _day(within.last)
    if first and last:
        return str(_("from %(first)s to %(last)s", first=first, last=last))
    return str(_("since %(day)s", day=first) if first else _("until %(day)s", day=last))


def _how_much(rule: Condition, subject: Subject, amount: str) -> str:
    if rule.operator is Operator.NEVER:
        return str(_("never"))
    word = subject.word(rule.operator)
    if rule.measure is Measure.SUM:
        return str(_("in all %(word)s %(amount)s", word=word, amount=amount))
    if rule.measure is Measure.AVERAGE:
        return str(_("on average %(word)s %(amount)s", word=word, amount=amount))
    return f"{word} {amount}"


def _day(day: Any) -> str:
    return format_date(day, "long", locale=locale()) if day else ""
