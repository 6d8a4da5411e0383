"""PostgreSQL's programs are found, and copied where an account cannot reach them."""

import subprocess

from webapp.core import postgres_programs
from webapp.core.postgres_programs import find_programs


def test_copied_programs_still_find_their_libraries(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres_programs, "SYSTEM_DIR", tmp_path)
    monkeypatch.setattr(postgres_programs, "may", lambda *_: False)
    copied = find_programs(tmp_path / "data", None)
    assert tmp_path in copied.initdb.parents
    said = subprocess.run(
        [copied.initdb, "--version"], capture_output=True, text=True, check=True
    )
    assert "PostgreSQL" in said.stdout
