"""What a profile may hold, and where each value came from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

LINES = {
    "street": 200,
    "street_more": 200,
    "landline": 30,
    "job_title": 100,
    "company": 150,
    "siren": 9,
    "siret": 14,
    "vat_number": 20,
    "activity": 10,
    "headcount": 12,
}


def upgrade() -> None:
    _widen_profiles()
    _order_fields()
    _keep_records()
    _take_notes()
    _weigh_fields()


def _widen_profiles() -> None:
    # Defaults that are constant: no row is written again.
    for name, longest in LINES.items():
        op.add_column(
            "contact",
            sa.Column(name, sa.String(longest), server_default="", nullable=False),
        )
    op.add_column("contact", sa.Column("founded_on", sa.Date()))
    op.create_index(
        "ix_contact_workspace_id_updated_at", "contact", ["workspace_id", "updated_at"]
    )


def _order_fields() -> None:
    op.add_column(
        "attribute",
        sa.Column("position", sa.SmallInteger(), server_default="0", nullable=False),
    )


def _keep_records() -> None:
    op.create_table(
        "contact_record",
        _number("workspace_id"),
        _number("contact_id"),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("source_id", sa.BigInteger()),
        sa.Column("user_id", sa.BigInteger()),
        _moment("at", server_default=sa.func.now()),
        sa.Column("given", postgresql.JSONB(), nullable=False),
        sa.Column("replaced", postgresql.JSONB(), server_default="{}", nullable=False),
        _moment("undone_at", nullable=True),
        _id(),
        _key("contact_record", "contact_id", "contact"),
        _key("contact_record", "user_id", "user", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_record")),
    )
    op.create_index(
        "ix_contact_record_contact_id_id", "contact_record", ["contact_id", "id"]
    )


def _take_notes() -> None:
    op.create_table(
        "contact_note",
        _number("workspace_id"),
        _number("contact_id"),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default="false", nullable=False),
        _moment("written_at"),
        _id(),
        _key("contact_note", "workspace_id", "workspace"),
        _key("contact_note", "contact_id", "contact"),
        _key("contact_note", "user_id", "user", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_note")),
    )
    op.create_index(
        op.f("ix_contact_note_workspace_id"), "contact_note", ["workspace_id"]
    )
    op.create_index(
        "ix_contact_note_contact_id_id", "contact_note", ["contact_id", "id"]
    )


def _weigh_fields() -> None:
    op.create_table(
        "profile_weights",
        _number("workspace_id"),
        sa.Column("weights", postgresql.JSONB(), nullable=False),
        _key("profile_weights", "workspace_id", "workspace"),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_profile_weights")),
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _moment(
    name: str, *, nullable: bool = False, server_default: object = None
) -> sa.Column[object]:
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        nullable=nullable,
        server_default=server_default,
    )


def _key(
    table: str, column: str, to: str, ondelete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{to}.id"],
        name=op.f(f"fk_{table}_{column}"),
        ondelete=ondelete,
    )
