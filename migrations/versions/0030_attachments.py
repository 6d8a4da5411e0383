"""What campaigns carry with them, the hour of their readers, and the mark of this very database."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Defaults that are constant: no row is written again.
    op.add_column(
        "contact",
        sa.Column("time_zone", sa.String(40), server_default="", nullable=False),
    )
    op.add_column(
        "campaign",
        sa.Column(
            "in_readers_zone", sa.Boolean(), server_default="false", nullable=False
        ),
    )
    op.add_column("campaign", sa.Column("starts_at", MOMENT))
    _files(
        "attachment",
        "campaign",
        sa.Column("name", sa.String(100), nullable=False),
    )
    _files(
        "picture",
        "workspace",
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("description", sa.String(200), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.UniqueConstraint(
            "workspace_id",
            "public_id",
            name=op.f("uq_picture_workspace_id_public_id"),
        ),
    )
    op.create_index(op.f("ix_picture_public_id"), "picture", ["public_id"])
    op.create_table(
        "database_mark",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("identity", sa.String(80), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_database_mark")),
    )


def _files(table: str, owner: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column(f"{owner}_id", sa.BigInteger(), nullable=False),
        *columns,
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            [f"{owner}_id"],
            [f"{owner}.id"],
            name=op.f(f"fk_{table}_{owner}_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    # It is compressed already.
    op.execute(f"ALTER TABLE {table} ALTER COLUMN content SET STORAGE EXTERNAL")
    op.create_index(op.f(f"ix_{table}_{owner}_id"), table, [f"{owner}_id"])
