"""Rewards: promotional codes and files, given once people confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, MOMENT, server_default=sa.text("now()"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "reward",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("code", sa.String(length=100), server_default="", nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("ran_out_at", MOMENT, nullable=True),
        sa.Column("archived_at", MOMENT, nullable=True),
        _now("created_at"),
        _id(),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_reward_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward")),
    )
    op.create_index(op.f("ix_reward_workspace_id"), "reward", ["workspace_id"])
    op.create_table(
        "reward_code",
        sa.Column("reward_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=True),
        _id(),
        _of_reward("reward_code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_code")),
        sa.UniqueConstraint(
            "reward_id", "code", name=op.f("uq_reward_code_reward_id_code")
        ),
    )
    op.create_index(
        "ix_reward_code_left",
        "reward_code",
        ["reward_id", "id"],
        postgresql_where=sa.text("taken_at IS NULL"),
    )
    op.create_table(
        "reward_file",
        sa.Column("reward_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("downloads", sa.Integer(), server_default="0", nullable=False),
        _now("created_at"),
        _id(),
        _of_reward("reward_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_file")),
        sa.UniqueConstraint(
            "reward_id", "version", name=op.f("uq_reward_file_reward_id_version")
        ),
    )
    op.create_table(
        "gift",
        sa.Column("reward_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=100), server_default="", nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        _id(),
        _of_reward("gift"),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_gift_contact_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift")),
        sa.UniqueConstraint(
            "reward_id", "contact_id", name=op.f("uq_gift_reward_id_contact_id")
        ),
    )
    op.create_index(op.f("ix_gift_contact_id"), "gift", ["contact_id"])


def _of_reward(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["reward_id"],
        ["reward.id"],
        name=op.f(f"fk_{table}_reward_id"),
        ondelete="CASCADE",
    )
