"""The links of a newsletter: where they lead, how they are tagged and followed."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape, unescape
from typing import Any
from urllib.parse import quote

from webapp.messages import ending_links, markers
from webapp.messages.mail_tokens import Kind, MailTokens
from webapp.messages.personalising import PLAIN
from webapp.messages.variables import CLICK_TOKEN, OPEN_URL, VARIABLES

_OURS = frozenset(name for name, fields in VARIABLES.items() if fields is None)
_ANCHOR = re.compile(
    r"<a\b(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?\shref=\"(?P<url>[^\"]*)\"", re.IGNORECASE
)
# As text.py writes them.
_IN_TEXT = re.compile(r"<(?P<url>https?://[^<>\s]+)>")
_PIXEL = (
    f'<img src="{{{{ {OPEN_URL} }}}}" width="1" height="1" alt=""'
    ' style="display:block;border:0">'
)


@dataclass(frozen=True)
class Links:
    """Where a newsletter leads, each destination once, in the order of reading."""

    destinations: tuple[str, ...]
    # Made by template code: different for each person, so never rewritten.
    personal: tuple[str, ...]


@dataclass(frozen=True)
class MailUrls:
    """The addresses of our own pages, for one message.

    `link_ids`: the rows of the campaign's links, by their position.
    """

    base_url: str
    tokens: MailTokens
    campaign: int = 0
    link_ids: Sequence[int] = ()
    # Whether the way to the preferences is the way to answer about measuring, for so long.
    answers_for: timedelta | None = None
    # The row of the link that only machines follow; 0: none is set.
    trap: int = 0

    def unsubscribe(
        self, *, workspace: int, contact: int, list_id: int, message: int
    ) -> str:
        """Works without the campaign, and after the contact was erased."""
        ids = (workspace, contact, list_id, message)
        return f"{self.base_url}/u/{self.tokens.sign(Kind.UNSUBSCRIBE, *ids)}"

    def preferences(self, *, workspace: int, contact: int) -> str:
        """The page where a person sees and changes what they agreed to."""
        token = self.tokens.sign(Kind.PREFERENCES, workspace, contact)
        return f"{self.base_url}/p/{token}"

    def answer(
        self, *, workspace: int, contact: int, address: str, dated: datetime
    ) -> str:
        """The page where a person says whether they may be measured; it ends with the mail's time."""
        ends = dated + (self.answers_for or timedelta())
        ids = (workspace, contact, *ending_links.ids(ends, address), self.campaign)
        return f"{self.base_url}/p/m/{self.tokens.sign(Kind.MEASURING, *ids)}"

    def view(self, message: int) -> str:
        """The message as a page."""
        return f"{self.base_url}/v/{self.tokens.sign(Kind.VIEW, message)}"

    def open(self, message: int) -> str:
        """The pixel: only for people who agreed to it."""
        return f"{self.base_url}/o/{self.tokens.sign(Kind.OPEN, message)}"

    def last_open(self, contact: int) -> str:
        """The pixel that leaves the day alone; whose it is, and of no message in particular."""
        return f"{self.base_url}/o/{self.tokens.sign(Kind.HYGIENE, contact)}"

    def click_token(self, message: int) -> str:
        """Whose the followed links of a message are, and of which campaign: the same for all of them."""
        return self.tokens.sign(Kind.CLICK, message, self.campaign)

    def followed(self, destinations: Sequence[str]) -> dict[str, str]:
        """What to write in place of each destination; it is looked up, never part of the address."""
        return {
            url: self._link(self.link_ids[position])
            for position, url in enumerate(destinations)
        }

    def trap_link(self) -> str:
        """A link that nobody can see or reach by keyboard, at the very end; empty: none is set."""
        if not self.trap:
            return ""
        return (
            f'<a href="{self._link(self.trap)}" aria-hidden="true" tabindex="-1"></a>'
        )

    def _link(self, number: int) -> str:
        return f"{self.base_url}/c/{{{{ {CLICK_TOKEN} }}}}/{number}"


def find(html: str) -> Links:
    """The destinations worth following: never mail, phone, anchors or our pages."""
    hidden = markers.hide(PLAIN, html)
    destinations: dict[str, None] = {}
    personal: dict[str, None] = {}
    for anchor in _ANCHOR.finditer(hidden.text):
        url = unescape(anchor["url"])
        if hidden.pattern.search(url):
            if not _is_ours(hidden, url):
                personal[hidden.restore_plain(url)] = None
        elif _leads_away(url):
            destinations[url] = None
    return Links(tuple(destinations), tuple(personal))


def settle(html: str, fixed: Mapping[str, Any]) -> str:
    """Write in the destinations that are the same for everybody ({{ workspace.website }})."""
    hidden = markers.hide(PLAIN, html)

    def known(found: re.Match[str]) -> str:
        root, _, name = hidden.token(found).expression.partition(".")
        value = fixed.get(root, {}).get(name) if name else None
        # A brace in an address would read as template code.
        return escape(str(value)).replace("{", "%7B") if value else found[0]

    def settled(anchor: re.Match[str]) -> str:
        start = anchor.start("url") - anchor.start()
        return anchor[0][:start] + hidden.pattern.sub(known, anchor["url"]) + '"'

    return hidden.restore_as_is(_ANCHOR.sub(settled, hidden.text))


def tag(html: str, change: Callable[[str], str]) -> str:
    """Write every destination as `change` has it."""
    return _rewrite(html, lambda url: escape(change(url)))


def with_tags(url: str, tags: Mapping[str, str]) -> str:
    """The address with its query and fragment byte for byte, and the tags it lacks."""
    address, hash_sign, fragment = url.partition("#")
    for name, value in tags.items():
        if re.search(rf"[?&;]{re.escape(name)}(?=[=&;]|$)", address):
            continue
        glue = "" if address[-1:] in "?&" else "&" if "?" in address else "?"
        address += f"{glue}{name}={quote(value, safe='')}"
    return address + hash_sign + fragment


def track(html: str, followed: Mapping[str, str]) -> str:
    """The variant whose links pass by us, at the addresses of `MailUrls.followed`."""
    return _rewrite(html, followed.get)


def track_text(text: str, followed: Mapping[str, str]) -> str:
    """As track(), for the text alternative."""
    hidden = markers.hide(PLAIN, text)

    def change(found: re.Match[str]) -> str:
        return f"<{followed.get(found['url'], found['url'])}>"

    return hidden.restore_as_is(_IN_TEXT.sub(change, hidden.text))


def with_pixel(html: str) -> str:
    """The variant that tells us when it is opened: {{ open_url }}, at the very end."""
    return at_the_end(html, _PIXEL)


def at_the_end(html: str, addition: str) -> str:
    """The template with something behind the last word of its body."""
    before, body, after = html.rpartition("</body>")
    return before + addition + body + after if body else html + addition


def _rewrite(html: str, change: Callable[[str], str | None]) -> str:
    hidden = markers.hide(PLAIN, html)

    def replaced(anchor: re.Match[str]) -> str:
        url = unescape(anchor["url"])
        if hidden.pattern.search(url) or not _leads_away(url):
            return anchor[0]
        start = anchor.start("url") - anchor.start()
        return anchor[0][:start] + (change(url) or anchor["url"]) + '"'

    return hidden.restore_as_is(_ANCHOR.sub(replaced, hidden.text))


def _leads_away(url: str) -> bool:
    return url.lower().startswith(("https://", "http://"))


def _is_ours(hidden: markers.Hidden, url: str) -> bool:
    found = hidden.pattern.fullmatch(url)
    return found is not None and hidden.token(found).expression in _OURS
