import io
import logging
import re

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


DOORS = ["y", "u", "p", "p/m", "v", "g", "parent", "address/new", "address/old"]
DOORS += ["invitation", "new-password", "preview", "thanks", "in/brevo"]


@pytest.mark.parametrize("door", DOORS)
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


def test_no_address_of_ours_shows_its_secret(app):
    secrets = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.arguments & {"token", "sealed"}
    ]
    assert len(secrets) > len(DOORS)
    for rule in secrets:
        path = re.sub(r"<(\w+:)?(token|sealed)>", "Sesame-123", rule.rule)
        assert "Sesame" not in logs.without_people(f"Exception on {path} [POST]"), path
