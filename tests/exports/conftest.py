"""A shop whose contacts are taken away as files."""

import pytest

from webapp.core.spreadsheets import open_table
from webapp.exports import asking, files
from webapp.exports.choosing import Chosen

COLUMNS = ["email", "first_name", "phone"]


@pytest.fixture
def folder(app):
    """Where the files lie, empty."""
    for path in files.folder().glob("*.table"):
        path.unlink()
    return files.folder()


@pytest.fixture
def ask(workspace, folder):
    """Ask for a file as a colleague does."""

    def ask(kind="csv", columns=COLUMNS, user_id=None, locale="en", **chosen):
        return asking.ask(
            workspace,
            Chosen(**chosen),
            kind=kind,
            columns=columns,
            user_id=user_id,
            locale=locale,
        )

    return ask


@pytest.fixture
def table(ask, worker):
    """The heading and the rows of the file that is made."""

    def table(**asked):
        number = ask(**asked).id
        worker()
        with open_table(files.file_of(number)) as made:
            return made.columns, list(made.rows)

    return table
