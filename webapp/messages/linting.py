"""What is wrong in MJML, with the line: mrml accepts almost anything in silence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any
from xml.parsers import expat

from webapp.core.i18n import _l
from webapp.messages import xml_errors
from webapp.messages.addresses_in_mail import AddressRules, Finding
from webapp.messages.markers import Hidden, Token
from webapp.messages.mjml_tags import COMMON, HTML_TAGS, TAGS
from webapp.messages.problems import Problem, Severity
from webapp.messages.variables import OWN_PAGES

_MIDDLES = {"elif": "if", "else": "", "endif": "if", "endfor": "for"}
_PICTURES = ("src", "background-url", "background", "srcset")
# They would have a reader's device ask other addresses than those we know of.
_ASKING = frozenset({"ping", "lowsrc", "dynsrc", "longdesc", "action", "formaction"})
_ASKS = re.compile(r"\b(?:href|src)\s*=|url\(|@import", re.IGNORECASE)


def lint(hidden: Hidden, text: str, rules: AddressRules) -> "Findings":
    """Read the MJML (`text`: hidden.text, made well-formed) and tell what is wrong."""
    linter = _Linter(hidden, rules)
    linter.read(text)
    linter.findings.problems.sort(key=lambda problem: (problem.line, problem.column))
    return linter.findings


@dataclass
class Findings:
    """The problems, and what the reading taught about the template."""

    problems: list[Problem] = field(default_factory=list)
    # A link that prints `unsubscribe_url`, outside of any condition.
    has_unsubscribe_link: bool = False
    well_formed: bool = False


@dataclass(frozen=True)
class _Open:
    tag: str
    number: int


class _Linter:
    def __init__(self, hidden: Hidden, rules: AddressRules) -> None:
        self.findings = Findings()
        self._hidden = hidden
        self._rules = rules
        self._stack: list[_Open] = []
        self._blocks: list[tuple[str, _Open, int]] = []
        self._count = 0
        self._style = ""
        self._hosts: set[str] = set()
        self._parser = expat.ParserCreate()

    def read(self, text: str) -> None:
        for token in self._hidden.tokens:
            self._misplaced(token)
        parser = self._parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.CommentHandler = self._comment
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(text, True)
        except expat.ExpatError as error:
            said = xml_errors.said(error)
            self._add(said, line=error.lineno, column=error.offset + 1)
            return
        except _Stopped:
            return
        self.findings.well_formed = True
        for keyword, _where, line in self._blocks:
            said = _l("{%% %(keyword)s %%} is never closed.", keyword=keyword)
            self._add(said, line=line, column=1)

    def _misplaced(self, token: Token) -> None:
        if token.place in ("tag", "cdata"):
            said = _l(
                "Template code may stand in a text or between the quotes of an "
                "attribute, not here."
            )
            self._add(said, line=token.line, column=1)

    def _doctype(self, *_args: Any) -> None:
        self._add(_l("A document type is not allowed."))
        raise _Stopped

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        parent = self._stack[-1].tag if self._stack else ""
        self._count += 1
        self._stack.append(_Open(tag, self._count))
        self._style = ""
        if tag.startswith("mj"):
            self._mjml_tag(tag, parent, attributes)
        else:
            self._html_tag(tag)
        for name, value in attributes.items():
            for said, severity in self._attribute(tag, name, value):
                self._add(said, severity)
        self._blocks_inside(attributes)

    def _end(self, tag: str) -> None:
        if tag == "mj-style":
            for said, severity in self._rules.style(self._style):
                self._add(said, severity)
            if self._hidden.pattern.search(self._style):
                self._add(_l("Template code is not allowed in a style."))
        here = self._stack.pop()
        while self._blocks and self._blocks[-1][1] == here:
            keyword, _where, line = self._blocks.pop()
            self._unbalanced(keyword, line)

    def _characters(self, text: str) -> None:
        holder = self._holder()
        if holder == "style":
            self._style += text
        elif holder == "tags" and text.strip():
            self._add(_l("Text cannot stand here: put it in <mj-text>."))

    def _comment(self, text: str) -> None:
        if text.startswith("[if") and _ASKS.search(text):
            self._add(_l("A comment for Outlook cannot hold links or pictures."))
        if found := self._hidden.pattern.fullmatch(f"<!--{text}-->"):
            token = self._hidden.token(found)
            self._block(token, self._stack[-1] if self._stack else _Open("", 0))
            if self._stack and self._stack[-1].tag == "table" and token.keyword:
                self._add(_l("Put the rows of this table in <tbody>."))

    def _block(self, token: Token, where: _Open) -> None:
        keyword = token.keyword
        if keyword in ("if", "for"):
            self._blocks.append((keyword, where, token.line))
            return
        if keyword not in _MIDDLES or not self._blocks:
            return
        opened, place, line = self._blocks[-1]
        if place != where:
            self._unbalanced(opened, line)
        if keyword.startswith("end"):
            self._blocks.pop()

    def _unbalanced(self, keyword: str, line: int) -> None:
        said = _l(
            "{%% %(keyword)s %%} must be closed inside the same tag.", keyword=keyword
        )
        self._add(said, line=line, column=1)

    def _blocks_inside(self, attributes: dict[str, str]) -> None:
        """Conditions inside the quotes of one attribute close there."""
        for name, value in attributes.items():
            depth = 0
            for found in self._hidden.pattern.finditer(value):
                token = self._hidden.token(found)
                depth += (token.keyword in ("if", "for")) - token.keyword.startswith(
                    "end"
                )
                self._unsubscribing(name, token, depth)
            if depth:
                self._add(_l("A condition must close inside the same attribute."))

    def _unsubscribing(self, name: str, token: Token, depth: int) -> None:
        always = not self._blocks and not depth
        if always and name == "href" and token.expression == "unsubscribe_url":
            self.findings.has_unsubscribe_link = True

    def _mjml_tag(self, tag: str, parent: str, attributes: dict[str, str]) -> None:
        if tag == "mj-include":
            self._add(_l("<mj-include> is not allowed: paste the content instead."))
            return
        rule = TAGS.get(tag)
        if rule is None:
            self._unknown_tag(tag)
            return
        defaults = parent == "mj-attributes"
        if not defaults and parent not in (rule.parents or ("",)):
            places = " · ".join(f"<{name}>" for name in rule.parents) or "–"
            said = _l("<%(tag)s> must stand in %(places)s.", tag=tag, places=places)
            self._add(said)
        known = rule.attributes | COMMON
        if tag not in ("mj-all", "mj-class"):
            self._unknown_attributes(
                tag, attributes, known | {"name"} if defaults else known
            )
        if tag == "mj-image" and not defaults and "alt" not in attributes:
            self._add(
                _l('This picture needs a description: alt="…" (empty for decoration).')
            )
        if tag == "mj-font":
            self._add(_l("Fonts and style sheets of other sites are not allowed."))

    def _unknown_tag(self, tag: str) -> None:
        near = get_close_matches(tag, TAGS, n=1)
        said = (
            _l(
                "There is no tag <%(tag)s>. Did you mean <%(near)s>?",
                tag=tag,
                near=near[0],
            )
            if near
            else _l("There is no tag <%(tag)s>.", tag=tag)
        )
        self._add(said)

    def _unknown_attributes(
        self, tag: str, attributes: dict[str, str], known: frozenset[str]
    ) -> None:
        for name in attributes:
            if name in known:
                continue
            near = get_close_matches(name, known, n=1)
            said = (
                _l(
                    "<%(tag)s> has no attribute “%(name)s”. Did you mean “%(near)s”?",
                    tag=tag,
                    name=name,
                    near=near[0],
                )
                if near
                else _l("<%(tag)s> has no attribute “%(name)s”.", tag=tag, name=name)
            )
            self._add(said)

    def _html_tag(self, tag: str) -> None:
        if self._holder(above=True) not in ("html", "raw"):
            said = _l("<%(tag)s> cannot stand here: put it in <mj-text>.", tag=tag)
            self._add(said)
        elif tag not in HTML_TAGS:
            self._add(_l("<%(tag)s> is not allowed in an e-mail.", tag=tag))

    def _attribute(self, tag: str, name: str, value: str) -> Iterator[Finding]:
        if name.startswith("on") or name in _ASKING:
            said = _l("“%(name)s” is not allowed in an e-mail.", name=name)
            yield said, Severity.ERROR
        if name == "style":
            yield from self._rules.style(value)
        if not value or tag == "mj-font":
            return
        if name in ("href", "base-url"):
            yield from self._rules.link(self._address(value))
        elif name in _PICTURES:
            yield from self._rules.picture(self._address(value))

    def _address(self, value: str) -> str:
        """The address as readers get it; what a person typed never begins one."""

        def said(found: re.Match[str]) -> str:
            token = self._hidden.token(found)
            if token.is_block:
                return ""
            return "https://" if token.expression in OWN_PAGES else token.source

        return self._hidden.pattern.sub(said, value)

    def _holder(self, *, above: bool = False) -> str:
        """What the innermost MJML tag around may hold."""
        for opened in reversed(self._stack[: -1 if above else None]):
            if opened.tag.startswith("mj"):
                return TAGS[opened.tag].holds if opened.tag in TAGS else "html"
        return "tags"

    def _add(
        self,
        said: Any,
        severity: Severity = Severity.ERROR,
        *,
        line: int = 0,
        column: int = 0,
    ) -> None:
        if severity is Severity.WARNING:
            if str(said) in self._hosts:
                return
            self._hosts.add(str(said))
        where = line or self._parser.CurrentLineNumber
        self.findings.problems.append(
            Problem(
                where, column or self._parser.CurrentColumnNumber + 1, said, severity
            )
        )


class _Stopped(Exception):
    pass
