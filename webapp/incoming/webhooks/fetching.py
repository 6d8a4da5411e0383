"""Small files of services we know, over HTTPS: no redirect is followed, no large one is read."""

import urllib.request
from http.client import HTTPException
from typing import Any

# Seconds for each step of the connection: a web process waits meanwhile.
TIMEOUT = 5.0
LARGEST = 64 * 1024


class CannotBeFetched(Exception):
    """The service did not answer, or with something else than a small file."""


def get(url: str) -> bytes:
    """The file at an address whose host the caller has checked.

    :raises CannotBeFetched: when there is none.
    """
    try:
        with _OPENER.open(url, timeout=TIMEOUT) as answer:
            told: bytes = answer.read(LARGEST + 1)
    except (OSError, ValueError, HTTPException) as error:
        raise CannotBeFetched(type(error).__name__) from error
    if len(told) > LARGEST:
        raise CannotBeFetched("too large")
    return told


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect leads to a host that nobody checked."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Nothing: the answer is an error then."""
        return


_OPENER = urllib.request.build_opener(_NoRedirect)
