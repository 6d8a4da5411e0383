"""One line of a file as it is understood: whose it is, what it says, what is wrong with it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.contacts import attributes
from webapp.contacts.fields import ATTRIBUTE, FIELDS, attribute_key
from webapp.contacts.models import Attribute
from webapp.contacts.reading import one_line
from webapp.contacts.records import stored
from webapp.core import addresses, clock
from webapp.core.errors import DomainError
from webapp.core.normalising import names
from webapp.deliverability import suppression, suppression_cells
from webapp.imports import keeping, order_cells, quick, silence, statuses, targets
from webapp.imports.answers import Answers
from webapp.imports.models import Kind
from webapp.imports.targets import EMAIL, FULL_NAME, ROW_DATE, STATUS

# Why a line cannot be taken.
NO_ADDRESS, NOT_AN_ADDRESS, NOT_WHOLE = "no_address", "not_an_address", "not_whole"
# Why a cell was left out.
DOES_NOT_FIT = "does_not_fit"
# Cells that come again and again are read once.
_REMEMBERED = 20_000
_PHONES = ("phone", "landline")
# Not among the fields: they are read on their own.
_ASIDE = {EMAIL, FULL_NAME, STATUS, ROW_DATE, targets.PACKED, *_PHONES}

encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass
class Understood:
    """A line, ready for its row."""

    line: int
    email: str = ""
    key: str = ""
    mark: bytes | None = None
    given: dict[str, Any] = field(default_factory=dict)
    # What was typed of the values that are kept in another form.
    typed: dict[str, Any] | None = None
    more: dict[str, Any] | None = None
    refusal: str = ""
    silent: str = ""
    fault: str = ""
    left_out: list[list[Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """What a reader must know: the kind of file, where each column goes, what was answered."""

    kind: Kind
    columns: Sequence[str]
    mapping: Sequence[str]
    answers: Answers
    # Fields of the workspace, those that are still to be made among them.
    own: Sequence[Attribute]


class Reader:
    """Reads lines of one file; what a column means is worked out once."""

    def __init__(self, plan: Plan) -> None:
        """Get ready."""
        self.kind, self.answers = plan.kind, plan.answers
        self.places = _places(plan.mapping)
        self.secret, self.now = suppression.secret(), clock.now()
        self.fields = [
            (place, name, _remembering(_reader(name, plan.own)))
            for place, name in fields_of(plan.mapping)
        ]
        place = self.places.get(STATUS)
        heading = plan.columns[place] if place is not None else ""
        self.status = _remembering(lambda cell: statuses.meaning(heading, cell))
        self.moment = _remembering(self._moment)
        self.more = order_cells.reader(plan.kind, plan.columns, plan.mapping)

    def read(self, line: int, cells: Sequence[str]) -> Understood:
        """What the line says."""
        found = Understood(line)
        self._read_address(found, self._cell(cells, EMAIL))
        if found.fault:
            return found
        self._read_fields(found, cells)
        if self.kind is Kind.CONTACTS or self.kind is Kind.OPT_OUTS:
            self._read_standing(found, cells)
        else:
            self._read_more(found, cells)
        return found

    def _read_address(self, found: Understood, typed: str) -> None:
        if not typed:
            needs_one = self.kind in {Kind.CONTACTS, Kind.OPT_OUTS}
            found.fault = NO_ADDRESS if needs_one else ""
            return
        try:
            found.email = quick.address(typed)
        except addresses.AddressIsNotValid:
            found.fault = NOT_AN_ADDRESS
            return
        found.key = found.email.lower()
        found.mark = addresses.keyed_hash(found.email, self.secret)

    def _read_fields(self, found: Understood, cells: Sequence[str]) -> None:
        given = found.given
        for place, name, read in self.fields:
            cell = cells[place]
            if not cell or cell.isspace():
                continue
            value = read(cell)
            if value is _BAD:
                found.left_out.append([place, DOES_NOT_FIT])
            elif value is not None:
                given[name] = value
        self._read_words(given, cells)
        found.typed = keeping.keep(given) or None

    def _read_words(self, given: dict[str, Any], cells: Sequence[str]) -> None:
        whole = self._cell(cells, FULL_NAME)
        if whole:
            self._read_name(given, whole)
        for name in _PHONES:
            typed = self._cell(cells, name)
            if typed:
                given[name] = one_line(typed, FIELDS[name].longest)

    def _read_name(self, given: dict[str, Any], whole: str) -> None:
        parts = names.parse(whole[:200])
        for name, value in (
            ("civility", parts.civility),
            ("first_name", parts.first),
            ("last_name", parts.last),
        ):
            if value:
                read = FIELDS[name].reader(value)
                given.setdefault(name, read)

    def _read_standing(self, found: Understood, cells: Sequence[str]) -> None:
        """Whether the person agrees, says nothing or refuses; and since when."""
        said = self.answers.file_status
        if STATUS in self.places:
            cell = self._cell(cells, STATUS)
            said = str(self.status(cell)) if cell else said or statuses.SILENT
        if self.kind is Kind.OPT_OUTS:
            said = statuses.refusal(said)
        since = self._cell(cells, ROW_DATE)
        if since and (moment := self.moment(since)):
            found.more = {"at": moment}
        if said not in {"", statuses.AGREES, statuses.SILENT}:
            found.refusal = said
            return
        sale = {
            name: self._cell(cells, name)
            for name in (targets.SALE_NUMBER, targets.SALE_DATE)
            if name in self.places
        }
        found.silent, ground = silence.of(self.answers, found.key, said, sale)
        if ground:
            found.more = {**(found.more or {}), "sale": ground}

    def _read_more(self, found: Understood, cells: Sequence[str]) -> None:
        found.more, fault = self.more(cells)
        found.fault = fault
        who = {
            name: one_line(self._cell(cells, name), attributes.LONGEST_TEXT)
            for name in self.places
            if name.startswith(targets.KEY) and self._cell(cells, name)
        }
        if found.given.get("phone"):
            who["phone"] = found.given["phone"]
        found.more["who"] = who
        if not fault and not found.key and not who:
            found.fault = NO_ADDRESS

    def _cell(self, cells: Sequence[str], name: str) -> str:
        place = self.places.get(name)
        return cells[place].strip() if place is not None else ""

    def _moment(self, cell: str) -> str:
        found = suppression_cells.moment(cell.strip(), self.now)
        return found.isoformat() if found else ""


class _Bad:
    """Stands for a cell that is no value of its field."""


_BAD = _Bad()


def _places(mapping: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(mapping) if name}


def fields_of(mapping: Sequence[str]) -> list[tuple[int, str]]:
    """The columns that go to fields of the contact, by the names that records use."""
    found = []
    for place, target in enumerate(mapping):
        made = targets.new(target)
        if made:
            found.append((place, f"{ATTRIBUTE}{attributes.key_of(made[1])}"))
        elif attribute_key(target) or (target in FIELDS and target not in _ASIDE):
            found.append((place, target))
    return found


def _reader(name: str, own: Sequence[Attribute]) -> Callable[[str], Any]:
    key = attribute_key(name)
    if key is None:
        plain = FIELDS[name].reader
        return lambda cell: stored(plain(cell))
    one = next(each for each in own if each.key == key)
    return lambda cell: attributes.convert(one, cell)


def _remembering(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """The same, of which the cells that come again and again are read once."""
    known: dict[str, Any] = {}

    def remembered(cell: str) -> Any:
        if cell in known:
            return known[cell]
        try:
            value = read(cell)
        except DomainError:
            value = _BAD
        if len(known) < _REMEMBERED:
            known[cell] = value
        return value

    return remembered
