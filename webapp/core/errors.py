"""Errors named for the fact, and the pages that tell them."""

from typing import Any

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError

from webapp.core.i18n import _l


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


def init_app(app: Flask) -> None:
    """Answer every error with a page that says what to do next."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)


def _domain_error(error: DomainError) -> ResponseReturnValue:
    return _page(error.status, str(error))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, InternalServerError):
        return _page(500, "")
    if error.response is not None or error.code is None or error.code < 400:
        return error
    return _page(error.code, "")


def _page(status: int, sentence: str) -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        return {"error": {"status": status, "message": sentence}}, status
    page = render_template("errors/error.html", status=status, sentence=sentence)
    return page, status
