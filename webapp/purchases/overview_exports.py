"""The figures about customers as a table: what each line is about, and how much."""

from collections.abc import Iterator

from webapp.core.i18n import _
from webapp.purchases import words
from webapp.purchases.overview import PERIODS, Overview, Part


def rows(found: Overview) -> tuple[list[str], Iterator[tuple[str, ...]]]:
    """The heading, and a line for each cell, group, stage and move."""
    heading = [
        str(name) for name in (_("Grouping"), _("Name"), _("Contacts"), _("Revenue"))
    ]
    return heading, _lines(found)


def _lines(found: Overview) -> Iterator[tuple[str, ...]]:
    for group, part in found.groups():
        yield _line(str(_("Group")), str(group.label), part)
    for stage, part in found.stages():
        yield _line(str(_("Stage")), str(words.STAGES[stage]), part)
    for f in range(5, 0, -1):
        for r in range(1, 6):
            yield _line(str(_("Scores")), f"R{r} F{f}", found.cell(r, f))
    for days in PERIODS:
        within = str(_("Moves within %(days)s days", days=days))
        for (before, after), people in sorted(found.moves(days).items()):
            name = f"{words.STAGES[before]} → {words.STAGES[after]}"
            yield within, name, str(people), ""


def _line(what: str, name: str, part: Part) -> tuple[str, ...]:
    return what, name, str(part.people), str(part.revenue)
