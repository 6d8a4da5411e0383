"""Contacts made one, and undone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

# Where somebody stands was said by them: under this number, or under one that became theirs.
SAID = """
CREATE OR REPLACE FUNCTION ask_for_the_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE said consent_event%ROWTYPE;
BEGIN
    -- By its number alone: an import says many thousands of one purpose at one moment.
    SELECT * INTO said FROM consent_event WHERE id = NEW.event_id;
    IF said.id IS NULL OR NOT (
        said.purpose_id = NEW.purpose_id AND said.state = NEW.state
          AND said.basis = NEW.basis AND said.method = NEW.method AND said.at = NEW.since
          AND coalesce(said.detail #>> '{ground,family}', '') = NEW.family
          AND (said.contact_id = NEW.contact_id OR EXISTS (
              SELECT FROM carried_refusal AS carried
              WHERE carried.contact_id = NEW.contact_id
                AND carried.purpose_id = NEW.purpose_id
                AND carried.event_id = NEW.event_id
                AND NEW.state IN ('refused', 'withdrawn')))
    ) AND EXISTS (
        -- Looked at once the transaction ends: what was replaced in it need not be true.
        SELECT FROM consent_state AS now
        WHERE now.contact_id = NEW.contact_id AND now.purpose_id = NEW.purpose_id
          AND now IS NOT DISTINCT FROM NEW
    ) THEN
        RAISE EXCEPTION 'consent_state: no consent_event says this';
    END IF;
    RETURN NEW;
END $$;
"""


def upgrade() -> None:
    _aliases()
    _refusals()
    _events()
    op.execute(SAID)


def _aliases() -> None:
    op.create_table(
        "contact_alias",
        sa.Column("former_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        _key("contact_alias", "workspace_id", "workspace"),
        _key("contact_alias", "contact_id", "contact"),
        sa.PrimaryKeyConstraint("former_id", name=op.f("pk_contact_alias")),
    )
    op.create_index(
        op.f("ix_contact_alias_contact_id"), "contact_alias", ["contact_id"]
    )
    op.create_index(
        "ix_contact_alias_email",
        "contact_alias",
        ["workspace_id", sa.text("lower(email) text_pattern_ops")],
    )


def _refusals() -> None:
    op.create_table(
        "carried_refusal",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("said_until", sa.BigInteger(), nullable=False),
        _key("carried_refusal", "contact_id", "contact"),
        _key("carried_refusal", "purpose_id", "purpose"),
        sa.PrimaryKeyConstraint(
            "contact_id", "purpose_id", "event_id", name=op.f("pk_carried_refusal")
        ),
    )


def _events() -> None:
    empty_object, empty_list = sa.text("'{}'"), sa.text("'[]'")
    op.create_table(
        "merge_event",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("survivor_id", sa.BigInteger(), nullable=False),
        sa.Column("absorbed_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column(
            "is_automatic", sa.Boolean(), server_default=sa.false(), nullable=False
        ),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("score", sa.Float()),
        sa.Column(
            "levels", postgresql.JSONB(), server_default=empty_object, nullable=False
        ),
        sa.Column(
            "choices", postgresql.JSONB(), server_default=empty_object, nullable=False
        ),
        sa.Column(
            "journal", postgresql.JSONB(), server_default=empty_list, nullable=False
        ),
        sa.Column("said_until", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", MOMENT),
        sa.Column("undone_by", sa.BigInteger()),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _key("merge_event", "workspace_id", "workspace"),
        _key("merge_event", "contact_id", "contact"),
        _key("merge_event", "user_id", "user", "SET NULL"),
        _key("merge_event", "undone_by", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_event")),
    )
    op.create_index(op.f("ix_merge_event_contact_id"), "merge_event", ["contact_id"])
    op.create_index(
        "ix_merge_event_workspace_id_id", "merge_event", ["workspace_id", "id"]
    )
    op.create_index("ix_merge_event_survivor_id", "merge_event", ["survivor_id"])
    op.create_index("ix_merge_event_absorbed_id", "merge_event", ["absorbed_id"])


def _key(
    table: str, column: str, to: str, on_delete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=on_delete
    )
