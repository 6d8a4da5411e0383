"""What a template may not say, read from its syntax tree before it is ever used."""

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from webapp.core.i18n import _l
from webapp.messages.filters import DATE_FORMATS, FILTERS
from webapp.messages.problems import Problem
from webapp.messages.variables import ATTRIBUTES, VARIABLES, names

MAX_LOOP = 100
MAX_NESTED_LOOPS = 2
# Each may take ten thousand turns, for each reader.
MAX_LOOPS = 100
MAX_DEPTH = 60
# A hundred thousand tags would keep a worker busy for minutes.
MAX_SOURCE = 500_000
LOOP_FIELDS = frozenset({"index", "index0", "first", "last", "length"})
_TOO_LONG = _l("This template is too long.")
_TOO_DEEP = _l("This template is nested too deeply.")
TESTS = frozenset({"defined", "none", "even", "odd", "number", "string"})

_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.For,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Concat,
    nodes.Add,
    nodes.Sub,
    nodes.Mul,
    nodes.Div,
    nodes.Neg,
    nodes.Const,
    nodes.List,
    nodes.Tuple,
    nodes.Filter,
    nodes.Test,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Call,
    nodes.Name,
)
_ARGUMENTS = {
    "date": rf"{'|'.join(DATE_FORMATS)}|[dMyEL .,'/\-]{{1,40}}",
    "number": r"\d{1,2}",
    "price": r"[A-Z]{3}",
    "truncate": r"\d{1,5}",
}
_MOST_ARGUMENTS = {"default": 1, "join": 1} | dict.fromkeys(_ARGUMENTS, 1)


def check(
    environment: Environment, source: str, custom_keys: Collection[str]
) -> list[Problem]:
    """Every problem with its line, in order; empty when the template may be used."""
    if len(source) > MAX_SOURCE:
        return [Problem(1, 1, _TOO_LONG)]
    try:
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        said = _l(
            "This template code cannot be read; look for a missing “}}” or “%%}” "
            "(%(what)s).",
            what=error.message or "",
        )
        return [Problem(error.lineno, 1, said)]
    except RecursionError:
        return [Problem(1, 1, _TOO_DEEP)]
    if _is_too_deep(tree):
        return [Problem(1, 1, _TOO_DEEP)]
    if sum(1 for _ in tree.find_all(nodes.For)) > MAX_LOOPS:
        return [Problem(1, 1, _TOO_LONG)]
    checker = _Checker(source, custom_keys)
    found = list(checker.walk(tree, frozenset(), 0))
    return sorted(found, key=lambda problem: (problem.line, problem.column))


def _is_too_deep(tree: nodes.Node) -> bool:
    """Whether a step further in would be too much for whoever reads the tree after us."""
    level = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in node.iter_child_nodes()]
    return bool(level)


