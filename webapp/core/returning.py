"""The way back after a form: only ever to a page of ours."""

from urllib.parse import parse_qsl, urlencode, urlsplit


def safe_path(target: str | None, otherwise: str) -> str:
    """The path to go to, unless it could lead to another site."""
    target = target or ""
    # Browsers read "//host" and "/\\host" as another site, and skip tabs and line ends.
    inside = target.startswith("/") and target[1:2] not in {"/", "\\"}
    return target if inside and target.isprintable() else otherwise


def page_before(referrer: str | None, host: str, otherwise: str) -> str:
    """The page of ours a form was sent from, without the language its address asked for."""
    try:
        parts = urlsplit(referrer or "")
    except ValueError:
        return otherwise
    if parts.netloc != host:
        return otherwise
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "lang"]
    path = parts.path + ("?" + urlencode(query) if query else "")
    return safe_path(path, otherwise)
