"""Legal bases besides consent, the grounds they stand on, and counts that are remembered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# Nobody stands anywhere without having said so, nor on another sale than the one that was told.
SAID = """
CREATE OR REPLACE FUNCTION ask_for_the_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM consent_event AS said
        WHERE said.id = NEW.event_id AND said.contact_id = NEW.contact_id
          AND said.purpose_id = NEW.purpose_id AND said.state = NEW.state
          AND said.basis = NEW.basis AND said.method = NEW.method AND said.at = NEW.since
          AND coalesce(said.detail #>> '{ground,family}', '') = NEW.family
    ) THEN
        RAISE EXCEPTION 'consent_state: no consent_event says this';
    END IF;
    RETURN NEW;
END $$;
"""


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=120), server_default="", nullable=False)


def upgrade() -> None:
    op.add_column(
        "purpose",
        sa.Column(
            "other_bases", postgresql.JSONB(), server_default="[]", nullable=False
        ),
    )
    op.add_column("purpose", _words("product_family"))
    op.add_column("consent_state", _words("family"))
    op.add_column(
        "mailing_list",
        sa.Column("sale_notice", sa.Text(), server_default="", nullable=False),
    )
    op.create_index(
        "ix_consent_state_other_basis",
        "consent_state",
        ["purpose_id", "contact_id"],
        postgresql_where=sa.text("basis <> 'consent'"),
    )
    op.create_index(
        "ix_contact_restricted",
        "contact",
        ["workspace_id", "id"],
        postgresql_where=sa.text("restricted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_contact_slowed",
        "contact",
        ["workspace_id", "id"],
        postgresql_where=sa.text("paused_until IS NOT NULL OR frequency <> 'all'"),
    )
    op.create_table(
        "remembered_count",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_remembered_count_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "subject", name=op.f("pk_remembered_count")
        ),
    )
    op.execute(SAID)