class _Checker:
    def __init__(self, source: str, custom_keys: Collection[str]) -> None:
        self._lines = source.splitlines() or [""]
        self._keys = frozenset(custom_keys)
        self._known = names(custom_keys)

    def walk(
        self, node: nodes.Node, scope: frozenset[str], depth: int
    ) -> Iterator[Problem]:
        if isinstance(node, nodes.For):
            yield from self._loop(node, scope, depth)
            return
        own = self._own_problems(node, scope)
        yield from own
        if own or isinstance(node, (nodes.Getattr, nodes.Getitem, nodes.Call)):
            return
        for child in node.iter_child_nodes():
            yield from self.walk(child, scope, depth)

    def _own_problems(self, node: nodes.Node, scope: frozenset[str]) -> list[Problem]:
        if isinstance(node, (nodes.Name, nodes.Getattr, nodes.Getitem)):
            return self._variable(node, scope)
        if isinstance(node, nodes.Filter):
            return self._filter(node)
        if isinstance(node, nodes.Call):
            return self._call(node)
        if isinstance(node, nodes.Test) and node.name not in TESTS:
            said = _l("There is no test “%(name)s”.", name=node.name)
            return [self._problem(node, node.name, said)]
        if isinstance(node, _ALLOWED):
            return []
        word = type(node).__name__.lower()
        said = _l("This is not allowed in a template: %(what)s.", what=word)
        return [self._problem(node, word, said)]

    def _loop(
        self, node: nodes.For, scope: frozenset[str], depth: int
    ) -> Iterator[Problem]:
        if depth >= MAX_NESTED_LOOPS:
            yield self._problem(node, "for", _l("Too many loops inside one another."))
        if node.recursive:
            yield self._problem(node, "for", _l("A loop cannot call itself."))
        if not _is_short(node.iter):
            said = _l("A loop has at most %(most)d turns.", most=MAX_LOOP)
            yield self._problem(node, "for", said)
        yield from self.walk(node.iter, scope, depth)
        targets = {name.name for name in [node.target] if isinstance(name, nodes.Name)}
        targets |= {name.name for name in node.target.find_all(nodes.Name)}
        inside = scope | targets | {"loop"}
        for child in [*node.body, *([node.test] if node.test else [])]:
            yield from self.walk(child, inside, depth + 1)
        for child in node.else_:
            yield from self.walk(child, scope, depth)

    def _variable(self, node: nodes.Node, scope: frozenset[str]) -> list[Problem]:
        path = dotted(node)
        if path is None:
            said = _l("Only a variable can be followed by a dot or brackets.")
            return [self._problem(node, "", said)]
        if self._is_known(path, scope):
            return []
        name = ".".join(str(part) for part in path)
        near = get_close_matches(name, self._known, n=1, cutoff=0.75)
        if near:
            said = _l(
                "There is no variable “%(name)s”. Did you mean “%(near)s”?",
                name=name,
                near=near[0],
            )
        else:
            said = _l("There is no variable “%(name)s”.", name=name)
        return [self._problem(node, str(path[-1]), said)]

    def _is_known(self, path: tuple[Any, ...], scope: frozenset[str]) -> bool:
        root, rest = path[0], path[1:]
        if root == "loop" and "loop" in scope:
            return len(rest) == 1 and rest[0] in LOOP_FIELDS
        if root in scope:
            return True
        if root not in VARIABLES:
            return False
        fields = VARIABLES[root]
        if fields is None or not rest:
            return not rest and fields is None
        if ".".join((root, str(rest[0]))) == ATTRIBUTES:
            return len(rest) >= 2 and rest[1] in self._keys
        return len(rest) == 1 and rest[0] in fields

    def _filter(self, node: nodes.Filter) -> list[Problem]:
        if node.name not in FILTERS:
            near = get_close_matches(node.name, FILTERS, n=1)
            said = (
                _l(
                    "There is no filter “%(name)s”. Did you mean “%(near)s”?",
                    name=node.name,
                    near=near[0],
                )
                if near
                else _l("There is no filter “%(name)s”.", name=node.name)
            )
            return [self._problem(node, node.name, said)]
        if self._arguments_fit(node):
            return []
        said = _l("The filter “%(name)s” cannot be used like this.", name=node.name)
        return [self._problem(node, node.name, said)]

    def _arguments_fit(self, node: nodes.Filter) -> bool:
        if node.node is None or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return False
        if len(node.args) > _MOST_ARGUMENTS.get(node.name, 0):
            return False
        pattern = _ARGUMENTS.get(node.name)
        return pattern is None or all(
            isinstance(argument, nodes.Const)
            and re.fullmatch(pattern, str(argument.value))
            for argument in node.args
        )

    def _call(self, node: nodes.Call) -> list[Problem]:
        plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        if plain and isinstance(node.node, nodes.Name) and node.node.name == "range":
            return self._range(node)
        return [
            self._problem(node, "(", _l("Only “range” can be called in a template."))
        ]

    def _range(self, node: nodes.Call) -> list[Problem]:
        bounds = [a.value for a in node.args if isinstance(a, nodes.Const)]
        whole = len(bounds) == len(node.args) and all(type(b) is int for b in bounds)
        fits = whole and 1 <= len(bounds) <= 3 and 0 not in bounds[2:]
        if fits and len(range(*bounds)) <= MAX_LOOP:
            return []
        said = _l("A loop has at most %(most)d turns.", most=MAX_LOOP)
        return [self._problem(node, "range", said)]

    def _problem(self, node: nodes.Node, word: str, said: Any) -> Problem:
        line = node.lineno or 1
        text = self._lines[min(line, len(self._lines)) - 1]
        return Problem(line, text.find(word) + 1 or 1, said)


def _is_short(node: nodes.Node) -> bool:
    """What a loop may go through: a variable, a range (checked apart), a written list."""
    if isinstance(node, nodes.Filter) and node.node is not None:
        return all(_is_short(part) for part in (node.node, *node.args))
    if isinstance(node, nodes.List | nodes.Tuple):
        return len(node.items) <= MAX_LOOP
    if isinstance(node, nodes.Const):
        return len(str(node.value)) <= MAX_LOOP
    return isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem | nodes.Call)


def dotted(node: nodes.Node) -> tuple[Any, ...] | None:
    """The path of a variable (`contact.city`), or None for anything else."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr):
        inner = dotted(node.node)
        return None if inner is None else (*inner, node.attr)
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        inner = dotted(node.node)
        return None if inner is None else (*inner, node.arg.value)
    return None
