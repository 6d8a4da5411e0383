"""Merge tags: what a template may say about a person, and saying it safely."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError, nodes, pass_context
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from webapp.core.errors import DomainError
from webapp.core.i18n import _l
from webapp.messages import checking
from webapp.messages.filters import FALLBACK_LANGUAGE, FILTERS, NOTHING, Nothing, show
from webapp.messages.problems import Problem, refuse_errors
from webapp.messages.variables import VARIABLES

# Ten times what Gmail shows: no template may fill the memory.
MAX_OUTPUT = 1_000_000


class RenderingFailed(DomainError):
    """The template cannot be completed for this person: nothing is sent."""

    message = _l("This template cannot be completed for this contact.")


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 reduced to our variables, our filters, conditions and short loops."""

    intercepted_binops = frozenset({"*", "/"})

    def __init__(self, *, markup: bool) -> None:
        super().__init__(
            autoescape=markup,
            undefined=StrictUndefined,
            finalize=show,
            keep_trailing_newline=True,
        )
        self.filters = {name: _for_jinja(*entry) for name, entry in FILTERS.items()}
        self.tests = {
            name: self.tests[name] for name in sorted(checking.TESTS - {"defined"})
        } | {"defined": _is_there}
        self.globals = {"range": short_range}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of a variable or of `loop`, never an attribute of an object."""
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping):
            value = obj.get(argument)
            return NOTHING if value is None else value
        if isinstance(obj, LoopContext) and argument in checking.LOOP_FIELDS:
            return getattr(obj, argument)
        if isinstance(obj, (list, tuple)) and isinstance(argument, int):
            return obj[argument] if -len(obj) <= argument < len(obj) else NOTHING
        if isinstance(obj, Nothing):
            return NOTHING
        return self.undefined(obj=obj, name=argument)

    def is_safe_callable(self, obj: Any) -> bool:
        return obj is short_range

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiplication of numbers alone: of texts it would fill the memory."""
        if any(isinstance(side, (str, list, tuple)) for side in (left, right)):
            raise RenderingFailed
        return super().call_binop(context, operator, left, right)


class Template:
    """A checked template, ready to be completed for one person after another.

    :raises TemplateIsRefused: when the check finds an error.
    """

    def __init__(
        self, source: str, *, markup: bool, custom_keys: Collection[str] = ()
    ) -> None:
        refuse_errors(check(source, custom_keys))
        self._render = compiled(HTML if markup else PLAIN, source)

    def render(self, values: Mapping[str, Any]) -> str:
        """The text for one person; known variables without a value print as nothing.

        :raises RenderingFailed: nothing half made is ever returned.
        """
        return self._render(values)


def check(source: str, custom_keys: Collection[str] = ()) -> list[Problem]:
    """What is wrong in the personalisation of a template, in the order of its lines."""
    return checking.check(PLAIN, source, custom_keys)


def compiled(
    environment: Sandbox, source: str | nodes.Template
) -> Callable[[Mapping[str, Any]], str]:
    """A function from a person's values to a text, for a source already checked."""
    template = environment.from_string(source)

    def render(values: Mapping[str, Any]) -> str:
        try:
            return _bounded(template.generate(complete(values)))
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise RenderingFailed from error

    return render


def complete(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with every known root present, so that only unknown names fail."""
    return {
        root: values.get(root, {} if fields else NOTHING)
        for root, fields in VARIABLES.items()
    } | {name: value for name, value in values.items() if name not in VARIABLES}


def language_of(values: Mapping[str, Any]) -> str:
    """The reader's language, for dates and prices."""
    contact = values.get("contact")
    language = contact.get("language") if isinstance(contact, Mapping) else None
    return str(language or FALLBACK_LANGUAGE)


def short_range(*bounds: Any) -> range:
    """Jinja's range, at most checking.MAX_LOOP steps long."""
    steps = range(*(int(bound) for bound in bounds))
    if len(steps) > checking.MAX_LOOP:
        raise RenderingFailed
    return steps


def _bounded(chunks: Any) -> str:
    parts, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_OUTPUT:
            raise RenderingFailed
        parts.append(chunk)
    return "".join(parts)


def _is_there(value: Any) -> bool:
    return not (value is None or value == "")


def _for_jinja(
    function: Callable[..., Any],
    needs_language: bool,  # noqa: FBT001 - an entry of FILTERS
) -> Callable[..., Any]:
    if not needs_language:
        return function

    @pass_context
    def localised(context: Context, value: Any, *args: Any) -> Any:
        return function(value, *args, language=language_of(context.get_all()))

    return localised


HTML = Sandbox(markup=True)
PLAIN = Sandbox(markup=False)
