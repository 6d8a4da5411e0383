"""The text alternative of a newsletter, made once, with its template code in place."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from webapp.messages import markers
from webapp.messages.personalising import PLAIN

# How many line ends a tag wants around itself.
_LINES = frozenset({"br", "tr", "li", "dt", "dd"})
_PARAGRAPHS = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote"}
    | {"pre", "figure", "hr", "address", "table"}
)
_BREAKS = dict.fromkeys(_LINES, 1) | dict.fromkeys(_PARAGRAPHS, 2)
_VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "col", "wbr"})
_UNSEEN = frozenset({"head", "style", "script", "title", "template"})
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")


def from_html(html: str) -> str:
    """The same words as lines of text; a link is followed by <its address>."""
    hidden = markers.hide(PLAIN, html)
    reader = _Reader(hidden)
    reader.feed(hidden.text)
    reader.close()
    return hidden.restore_plain("".join(reader.parts)).strip() + "\n"


@dataclass
class _Block:
    """An open condition: where it is, the line ends before it, and inside it."""

    at: int
    breaks: int
    starts: list[int] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, hidden: markers.Hidden) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = hidden
        self._breaks = 0
        # Line ends already written since the last word, at the edge of a loop.
        self._given = 0
        self._space = False
        self._unseen: list[str] = []
        self._links: list[tuple[str, int]] = []
        self._blocks: list[_Block] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._unseen or self._hides(tag, given):
            if tag not in _VOID:
                self._unseen.append(tag)
            return
        self._break(_BREAKS.get(tag, 0))
        if tag in ("td", "th"):
            self._space = True
        elif tag == "li":
            self._say("- ")
        elif tag == "img":
            self._say(_SPACES.sub(" ", given.get("alt") or ""))
        elif tag == "a":
            self._links.append((given.get("href") or "", len(self.parts)))

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            if tag in self._unseen:
                del self._unseen[self._unseen.index(tag) :]
            return
        if tag == "a" and self._links:
            self._end_link(*self._links.pop())
        self._break(_BREAKS.get(tag, 0))

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        words = _SPACES.sub(" ", data)
        if words.startswith(" "):
            self._space = True
        self._say(words.strip(" "))
        if words.endswith(" "):
            self._space = True

    def handle_comment(self, data: str) -> None:
        found = self._hidden.pattern.fullmatch(f"<!--{data}-->")
        if self._unseen or not found:
            return
        keyword = self._hidden.token(found).keyword
        if self._space and self.parts and not self._breaks:
            self.parts.append(" ")
            self._space = False
        if keyword in ("for", "endfor"):
            self._flush_breaks()
        elif keyword == "if":
            self._blocks.append(_Block(len(self.parts), self._breaks))
        elif self._blocks and keyword == "endif":
            self._end_block(self._blocks.pop())
        elif self._blocks:
            self._breaks = max(self._breaks, self._blocks[-1].breaks)
        self.parts.append(f"<!--{data}-->")

    def _flush_breaks(self) -> None:
        """A loop has its line ends inside its turns."""
        if self.parts:
            self.parts.append("\n" * self._breaks)
        self._given = self._breaks if self.parts else 2
        self._breaks = 0

    def _end_block(self, block: "_Block") -> None:
        """Line ends wait inside a condition; around words of a line they go before it."""
        if self._breaks:
            self._breaks = max(self._breaks, block.breaks)
            return
        for start in block.starts:
            self.parts[start] = ""
        self.parts[block.at] = "\n" * block.breaks + self.parts[block.at]

    def _hides(self, tag: str, given: dict[str, str | None]) -> bool:
        if tag in _UNSEEN or given.get("aria-hidden") == "true":
            return True
        return _HIDDEN.search(given.get("style") or "") is not None

    def _break(self, wanted: int) -> None:
        if wanted:
            self._breaks = max(self._breaks, wanted)
            self._space = False

    def _say(self, words: str) -> None:
        if not words:
            return
        if self.parts and self._breaks:
            if self._blocks:
                self._blocks[-1].starts.append(len(self.parts))
            self.parts.append("\n" * (self._breaks - self._given))
        elif self.parts and self._space:
            self.parts.append(" ")
        self._breaks, self._given, self._space = 0, 0, False
        self.parts.append(words)

    def _end_link(self, url: str, start: int) -> None:
        if not url or url.startswith("#"):
            return
        shown = url.removeprefix("mailto:").removeprefix("tel:")
        if "".join(self.parts[start:]).strip() == shown:
            if url == shown:
                self.parts[-1] = f"<{shown}>"
            return
        self._space = True
        self._say(f"<{shown}>")
