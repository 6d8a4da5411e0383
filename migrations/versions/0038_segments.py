"""Segments kept as memberships."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _kept_of_each_segment()
    _members()
    _changes()
    _sizes()
    _due()
    _marks()
    # The two in a hundred by which a segment is estimated, found among a million.
    op.execute(
        "CREATE INDEX ix_contact_sampled ON contact (workspace_id, id)"
        " WHERE hashint8extended(id, 0) % 50 = 0"
    )


def _kept_of_each_segment() -> None:
    op.add_column("segment", _moment("refreshed_at", nullable=True))
    op.add_column("segment", sa.Column("people", sa.Integer(), nullable=True))
    op.add_column(
        "segment",
        sa.Column(
            "is_due", sa.Boolean(), server_default=sa.text("true"), nullable=False
        ),
    )
    op.add_column(
        "segment", sa.Column("trouble", sa.Text(), server_default="", nullable=False)
    )


def _members() -> None:
    table = "segment_member"
    op.create_table(
        table,
        _number("segment_id"),
        _number("contact_id"),
        _moment("entered_at"),
        _key(table, "contact_id", "contact"),
        sa.PrimaryKeyConstraint("segment_id", "contact_id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_contact_id", table, ["contact_id"])


def _changes() -> None:
    table = "segment_change"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        _number("segment_id"),
        _number("contact_id"),
        sa.Column("entered", sa.Boolean(), nullable=False),
        _moment("at"),
        _key(table, "segment_id", "segment"),
        _key(table, "contact_id", "contact"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_segment_id_id", table, ["segment_id", "id"])
    op.create_index(f"ix_{table}_contact_id", table, ["contact_id"])
    op.create_index(f"ix_{table}_at", table, ["at"])


def _sizes() -> None:
    table = "segment_size"
    op.create_table(
        table,
        _number("segment_id"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        _key(table, "segment_id", "segment"),
        sa.PrimaryKeyConstraint("segment_id", "day", name=f"pk_{table}"),
    )


def _due() -> None:
    table = "segment_due"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        _number("workspace_id"),
        sa.Column("contact_ids", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_workspace_id", table, ["workspace_id"])


def _marks() -> None:
    table = "segment_mark"
    op.create_table(
        table,
        _number("workspace_id"),
        _moment("seen_at"),
        _number("seq"),
        _key(table, "workspace_id", "workspace"),
        sa.PrimaryKeyConstraint("workspace_id", name=f"pk_{table}"),
    )


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE"
    )
