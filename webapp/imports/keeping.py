"""What a line says, in the form we keep: as `contacts.tidying`, for a million lines.

Names, places and streets come again and again: each is put in form once.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from webapp.contacts import tidying
from webapp.imports import quick

_REMEMBERED = 50_000
_PHONES = ("phone", "landline")


def keep(given: dict[str, Any]) -> dict[str, Any]:
    """Put the values in form, in place; gives what was typed of those that are kept otherwise."""
    typed: dict[str, Any] = {}
    for name, form in _WORDS.items():
        if name in given:
            _put(given, typed, name, form(given[name]))
    country, postcode = given.get("country", ""), given.get("postcode", "")
    for name in _PHONES:
        if name in given:
            _put(given, typed, name, quick.phone(given[name], country, postcode)[:30])
    if country in {"", "FR"}:
        _keep_place(given, typed)
    return typed


def _keep_place(given: dict[str, Any], typed: dict[str, Any]) -> None:
    found = _place(given.get("postcode", ""), given.get("city", ""))
    for name, kept in zip(("postcode", "city"), found, strict=True):
        if name in given:
            _put(given, typed, name, kept)
    if "street" in given:
        _put(given, typed, "street", _street(given["street"]))


def _put(given: dict[str, Any], typed: dict[str, Any], name: str, kept: str) -> None:
    if kept != given[name]:
        typed[name] = given[name]
        if kept:
            given[name] = kept
        else:
            del given[name]


def _form(name: str) -> Callable[[str], str]:
    @lru_cache(_REMEMBERED)
    def form(said: str) -> str:
        return str(tidying.tidy({name: said})[name])

    return form


@lru_cache(_REMEMBERED)
def _place(postcode: str, city: str) -> tuple[str, str]:
    kept = tidying.tidy({"postcode": postcode, "city": city})
    return kept["postcode"], kept["city"]


@lru_cache(_REMEMBERED)
def _street(street: str) -> str:
    return str(tidying.tidy({"street": street})["street"])


_WORDS = {name: _form(name) for name in ("civility", "first_name", "last_name")}
