"""Errors named for the fact, and the pages that tell them."""

import logging
from typing import Any

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException, InternalServerError

from webapp.core.db import db
from webapp.core.i18n import _, _l

log = logging.getLogger(__name__)


class DomainError(Exception):
    """Something that cannot be done, said in words the person in front of the page understands."""

    status = 409
    message: Any = _l("This cannot be done.")

    def __str__(self) -> str:
        """The sentence for the page, in the reader's language."""
        return str(self.message)


class NotFound(DomainError):
    """There is no such thing in this workspace."""

    status = 404
    message = _l("There is no such page.")


class NotAllowed(DomainError):
    """The role of this person does not include that."""

    status = 403
    message = _l("Your role does not allow this.")


_FORM_TOO_OLD = _l(
    "This form is too old, or your browser keeps no cookies. "
    "Go back, reload the page and send it again."
)


def init_app(app: Flask) -> None:
    """Answer every error with a page that says what to do next."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)


def _domain_error(error: DomainError) -> ResponseReturnValue:
    return _page(error.status, str(error))


def _csrf_error(_error: CSRFError) -> ResponseReturnValue:
    return _page(400, str(_FORM_TOO_OLD))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, InternalServerError):
        return _page(500, "")
    if error.response is not None or error.code is None or error.code < 400:
        return error
    return _page(error.code, "")


def _page(status: int, sentence: str) -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        return {"error": {"status": status, "message": sentence}}, status
    try:
        # A transaction that failed answers no question, not even who is signed in.
        db.session.rollback()
        page = render_template("errors/error.html", status=status, sentence=sentence)
    except Exception:
        log.exception("The page about an error could not be made")
        page = _bare_page(status, sentence)
    return page, status


def _bare_page(status: int, sentence: str) -> str:
    """A page that needs neither the database nor a template."""
    words = escape(sentence or _("Something went wrong here. Please try again later."))
    return (
        f"<!DOCTYPE html><meta charset=utf-8><title>Volontiers</title>"
        f'<h1>{status}</h1><p>{words}</p><p><a href="/">Volontiers</a></p>'
    )
