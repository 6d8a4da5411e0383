"""A template taken apart: what is the same for everybody is encoded once."""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from jinja2 import nodes
from markupsafe import escape

from webapp.messages import quoted_printable
from webapp.messages.checking import dotted
from webapp.messages.filters import FILTERS, show
from webapp.messages.personalising import HTML, PLAIN, compiled, language_of
from webapp.messages.quoted_printable import plain_piece

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
        self._encodes: dict[Any, Callable[[Values], bytes]] = {}
        for node in (HTML if markup else PLAIN).parse(source).body:
            self._take(node)
        self._encoded = [quoted_printable.piece(text) for text in self._texts]
        self._fillings = [
            (self._encodes[key], slots) for key, slots in self._slots.items()
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
        pieces = self._encoded.copy()
        for encode, slots in self._fillings:
            said = encode(values)
            for slot in slots:
                pieces[slot] = said
        return b"".join(pieces)

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
            lambda values: _encode_value(value(values), finish),
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

        self._slot(object(), say, lambda values: quoted_printable.piece(say(values)))

    def _slot(
        self,
        key: Any,
        say: Callable[[Values], str],
        encode: Callable[[Values], bytes],
    ) -> None:
        self._slots.setdefault(key, []).append(len(self._texts))
        self._says[key], self._encodes[key] = say, encode
        self._texts += ["", ""]


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
    return lambda values: reduce(
        lambda value, step: step(value, values), steps, look_up(values)
    )


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


def _encode_value(value: Any, finish: Callable[[Any], str]) -> bytes:
    if type(value) is str and (plain := plain_piece(value)):
        return plain
    return quoted_printable.piece(finish(value))
