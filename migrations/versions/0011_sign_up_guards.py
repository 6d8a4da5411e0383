"""What guards sign-ups: attempts, proofs of work, one reminder."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("widget", sa.Column("costlier_until", MOMENT, nullable=True))
    op.add_column(
        "mailing_list",
        sa.Column(
            "reminder_days", sa.SmallInteger(), server_default="3", nullable=False
        ),
    )
    op.add_column(
        "mailing_list",
        sa.Column(
            "disposable", sa.String(length=6), server_default="flag", nullable=False
        ),
    )
    op.add_column("confirmation", sa.Column("reminded_at", MOMENT, nullable=True))
    op.create_table(
        "signup_attempt",
        sa.Column("widget_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("address_mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("network_mark", sa.LargeBinary(length=32), nullable=True),
        sa.Column("domain_mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("proven", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["widget_id"],
            ["widget.id"],
            name=op.f("fk_signup_attempt_widget_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signup_attempt")),
    )
    for column in ("widget_id", "address_mark", "network_mark", "domain_mark"):
        op.create_index(f"ix_signup_attempt_{column}", "signup_attempt", [column, "at"])
    op.create_index("ix_signup_attempt_at", "signup_attempt", ["at"])
    op.create_table(
        "signup_judgement",
        sa.Column("widget_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["widget_id"],
            ["widget.id"],
            name=op.f("fk_signup_judgement_widget_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "widget_id", "day", "reason", name=op.f("pk_signup_judgement")
        ),
    )
    op.create_table(
        "spent_proof",
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_spent_proof")),
    )
    op.create_index(op.f("ix_spent_proof_expires_at"), "spent_proof", ["expires_at"])
