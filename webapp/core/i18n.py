"""The language of each reader: French first, English beside it."""

import unicodedata
from contextlib import AbstractContextManager
from typing import Any

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale
from flask_babel import gettext as _
from flask_babel import ngettext as _n
from flask_babel.speaklater import LazyString
from flask_login import current_user
from markupsafe import escape

LOCALES = {"fr": "Français", "en": "English"}
DEFAULT_LOCALE = "fr"

__all__ = [
    "DEFAULT_LOCALE",
    "LOCALES",
    "_",
    "_l",
    "_n",
    "init_app",
    "locale",
    "sort_key",
]


class Lazy(LazyString):  # type: ignore[misc]
    """A sentence said in the language of whoever reads it."""

    def __html__(self) -> str:
        """Escaped as any text: Flask-Babel would take what a person typed into it for markup."""
        return str(escape(str(self)))


def _l(text: str, **values: Any) -> Lazy:
    """A sentence translated when it is shown, with its values written in."""
    return Lazy(_, text, **values)


def init_app(app: Flask) -> None:
    """Choose the reader's language for every request."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(
        app,
        default_locale=DEFAULT_LOCALE,
        default_timezone="Europe/Paris",
        locale_selector=_choose_locale,
        timezone_selector=_choose_timezone,
    )
    app.jinja_env.globals.update(locale=locale, LOCALES=LOCALES)


def locale() -> str:
    """The language of this page: 'fr' or 'en'."""
    chosen = get_locale()
    return chosen.language if chosen else DEFAULT_LOCALE


def _choose_locale() -> str:
    """What was asked for in the address, then what is known of the reader, then the browser."""
    if not has_request_context():
        return DEFAULT_LOCALE
    wishes = (
        request.args.get("lang"),
        g.get("locale"),
        getattr(current_user, "locale", None),
        request.cookies.get("locale"),
    )
    for wish in wishes:
        if wish in LOCALES:
            return str(wish)
    return (
        request.accept_languages.best_match(LOCALES, DEFAULT_LOCALE) or DEFAULT_LOCALE
    )


def _choose_timezone() -> str | None:
    workspace = g.get("workspace") if has_request_context() else None
    return workspace.timezone if workspace else None


def sort_key(word: str) -> str:
    """The word as a reader of French or English looks it up: accents and case aside."""
    plain = unicodedata.normalize("NFKD", word)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()


def speaking(language: str) -> AbstractContextManager[None]:
    """Have everything inside said in a language, whoever reads it."""
    context: AbstractContextManager[None] = force_locale(language)
    return context
