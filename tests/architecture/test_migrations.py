"""The migrations are one numbered line, and they make exactly the tables of the models."""

import re
from itertools import pairwise

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from config.settings import ROOT
from webapp.core.db import Model

VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))


def test_the_files_are_numbered_without_a_gap():
    numbers = [int(re.match(r"(\d{4})_\w+\.py$", path.name)[1]) for path in VERSIONS]
    assert numbers == list(range(1, len(VERSIONS) + 1))


def test_each_migration_follows_the_one_before():
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    assert scripts.get_heads() == [VERSIONS[-1].name[:4]]
    for before, after in pairwise(VERSIONS):
        assert scripts.get_revision(after.name[:4]).down_revision == before.name[:4]


def test_an_upgraded_empty_database_equals_the_models(app, database_url):
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Model.metadata)
    engine.dispose()
    assert [change for change in differences if "alembic" not in str(change)] == []
