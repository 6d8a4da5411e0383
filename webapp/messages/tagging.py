"""Campaign tags (utm_source …): what a workspace adds to the links that lead to its own sites."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import idna

from webapp.accounts.models import Workspace
from webapp.core.db import db
from webapp.core.errors import DomainError
from webapp.core.i18n import _, _l
from webapp.messages import links
from webapp.messages.models import Tagging

FIELDS = ("source", "medium", "campaign", "content")
# The same for everybody: a tag tells nothing about a person.
VARIABLES = ("campaign.name", "campaign.subject", "list.name", "workspace.name")
_VARIABLE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}")


class UnknownVariable(DomainError):
    """A tag may only say what is the same for every reader."""

    def __init__(self) -> None:
        known = ", ".join(f"{{{{ {name} }}}}" for name in VARIABLES)
        self.message = _l(
            "A tag can only hold these variables: %(known)s.", known=known
        )


class NotASite(DomainError):
    """This is no name of a site."""

    def __init__(self, written: str) -> None:
        self.message = _l(
            "“%(site)s” is not the name of a site, such as my-shop.example.",
            site=written,
        )


def of(workspace: Workspace) -> Tagging | None:
    """The rules of the workspace; None while it adds nothing."""
    return db.session.get(Tagging, workspace.id)


def suggestion(workspace: Workspace) -> Tagging:
    """What one begins with, never saved by itself."""
    host = urlsplit(workspace.website).hostname or ""
    return Tagging(
        source="newsletter",
        medium="email",
        campaign="{{ campaign.name }}",
        content="",
        sites=[host.removeprefix("www.")] if host else [],
    )


def save(
    workspace: Workspace, patterns: Mapping[str, str], sites: Sequence[str]
) -> None:
    """Add these from now on; campaigns that began to leave stay as they are."""
    rules = of(workspace) or Tagging(workspace_id=workspace.id)
    for name in FIELDS:
        setattr(rules, name, patterns[name])
    rules.sites = list(sites)
    db.session.add(rules)


def stop(workspace: Workspace) -> None:
    """Add nothing any more."""
    if rules := of(workspace):
        db.session.delete(rules)


def check(pattern: str) -> None:
    """Let pass what can be filled in for a whole campaign.

    :raises UnknownVariable: for anything else between braces.
    """
    rest = _VARIABLE.sub("", pattern)
    unknown = set(_VARIABLE.findall(pattern)) - set(VARIABLES)
    if unknown or "{" in rest or "}" in rest:
        raise UnknownVariable


def site(written: str) -> str:
    """The name of a site as links spell it, whatever was pasted.

    :raises NotASite: when it is none.
    """
    name = written.strip().lower()
    try:
        host = urlsplit(name if "//" in name else f"//{name}").hostname or ""
        host = idna.encode(host, uts46=True).decode("ascii")
    except (ValueError, idna.IDNAError):
        host = ""
    if not _HOST.fullmatch(host):
        raise NotASite(written.strip())
    return host.removeprefix("www.")


def filled(rules: Tagging | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a campaign keeps of the rules: the words of its tags, and the sites they are for."""
    if rules is None:
        return {"tags": {}, "sites": []}
    words = {name: _fill(getattr(rules, name), values) for name in FIELDS}
    tags = {f"utm_{name}": said for name, said in words.items() if said}
    return {"tags": tags, "sites": list(rules.sites)}


def apply(html: str, kept: Mapping[str, Any], our_hosts: Collection[str]) -> str:
    """The template with its links tagged: never our own pages, never what is tagged already."""
    if not kept["tags"]:
        return html
    sites = kept["sites"]

    def change(url: str) -> str:
        host = host_of(url)
        if host in our_hosts or (sites and not belongs(host, sites)):
            return url
        return links.with_tags(url, kept["tags"])

    return links.tag(html, change)


def bears(url: str, tags: Mapping[str, str]) -> bool:
    """Whether an address says one of the tags, whoever wrote it there."""
    return any(re.search(rf"[?&;]{name}=", url) for name in tags)


def example(workspace: Workspace) -> str:
    """A link of the workspace as a campaign of these days would write it."""
    rules = of(workspace) or suggestion(workspace)
    words = {
        "campaign": {"name": _("Spring"), "subject": _("Spring is here")},
        "list": {"name": _("News")},
        "workspace": {"name": workspace.name},
    }
    site_of_theirs = next(iter(rules.sites), "my-shop.example")
    return links.with_tags(
        f"https://{site_of_theirs}/tea", filled(rules, words)["tags"]
    )


def host_of(url: str) -> str:
    """The host an address leads to, in lower case and ASCII; empty for what is no address."""
    try:
        host = urlsplit(url).hostname or ""
        return idna.encode(host, uts46=True).decode("ascii")
    except (ValueError, idna.IDNAError):
        return ""


def belongs(host: str, sites: Collection[str]) -> bool:
    """Whether a host is one of the sites, or stands below one."""
    return any(host == one or host.endswith(f".{one}") for one in sites)


def _fill(pattern: str, values: Mapping[str, Any]) -> str:
    def said(found: re.Match[str]) -> str:
        root, _, name = found[1].partition(".")
        return str(values.get(root, {}).get(name) or "")

    return _VARIABLE.sub(said, pattern).strip()
