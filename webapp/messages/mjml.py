"""MJML to HTML for mail readers, with problems at their lines and no third party."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from html import escape
from html.entities import html5

import css_inline
from jinja2 import TemplateSyntaxError
from mjml import mjml2html

from webapp.core.i18n import _l
from webapp.messages import footer, linting, markers
from webapp.messages.addresses_in_mail import AddressRules
from webapp.messages.mjml_tags import VOID_TAGS
from webapp.messages.personalising import PLAIN, check
from webapp.messages.problems import Problem, Severity, errors

# Gmail cuts a longer mail, and the way to unsubscribe with it.
CLIPPING_SIZE = 102 * 1024

_QUOTED = r"(?:[^<>\"']|\"[^\"]*\"|'[^']*')*"
_VOID = re.compile(rf"<({'|'.join(VOID_TAGS)})\b({_QUOTED}?)\s*/?>", re.IGNORECASE)
_CLOSED_VOID = re.compile(rf"</({'|'.join(VOID_TAGS)})\s*>", re.IGNORECASE)
_AMPERSAND = re.compile(r"&(?!#\d+;|#[xX][0-9a-fA-F]+;)(?:([A-Za-z][A-Za-z0-9]*);)?")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_TABLE = re.compile(rf"(<mj-table\b{_QUOTED}>)(.*?)(</mj-table>)", re.DOTALL)
_TEMPLATE_CODE = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.DOTALL)
_HAS_BODY = re.compile(r"<(?:tbody|thead|tfoot)\b", re.IGNORECASE)
_PATHS = re.compile(r"(\b(?:src|background-url)\s*=\s*[\"'])(/(?!/)[^\"']*)")


@dataclass(frozen=True)
class Compiled:
    """HTML with its template code in place, and what is wrong with the source."""

    html: str
    problems: tuple[Problem, ...]

    @property
    def can_be_sent(self) -> bool:
        """No error was found; warnings do not stop."""
        return bool(self.html) and not errors(self.problems)


def compile(  # noqa: A001 - the word of the trade
    source: str,
    *,
    language: str = "fr",
    custom_keys: Collection[str] = (),
    instance: str = "",
    preheader: str = "",
) -> Compiled:
    """The HTML of a newsletter, with a legal footer where the source has no way out.

    `instance` is our public address: pictures that begin with / are taken from there.
    """
    problems = check(source, custom_keys) + check(preheader, custom_keys)
    try:
        hidden = markers.hide(PLAIN, source)
    except TemplateSyntaxError:
        return Compiled("", tuple(problems))
    rules = AddressRules(instance)
    found = linting.lint(hidden, _well_formed(hidden), rules)
    problems = sorted(problems + found.problems, key=lambda p: (p.line, p.column))
    if not found.well_formed:
        return Compiled("", tuple(problems))
    whole = _with_preheader(source, preheader)
    if not found.has_unsubscribe_link:
        whole = footer.append(whole, language)
    html = _html(whole, rules)
    if html is None:
        problems.append(Problem(1, 1, _l("This MJML cannot be read.")))
    problems += _weight(html or "")
    return Compiled(html or "", tuple(problems))


def _html(source: str, rules: AddressRules) -> str | None:
    hidden = markers.hide(PLAIN, source)
    text = _PATHS.sub(
        lambda path: path[1] + escape(rules.complete(path[2])), _well_formed(hidden)
    )
    try:
        # fonts={}: mrml would otherwise make every reader call Google.
        html = mjml2html(text, fonts={})
    except ValueError:
        return None
    return hidden.restore(_inlined(html))


def _inlined(html: str) -> str:
    # css-inline fetches remote style sheets unless told not to.
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
    return inliner.inline(html)


def _well_formed(hidden: markers.Hidden) -> str:
    """MJML as XML wants it: what HTML forgives is mended, lines keep their numbers."""
    notes = re.compile(
        rf"<!--(?!{hidden.prefix}\d+qb-->|\[if|<!\[endif|\[endif).*?-->", re.DOTALL
    )
    text = _DECLARATION.sub("", hidden.text)
    # An editor's notes are not for the readers.
    text = notes.sub(lambda note: "\n" * note[0].count("\n"), text)
    text = _AMPERSAND.sub(_entity, text)
    text = _CLOSED_VOID.sub("", text)
    text = _VOID.sub(r"<\1\2/>", text)
    return _TABLE.sub(_with_table_body, text)


def _entity(found: re.Match[str]) -> str:
    name = found[1]
    if name in _XML_ENTITIES:
        return found[0]
    if name and (character := html5.get(f"{name};")):
        return character
    return "&amp;" + found[0][1:]


def _with_table_body(found: re.Match[str]) -> str:
    """A loop around rows stands inside the body that browsers would add after it."""
    if _HAS_BODY.search(found[2]):
        return found[0]
    return f"{found[1]}<tbody>{found[2]}</tbody>{found[3]}"


def _with_preheader(source: str, preheader: str) -> str:
    if not preheader or "<mj-preview" in source:
        return source
    preview = f"<mj-preview>{_as_text(preheader)}</mj-preview>"
    if "<mj-head>" in source:
        return source.replace("<mj-head>", f"<mj-head>{preview}", 1)
    return source.replace("<mj-body", f"<mj-head>{preview}</mj-head><mj-body", 1)


def _as_text(words: str) -> str:
    """Words as MJML that holds no tag, their template code as it was."""
    parts = _TEMPLATE_CODE.split(words)
    # The captured code stands at the odd places.
    parts[::2] = [escape(part, quote=False) for part in parts[::2]]
    return "".join(parts)


def _weight(html: str) -> list[Problem]:
    size = len(html.encode())
    if size <= CLIPPING_SIZE:
        return []
    said = _l(
        "This e-mail weighs %(size)d KB: Gmail cuts it after %(most)d KB.",
        size=size // 1024,
        most=CLIPPING_SIZE // 1024,
    )
    return [Problem(1, 1, said, Severity.WARNING)]
