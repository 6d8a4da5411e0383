"""Bodies that are read little by little, once their request is over."""

from collections.abc import Iterable, Iterator

from flask import stream_with_context  # noqa: TID251 - the one place for it

from webapp.core.db import db


def streamed(lines: Iterable[str]) -> Iterator[str]:
    """These lines as a body, with what the view loaded still at hand while they are told.

    By then the request has committed, so that values are read anew, and its session is closed:
    without this there would be none to read them with.
    """
    loaded = list(db.session)

    def told() -> Iterator[str]:
        db.session.add_all(loaded)
        yield from lines

    return stream_with_context(told())
