"""Which addresses a mail may hold: complete, encrypted, and known to the editor."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from webapp.core.i18n import _l
from webapp.messages.problems import Severity

LINK_SCHEMES = frozenset({"https", "mailto", "tel", "sms"})
_CSS_URL = re.compile(r"url\(\s*['\"]?\s*([^'\")]*)", re.IGNORECASE)
_CSS_FOREIGN = re.compile(r"@import|@font-face", re.IGNORECASE)
_SCRIPT = re.compile(r"(?:javascript|vbscript|data):", re.IGNORECASE)
_SPACE = re.compile(r"[\x00-\x20]")
# A picture of the workspace that travels inside the message (RFC 2392), or lies at our host.
INLINE = re.compile(r"cid:([0-9a-f]{32})@pictures")
HOSTED = re.compile(r"/i/([0-9a-f]{32})(?![0-9a-zA-Z])")

Finding = tuple[Any, Severity]


@dataclass(frozen=True)
class AddressRules:
    """The instance's own address decides which pictures are at home."""

    instance: str = ""

    def link(self, url: str) -> Iterator[Finding]:
        """What is wrong with the destination of a link."""
        if url.startswith("#"):
            return
        if _SCRIPT.search(_SPACE.sub("", url)):
            yield _l("This address is not allowed in an e-mail."), Severity.ERROR
            return
        yield from _scheme(url, LINK_SCHEMES)

    def picture(self, url: str) -> Iterator[Finding]:
        """What is wrong with the address of a picture; a third host is a warning."""
        if self._is_ours(url) or INLINE.fullmatch(url):
            return
        found = list(_scheme(url, frozenset({"https"})))
        yield from found
        host = _host(url)
        if host and not found:
            said = _l("Readers’ devices will ask %(host)s for this picture.", host=host)
            yield said, Severity.WARNING

    def style(self, css: str) -> Iterator[Finding]:
        """What is wrong with a style sheet or a style attribute."""
        if _CSS_FOREIGN.search(css):
            said = _l("Fonts and style sheets of other sites are not allowed.")
            yield said, Severity.ERROR
        if "expression(" in css.lower() or "\\" in css:
            yield _l("This style is not allowed."), Severity.ERROR
        for found in _CSS_URL.finditer(css):
            yield from self.picture(found[1].strip())

    def complete(self, url: str) -> str:
        """An address on this instance, with its host."""
        return self.instance + url if _is_path(url) else url

    def _is_ours(self, url: str) -> bool:
        ours = bool(self.instance) and url.startswith(self.instance + "/")
        return ours or (_is_path(url) and bool(self.instance))


def hosted(html: str, base_url: str) -> str:
    """The same HTML for a page of ours: no picture is inside the message any more."""
    return INLINE.sub(rf"{base_url}/i/\1", html)


def _is_path(url: str) -> bool:
    return url.startswith("/") and not url.startswith("//")


def _scheme(url: str, allowed: frozenset[str]) -> Iterator[Finding]:
    # Mail readers drop spaces and control characters inside "java script:".
    scheme, colon, _rest = _SPACE.sub("", url).partition(":")
    if colon and scheme.lower() in allowed:
        return
    if colon and scheme.lower() == "http":
        said = _l("This address is not encrypted: begin it with https://.")
    elif colon and scheme.isalpha():
        said = _l("Addresses that begin with “%(scheme)s:” are refused.", scheme=scheme)
    else:
        said = _l("This address must be complete and begin with https://.")
    yield said, Severity.ERROR


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
