"""Files as programs save them, and as somebody hostile makes them."""

import io
import zipfile

import pytest

from webapp.core.spreadsheets import open_table


@pytest.fixture
def read(tmp_path):
    """The table in a file with these bytes, read to its end."""

    def read(content, **how):
        path = tmp_path / "file"
        path.write_bytes(content)
        with open_table(path, **how) as table:
            table.rows = list(table.rows)
        return table

    return read


@pytest.fixture
def packed():
    """A ZIP file with these parts."""

    def packed(parts):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
            for name, content in parts.items():
                made.writestr(name, content)
        return file.getvalue()

    return packed
