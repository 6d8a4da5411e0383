"""Which column goes to which field: proposed from headings and cells, corrected by a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from flask_babel import force_locale

from webapp.contacts import attributes
from webapp.contacts.fields import ATTRIBUTE, FIELDS
from webapp.contacts.models import Attribute, AttributeKind
from webapp.core.errors import DomainError
from webapp.core.i18n import LOCALES, _l
from webapp.imports import headings, sniffing, targets
from webapp.imports.models import Kind
from webapp.imports.peers import Recognised
from webapp.imports.targets import EMAIL, IGNORED, MATCHED_BY, NEEDED

# Several columns may go to these; of the others there is one.
_SHARED = {IGNORED, "event:property"}


class MappingIsRefused(DomainError):
    """The columns cannot go where they were sent; `column` is the one that is wrong."""

    status = 422
    column: int | None = None


class ColumnIsMissing(MappingIsRefused):
    """Without this, no line says anything."""

    def __init__(self, words: object) -> None:
        """Say what is missing."""
        self.message = _l("No column holds this: “%(field)s”.", field=words)


class FieldIsTakenTwice(MappingIsRefused):
    """Two columns cannot fill the same field."""

    def __init__(self, column: int, words: object) -> None:
        """Say which one."""
        self.column = column
        self.message = _l("Two columns go to “%(field)s”.", field=words)


class NobodyIsKnown(MappingIsRefused):
    """An order or an event must say whose it is."""

    message = _l(
        "Say by which column the contact is known: e-mail, phone or a field of yours."
    )


class TargetIsUnknown(MappingIsRefused):
    """A field that is not there, any more or at all."""

    message = _l("One of the columns goes to a field that does not exist.")


@dataclass(frozen=True)
class Column:
    """One column as the page shows it: its name, some cells, and where it goes."""

    place: int
    name: str
    cells: Sequence[str]
    target: str
    # What it would be as a new field.
    kind: AttributeKind


def propose(
    kind: Kind,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    own: Sequence[Attribute],
    tool: Recognised | None = None,
) -> list[str]:
    """A target for each column; the first of those that claim the same field has it."""
    known = tool.mapping if tool else {}
    wanted = [
        known.get(place) if place in known else _meant(kind, heading, own)
        for place, heading in enumerate(columns)
    ]
    taken: set[str] = set()
    chosen: list[str] = []
    for target in wanted:
        is_free = bool(target) and target not in taken
        chosen.append(target or IGNORED if is_free else IGNORED)
        taken.add(target or IGNORED)
    # What no heading says, the cells may: only for columns that were not left out on purpose.
    for place, heading in enumerate(columns):
        if chosen[place] == IGNORED and place not in known:
            found = _sniffed(heading, _cells(rows, place))
            if found and found not in taken:
                chosen[place] = found
                taken.add(found)
    return _with_whole_names(rows, chosen)


def describe(
    columns: Sequence[str], rows: Sequence[Sequence[str]], chosen: Sequence[str]
) -> list[Column]:
    """The columns for the page."""
    found = []
    for place, name in enumerate(columns):
        cells = _cells(rows, place)
        examples = list(dict.fromkeys(cell for cell in cells if cell.strip()))[:3]
        target = chosen[place] if place < len(chosen) else IGNORED
        found.append(Column(place, name, examples, target, sniffing.kind(cells)))
    return found


def check(kind: Kind, chosen: Sequence[str], own: Sequence[Attribute]) -> None:
    """Let pass what can be imported.

    :raises MappingIsRefused: one of its kinds, for the first thing that is wrong.
    """
    known = targets.known(kind, own)
    taken: set[str] = set()
    for place, target in enumerate(chosen):
        made = targets.new(target)
        if target and target not in known and made is None:
            raise TargetIsUnknown
        name = f"{ATTRIBUTE}{attributes.key_of(made[1])}" if made else target
        if name in taken and name not in _SHARED:
            raise FieldIsTakenTwice(place, made[1] if made else known[target])
        taken.add(name)
    for needed in NEEDED[kind]:
        if needed not in taken:
            raise ColumnIsMissing(known[needed])
    if kind in {Kind.ORDERS, Kind.EVENTS} and not _says_whose(taken):
        raise NobodyIsKnown


def _says_whose(taken: set[str]) -> bool:
    return any(one in MATCHED_BY or one.startswith(targets.KEY) for one in taken)


def _meant(kind: Kind, heading: str, own: Sequence[Attribute]) -> str:
    words = headings.plain(heading)
    if kind is Kind.CONTACTS:
        for one in own:
            if words in {headings.plain(one.name), headings.plain(one.key)}:
                return f"{ATTRIBUTE}{one.key}"
    if kind is Kind.CONTACTS and words in _our_words():
        return _our_words()[words]
    return headings.meaning(kind, heading)


@cache
def _our_words() -> dict[str, str]:
    """What our own exports call the fields, in each language."""
    found: dict[str, str] = {}
    for spoken in LOCALES:
        with force_locale(spoken):
            for field in FIELDS.values():
                found[headings.plain(str(field.label))] = field.key
    return found


def _sniffed(heading: str, cells: Sequence[str]) -> str:
    found = sniffing.target(cells)
    # A heading that says something else is believed: "SIRET" is no phone.
    return found if found == EMAIL or not headings.plain(heading) else ""


def _with_whole_names(rows: Sequence[Sequence[str]], chosen: list[str]) -> list[str]:
    """A lonely "Nom" whose cells have several words holds first and last names."""
    if "first_name" in chosen and "full_name" in chosen:
        chosen[chosen.index("full_name")] = IGNORED
    if "last_name" not in chosen or "first_name" in chosen or "full_name" in chosen:
        return chosen
    place = chosen.index("last_name")
    cells = [cell for cell in _cells(rows, place) if cell.strip()]
    several = sum(1 for cell in cells if " " in cell.strip())
    if cells and several * 2 > len(cells):
        chosen[place] = "full_name"
    return chosen


def _cells(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    return [row[place] for row in rows if place < len(row)]
