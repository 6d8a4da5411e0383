import io
import logging

import pytest
from sqlalchemy.exc import SQLAlchemyError

from config import logs
from webapp.core.db import db


@pytest.fixture(params=["text", "json"])
def written(request, monkeypatch):
    """What a process writes, as text and as JSON."""
    output = io.StringIO()
    monkeypatch.setattr("sys.stderr", output)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level

    class Settings:
        log_format = request.param
        log_level = "INFO"

    logs.init(Settings)
    yield output.getvalue
    root.handlers[:], root.level = before, level


def test_a_line_names_no_address(written):
    logging.getLogger("x").warning("No mailbox for %s", "ana.d'arc+x@exemple.example")
    assert "No mailbox for" in written()
    assert "exemple" not in written()


@pytest.mark.parametrize("door", ["y", "u", "p", "v", "invitation", "new-password", "thanks"])
def test_a_line_opens_no_door(written, door):
    logging.getLogger("x").error("Exception on /%s/Sesame-123 [POST]", door)
    assert f"Exception on /{door}/" in written()
    assert "Sesame" not in written()


def test_a_line_tells_no_password_of_an_address(written):
    logging.getLogger("x").error("postgresql://volontiers:hush@db.example/volontiers")
    assert "hush" not in written()


def test_an_error_of_the_database_names_nobody(app, written):
    statement = "INSERT INTO workspace (slug, name) VALUES (:slug, :name)"
    values = {"slug": "chez-anna", "name": "Anna Tilleul"}
    try:
        db.session.execute(db.text(statement), values)
    except SQLAlchemyError:
        logging.getLogger("x").exception("It failed")
    assert "NotNullViolation" in written()
    assert "nna" not in written().replace("cannot", "")


def test_what_follows_the_refused_row_is_still_told():
    told = logs.without_people("A\nDETAIL:  Key (1, a\nb).\n[SQL: SELECT 1]\n\nEnd")
    assert told == "A\nDETAIL: …\n[SQL: SELECT 1]\n\nEnd"
