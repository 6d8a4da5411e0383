"""The language and the theme, from the menu on every page."""

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.accounts.access import signed_in
from webapp.accounts.views.blueprints import accounts
from webapp.core.i18n import LOCALES
from webapp.core.returning import page_before

THEMES = ("auto", "light", "dark")


@accounts.post("/account/theme")
@signed_in
def choose_theme() -> ResponseReturnValue:
    """Keep the theme the person chose."""
    theme = request.form.get("theme")
    if theme not in THEMES:
        abort(400)
    current_user.theme = theme
    return _back()


@accounts.post("/account/locale")
@signed_in
def choose_locale() -> ResponseReturnValue:
    """Keep the language the person chose."""
    chosen = request.form.get("locale")
    if chosen not in LOCALES:
        abort(400)
    current_user.locale = chosen
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(page_before(request.referrer, request.host, "/"), 303)
