"""The quality of the data: what is doubtful, how good it is day by day, whom we asked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was said in other words than those that are kept. Constant: no row is written again.
    op.add_column(
        "contact_record",
        sa.Column("typed", postgresql.JSONB(), server_default="{}", nullable=False),
    )
    _check_domains()
    _find_doubts()
    _remember_days()
    _ask_people()


def _check_domains() -> None:
    op.create_table(
        "domain_check",
        sa.Column("domain", sa.String(253), nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        _moment("since"),
        _moment("checked_at"),
        sa.Column("failures", sa.SmallInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_domain_check")),
    )
    op.create_table(
        "trusted_domain",
        _number("workspace_id"),
        sa.Column("domain", sa.String(253), nullable=False),
        _key("trusted_domain", "workspace_id", "workspace"),
        sa.PrimaryKeyConstraint(
            "workspace_id", "domain", name=op.f("pk_trusted_domain")
        ),
    )


def _find_doubts() -> None:
    op.create_table(
        "quality_finding",
        _number("workspace_id"),
        sa.Column("doubt", sa.String(12), nullable=False),
        _number("contact_id"),
        sa.Column("hint", sa.String(300), server_default="", nullable=False),
        _key("quality_finding", "workspace_id", "workspace"),
        _key("quality_finding", "contact_id", "contact"),
        sa.PrimaryKeyConstraint(
            "workspace_id", "doubt", "contact_id", name=op.f("pk_quality_finding")
        ),
    )
    op.create_index("ix_quality_finding_contact_id", "quality_finding", ["contact_id"])
    op.create_table(
        "quality_state",
        _number("workspace_id"),
        _moment("seen_at"),
        _moment("until", nullable=True),
        sa.Column("seen_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rules", sa.SmallInteger(), server_default="0", nullable=False),
        _moment("wanted_at", nullable=True),
        sa.Column("tidied_by", sa.BigInteger()),
        sa.Column("tidied_until", sa.BigInteger()),
        _key("quality_state", "workspace_id", "workspace"),
        _key("quality_state", "tidied_by", "user", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_quality_state")),
    )


def _remember_days() -> None:
    op.create_table(
        "quality_day",
        _number("workspace_id"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        _moment("counted_at"),
        _key("quality_day", "workspace_id", "workspace"),
        sa.PrimaryKeyConstraint("workspace_id", "day", name=op.f("pk_quality_day")),
    )


def _ask_people() -> None:
    op.create_table(
        "update_round",
        _number("workspace_id"),
        _number("mailing_list_id"),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        _moment("created_at", server_default=sa.func.now()),
        _moment("chosen_at", nullable=True),
        _moment("stopped_at", nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _key("update_round", "workspace_id", "workspace"),
        _key("update_round", "mailing_list_id", "mailing_list"),
        _key("update_round", "user_id", "user", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update_round")),
    )
    op.create_index(
        op.f("ix_update_round_workspace_id"), "update_round", ["workspace_id"]
    )
    op.create_table(
        "update_request",
        _number("round_id"),
        _number("contact_id"),
        _moment("asked_at", nullable=True),
        _key("update_request", "round_id", "update_round"),
        _key("update_request", "contact_id", "contact"),
        sa.PrimaryKeyConstraint(
            "round_id", "contact_id", name=op.f("pk_update_request")
        ),
    )
    op.create_index("ix_update_request_contact_id", "update_request", ["contact_id"])
    op.create_index(
        "ix_update_request_waiting",
        "update_request",
        ["round_id", "contact_id"],
        postgresql_where=sa.text("asked_at IS NULL"),
    )


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
