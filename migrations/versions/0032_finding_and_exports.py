"""Contacts as files, and finding one of them at once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_exports()


def _make_exports() -> None:
    op.create_table(
        "export",
        *[
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("workspace_id", "total", "done", "size")
        ],
        *[
            sa.Column(name, sa.BigInteger())
            for name in ("user_id", "mailing_list_id", "segment_id")
        ],
        *[
            sa.Column(name, sa.String(longest), nullable=False)
            for name, longest in {
                "of": 10,
                "name": 200,
                "state": 12,
                "words": 200,
                "kind": 4,
                "locale": 5,
            }.items()
        ],
        sa.Column("trouble", sa.String(20), server_default="", nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        *[
            sa.Column(name, sa.DateTime(timezone=True), nullable=is_later)
            for name, is_later in {
                "asked_at": False,
                "moved_at": False,
                "finished_at": True,
                "delete_at": True,
            }.items()
        ],
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _key("workspace_id", "workspace", "CASCADE"),
        _key("user_id", "user", "SET NULL"),
        _key("mailing_list_id", "mailing_list", "SET NULL"),
        _key("segment_id", "segment", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    op.create_index("ix_export_workspace_id_id", "export", ["workspace_id", "id"])


def _key(column: str, table: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{table}.id"],
        name=op.f(f"fk_export_{column}_{table}"),
        ondelete=ondelete,
    )
