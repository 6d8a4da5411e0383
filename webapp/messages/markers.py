"""Template code out of the way of XML and HTML tools, and back in its place.

Tools that read markup refuse `{% if a < 3 %}` and quotes inside an attribute; they move
text out of tables. So tokens become opaque words, or comments between elements.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from jinja2 import Environment

_BEGIN = {
    "variable_begin": "variable_end",
    "block_begin": "block_end",
    "comment_begin": "comment_end",
    "raw_begin": "raw_end",
}
_NEXT = {
    "text": re.compile(r"<!--|<!\[CDATA\[|<(?=[A-Za-z/!?])"),
    "tag": re.compile(r"[\"'>]"),
    "double": re.compile(r'"'),
    "single": re.compile(r"'"),
    "comment": re.compile(r"-->"),
    "cdata": re.compile(r"\]\]>"),
}
_MOVES = {
    ("text", "<!--"): "comment",
    ("text", "<![CDATA["): "cdata",
    ("text", "<"): "tag",
    ("tag", '"'): "double",
    ("tag", "'"): "single",
    ("tag", ">"): "text",
    ("double", '"'): "tag",
    ("single", "'"): "tag",
    ("comment", "-->"): "text",
    ("cdata", "]]>"): "text",
}
_STYLE = re.compile(r"(<style\b.*?</style>)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Token:
    """A piece of template code as it stood in the source."""

    source: str
    line: int
    # text, tag, double, single, comment or cdata: what surrounds it.
    place: str
    # if, for, else, endif …; empty for a printed expression or a comment.
    keyword: str = ""

    @property
    def is_block(self) -> bool:
        """It prints nothing itself, so it may stand between elements."""
        return not self.source.startswith("{{")

    @property
    def expression(self) -> str:
        """What stands between the braces."""
        return self.source.strip("{}-+ \t\n")


@dataclass(frozen=True)
class Hidden:
    """A source without template code, and the code that was there."""

    text: str
    tokens: tuple[Token, ...]
    prefix: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds a marker; its first group that matched is the number of the token."""
        return re.compile(rf"<!--{self.prefix}(\d+)qb-->|{self.prefix}(\d+)q[zb]")

    def token(self, found: re.Match[str]) -> Token:
        """The token a marker stands for."""
        return self.tokens[int(found[1] or found[2])]

    def restore(self, text: str) -> str:
        """Put the code back; braces that only look like code now become harmless."""
        parts = _STYLE.split(text)
        parts[::2] = [self._tame(part, "&#123;") for part in parts[::2]]
        parts[1::2] = [self._tame(part, "{ ") for part in parts[1::2]]
        return self.restore_as_is("".join(parts))

    def restore_plain(self, text: str) -> str:
        """As restore(), for a text without markup."""
        return self.restore_as_is(self._tame(text, "{{ '{' }}"))

    def restore_as_is(self, text: str) -> str:
        """Put the code back into a text that no tool has decoded since."""
        return self.pattern.sub(lambda found: self.token(found).source, text)

    def _tame(self, text: str, brace: str) -> str:
        return re.sub(rf"\{{(?=[{{%#]|{self.prefix}\d)", brace, text)


def hide(environment: Environment, source: str) -> Hidden:
    """Replace each token by a marker; lines keep their numbers.

    :raises TemplateSyntaxError: for code that is never closed.
    """
    prefix = next(p for n in count() if (p := f"zq{'x' * n}") not in source.lower())
    parts: list[str] = []
    tokens: list[Token] = []
    place, here = "text", 1
    for line, text, keyword in _pieces(environment, source):
        if keyword is not None:
            tokens.append(Token(text, line, place, keyword))
            parts.append(_marker(prefix, len(tokens) - 1, tokens[-1]))
            continue
        # Code over several lines: its line ends are given back where the next one is.
        parts.append(text.replace("\n", "\n" * (line - here + 1), 1))
        here += parts[-1].count("\n")
        place = _follow(place, text)
    return Hidden("".join(parts), tuple(tokens), prefix)


def _marker(prefix: str, number: int, token: Token) -> str:
    if token.is_block and token.place == "text":
        return f"<!--{prefix}{number}qb-->"
    return f"{prefix}{number}qz"


def _pieces(
    environment: Environment, source: str
) -> Iterator[tuple[int, str, str | None]]:
    """Line, text, and the keyword of a token (None: ordinary text)."""
    until, start, text, keyword = "", 1, "", ""
    for line, kind, value in environment.lex(source):
        if not until and kind not in _BEGIN:
            yield line, value, None
            continue
        if not until:
            until, start, text, keyword = _BEGIN[kind], line, "", ""
        if kind == "name" and not keyword and until == "block_end":
            keyword = value
        text += value
        if kind == until:
            until = ""
            yield start, text, keyword


def _follow(place: str, text: str) -> str:
    at = 0
    while found := _NEXT[place].search(text, at):
        at = found.end()
        place = _MOVES[place, found[0]]
    return place
