"""What no page can mean anything by: characters and numbers the database has no room for."""

from collections.abc import Iterator
from typing import Any

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

# PostgreSQL: bigint.
LARGEST = 2**63 - 1
# PostgreSQL's text cannot hold it.
NUL = "\0"


class RowNumber(IntegerConverter):
    """The number of a row in an address; one too large for the database is no page."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:  # noqa: A002
        super().__init__(map, *args, **{"max": LARGEST, **options})


def row_number(text: str) -> int:
    """The number of a row in a query or a form.

    :raises ValueError: for anything else, as a `type` of Werkzeug's dictionaries shall.
    """
    number = int(text)
    if not 0 <= number <= LARGEST:
        raise ValueError
    return number


def init_app(app: Flask) -> None:
    """Refuse such requests before anything reads them."""
    app.url_map.converters["int"] = RowNumber
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    if any(NUL in text for text in _texts()):
        abort(400)


def _texts() -> Iterator[str]:
    yield request.path
    for fields in (request.args, request.form):
        for name, value in fields.items(multi=True):
            yield name
            yield value
