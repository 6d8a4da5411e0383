"""A template taken apart: what is the same for everybody is encoded once."""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

from jinja2 import nodes
from markupsafe import escape

from webapp.messages import quoted_printable
from webapp.messages.checking import dotted
from webapp.messages.filters import FILTERS, show
from webapp.messages.personalising import (
    HTML,
    PLAIN,
    RenderingFailed,
    compiled,
    language_of,
)
from webapp.messages.quoted_printable import same_piece

Values = Mapping[str, Any]
_EMPTY: Mapping[str, Any] = {}


class Part:
    """One part of a message (subject, text, HTML), ready for person after person."""

    def __init__(self, source: str, *, markup: bool, fixed: Values) -> None:
        """`fixed`: what is the same for everybody, written in at once."""
        self.roots: set[str] = set()
        self._markup = markup
        self._fixed = fixed
        self._texts: list[str] = [""]
        self._slots: dict[Any, list[int]] = {}
        self._says: dict[Any, Callable[[Values], str]] = {}
        # How a value is found, and written into this part.
        self._writes: dict[Any, _Writing] = {}
        for node in (HTML if markup else PLAIN).parse(source).body:
            self._take(node)
        self.pieces = [quoted_printable.piece(text) for text in self._texts]
        self.fillings = [
            (key, self._writes[key], slots) for key, slots in self._slots.items()
        ]

    def text(self, values: Values) -> str:
        """The part as text."""
        texts = self._texts.copy()
        for key, slots in self._slots.items():
            said = self._says[key](values)
            for slot in slots:
                texts[slot] = said
        return "".join(texts)

    def encoded(self, values: Values) -> bytes:
        """The part in quoted-printable."""
        return Joined([self]).encoded(values)

    def _take(self, node: nodes.Node) -> None:
        if not isinstance(node, nodes.Output):
            self._fragment(node)
            return
        for printed in node.nodes:
            if isinstance(printed, nodes.TemplateData):
                self._texts[-1] += printed.data
            elif (simple := _simple(printed)) is None:
                self._fragment(nodes.Output([printed], lineno=node.lineno))
            else:
                self._value(*simple)

    def _value(self, path: tuple[str, ...], chain: tuple[tuple[Any, ...], ...]) -> None:
        value = _evaluator(path, chain)
        finish = _finish_markup if self._markup else show
        if path[0] in self._fixed:
            self._texts[-1] += finish(value(self._fixed))
            return
        self.roots.add(path[0])
        self._slot(
            (path, chain),
            lambda values: finish(value(values)),
            _Writing(value, lambda found: quoted_printable.piece(finish(found))),
        )

    def _fragment(self, node: nodes.Node) -> None:
        """Conditions and loops are completed by Jinja: only they pay for it."""
        self.roots.update(name.name for name in node.find_all(nodes.Name))
        if isinstance(node, nodes.Name):
            self.roots.add(node.name)
        render = compiled(
            HTML if self._markup else PLAIN, nodes.Template([node], lineno=1)
        )
        fixed = self._fixed

        def say(values: Values) -> str:
            return render({**fixed, **values})

        self._slot(object(), say, _Writing(say, quoted_printable.piece))

    def _slot(
        self,
        key: Any,
        say: Callable[[Values], str],
        writing: "_Writing",
    ) -> None:
        self._slots.setdefault(key, []).append(len(self._texts))
        self._says[key], self._writes[key] = say, writing
        self._texts += ["", ""]


class _Writing(NamedTuple):
    """How a value is found for a person, and how it is written where it does not stand for itself."""

    find: Callable[[Values], Any]
    write: Callable[[Any], bytes]


class Joined:
    """Parts and the bytes between them: what several parts say of a person is written once."""

    def __init__(self, rows: Sequence[Part | bytes]) -> None:
        """One row of pieces from beginning to end."""
        self._pieces: list[bytes] = []
        found: dict[Any, _Shared] = {}
        for row in rows:
            if isinstance(row, bytes):
                self._pieces.append(row)
                continue
            start = len(self._pieces)
            self._pieces += row.pieces
            for key, writing, slots in row.fillings:
                shared = found.setdefault(key, _Shared(writing.find, []))
                moved = [start + slot for slot in slots]
                shared.places.append((writing.write, moved))
        self._values = [(one.find, one.places, _all(one)) for one in found.values()]

    def encoded(self, values: Values) -> bytes:
        """The whole row for a person, in quoted-printable."""
        pieces = self._pieces.copy()
        for find, places, everywhere in self._values:
            value = find(values)
            if type(value) is str and (said := same_piece(value)):
                for slot in everywhere:
                    pieces[slot] = said
                continue
            for write, slots in places:
                said = write(value)
                for slot in slots:
                    pieces[slot] = said
        return b"".join(pieces)


class _Shared(NamedTuple):
    find: Callable[[Values], Any]
    places: list[tuple[Callable[[Any], bytes], list[int]]]


def _all(shared: _Shared) -> list[int]:
    return [slot for _, slots in shared.places for slot in slots]


def _simple(
    node: nodes.Node,
) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]] | None:
    """A variable with filters of constant arguments; None for any other expression."""
    chain: list[tuple[Any, ...]] = []
    while isinstance(node, nodes.Filter) and node.node is not None:
        if not all(isinstance(argument, nodes.Const) for argument in node.args):
            return None
        constants = [a.value for a in node.args if isinstance(a, nodes.Const)]
        chain.insert(0, (node.name, *constants))
        node = node.node
    path = dotted(node)
    if path is None or not all(isinstance(name, str) for name in path):
        return None
    return path, tuple(chain)


def _evaluator(
    path: tuple[str, ...], chain: tuple[tuple[Any, ...], ...]
) -> Callable[[Values], Any]:
    look_up = _look_up(path)
    steps = [_step(*link) for link in chain]
    if not steps:
        return look_up

    def evaluate(values: Values) -> Any:
        try:
            return reduce(
                lambda value, step: step(value, values), steps, look_up(values)
            )
        except (TypeError, ValueError, ArithmeticError) as error:
            raise RenderingFailed from error

    return evaluate


def _look_up(path: tuple[str, ...]) -> Callable[[Values], Any]:
    if len(path) == 1:
        name = path[0]
        return lambda values: values.get(name)
    if len(path) == 2:
        root, field = path
        return lambda values: values.get(root, _EMPTY).get(field)
    return lambda values: reduce(_field, path, values)


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def _step(name: str, *arguments: Any) -> Callable[[Any, Values], Any]:
    function, needs_language = FILTERS[name]
    if needs_language:
        return lambda value, values: function(
            value, *arguments, language=language_of(values)
        )
    return lambda value, _values: function(value, *arguments)


def _finish_markup(value: Any) -> str:
    return str(escape(show(value)))
