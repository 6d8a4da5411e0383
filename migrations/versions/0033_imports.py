"""Imports and the lines of their files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBERS = ("total", "staged", "weighed", "taken")
OBJECTS = ("reading", "answers", "expected", "figures", "undone")
LISTS = ("columns", "mapping")


def upgrade() -> None:
    op.create_table(
        "import_run",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("stored", sa.String(80), nullable=False),
        sa.Column("tool", sa.String(12), server_default="", nullable=False),
        *(_with_default(name, sa.Integer(), "0") for name in NUMBERS),
        *(_with_default(name, JSONB(), "{}") for name in OBJECTS),
        *(_with_default(name, JSONB(), "[]") for name in LISTS),
        sa.Column("given_back", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("trouble", sa.Text(), server_default="", nullable=False),
        sa.Column("attested_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.Column("checked_at", MOMENT),
        sa.Column("started_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("undone_at", MOMENT),
        sa.Column("undone_by", sa.BigInteger()),
        sa.Column("delete_on", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _to("workspace_id", "workspace", "CASCADE"),
        _to("user_id", "user", "SET NULL"),
        _to("undone_by", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_index(
        "ix_import_run_workspace_id_id", "import_run", ["workspace_id", "id"]
    )
    op.create_index(op.f("ix_import_run_delete_on"), "import_run", ["delete_on"])
    op.create_index(
        "ix_import_run_moving",
        "import_run",
        ["moved_at"],
        postgresql_where=sa.text("status IN ('checking', 'running', 'undoing')"),
    )
    op.create_index(
        "ix_contact_record_import",
        "contact_record",
        ["source_id", "id"],
        postgresql_where=sa.text("source = 'import'"),
    )
    op.create_table(
        "import_row",
        sa.Column("import_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("mark", sa.LargeBinary()),
        sa.Column("given", JSONB(), nullable=False),
        sa.Column("typed", JSONB()),
        sa.Column("more", JSONB()),
        sa.Column("refusal", sa.String(24), nullable=False),
        sa.Column("silent", sa.String(24), nullable=False),
        sa.Column("fault", sa.String(24), nullable=False),
        sa.Column("left_out", JSONB()),
        sa.Column("repeats", sa.Integer()),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_import_row")),
    )
    op.create_index(
        "ix_import_row_repeats",
        "import_row",
        ["import_id", "repeats"],
        postgresql_where=sa.text("repeats IS NOT NULL"),
    )


def _with_default(name: str, kind: sa.types.TypeEngine, value: str) -> sa.Column:
    return sa.Column(name, kind, server_default=value, nullable=False)


def _to(column: str, table: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{table}.id"],
        name=op.f(f"fk_import_run_{column}"),
        ondelete=ondelete,
    )
