"""Purposes, shown texts, consent events and today's state."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What was said stays as it was said: nothing changes or removes an event. The one exception
# is a demo shop, in which nobody exists, while `webapp/demo/removing.py` removes that very one.
APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF current_setting('volontiers.removing_workspace', true)
            = OLD.workspace_id::text
           AND EXISTS (
               SELECT FROM workspace WHERE id = OLD.workspace_id AND is_demo
           ) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER consent_event_is_append_only
    BEFORE UPDATE OR DELETE ON consent_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consent_event_is_not_truncated
    BEFORE TRUNCATE ON consent_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER shown_text_is_append_only
    BEFORE UPDATE OR DELETE ON shown_text
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_checkpoint_is_append_only
    BEFORE UPDATE OR DELETE ON ledger_checkpoint
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# Each new event, by whatever way it comes, goes on from the last one of its workspace.
CHAINED = """
CREATE FUNCTION go_on_from_the_last_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE piece record;
BEGIN
    FOR piece IN
        SELECT workspace_id, min(seq) AS first, max(seq) AS last, count(*) AS many,
               (array_agg(prev_hash ORDER BY seq))[1] AS before,
               (array_agg(hash ORDER BY seq DESC))[1] AS after,
               bool_and(follows) AS follows
        FROM (
            SELECT workspace_id, seq, prev_hash, hash,
                   coalesce(prev_hash = lag(hash) OVER
                       (PARTITION BY workspace_id ORDER BY seq), true) AS follows
            FROM added
        ) AS link
        GROUP BY workspace_id
    LOOP
        UPDATE ledger_head SET size = piece.last, hash = piece.after
        WHERE workspace_id = piece.workspace_id
          AND size = piece.first - 1 AND hash = piece.before
          AND piece.follows AND piece.last - piece.first + 1 = piece.many;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'consent_event: this does not go on from the last event';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER consent_event_is_chained
    AFTER INSERT ON consent_event REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION go_on_from_the_last_event();
"""

# Nobody stands anywhere without having said so.
SAID = """
CREATE FUNCTION ask_for_the_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM consent_event AS said
        WHERE said.id = NEW.event_id AND said.contact_id = NEW.contact_id
          AND said.purpose_id = NEW.purpose_id AND said.state = NEW.state
          AND said.basis = NEW.basis AND said.method = NEW.method AND said.at = NEW.since
    ) THEN
        RAISE EXCEPTION 'consent_state: no consent_event says this';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consent_state_was_said
    BEFORE INSERT OR UPDATE ON consent_state
    FOR EACH ROW EXECUTE FUNCTION ask_for_the_event();
"""


def upgrade() -> None:
    op.create_table(
        "consent_event",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text_id", sa.BigInteger(), nullable=True),
        sa.Column("widget_version_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("detail", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=True),
        sa.Column("form_hash", sa.LargeBinary(), nullable=True),
        sa.Column("commitment", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_consent_event_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_event")),
        sa.UniqueConstraint(
            "workspace_id", "seq", name=op.f("uq_consent_event_workspace_id_seq")
        ),
    )
    op.create_table(
        "ledger_head",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_ledger_head_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_ledger_head")),
    )
    op.create_index(
        "ix_consent_event_workspace_id_contact_id",
        "consent_event",
        ["workspace_id", "contact_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_consent_event_purpose_id_at",
        "consent_event",
        ["purpose_id", "at"],
        unique=False,
    )
    op.create_table(
        "purpose",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_purpose_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purpose")),
    )
    op.create_index(
        op.f("ix_purpose_workspace_id"), "purpose", ["workspace_id"], unique=False
    )
    op.create_table(
        "shown_text",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_shown_text_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shown_text")),
        sa.UniqueConstraint(
            "workspace_id",
            "fingerprint",
            name=op.f("uq_shown_text_workspace_id_fingerprint"),
        ),
    )
    op.create_table(
        "consent_state",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_consent_state_contact_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["purpose_id"],
            ["purpose.id"],
            name=op.f("fk_consent_state_purpose_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "contact_id", "purpose_id", name=op.f("pk_consent_state")
        ),
    )
    op.create_index(
        "ix_consent_state_purpose_id_state",
        "consent_state",
        ["purpose_id", "state", "contact_id"],
        unique=False,
    )
    op.create_table(
        "ledger_checkpoint",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("document", postgresql.JSONB(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_ledger_checkpoint_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_checkpoint")),
        sa.UniqueConstraint(
            "workspace_id", "size", name=op.f("uq_ledger_checkpoint_workspace_id_size")
        ),
    )
    op.create_table(
        "person_key",
        sa.Column("contact_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_person_key_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_person_key")),
    )
    op.create_index(
        op.f("ix_person_key_workspace_id"), "person_key", ["workspace_id"], unique=False
    )
    op.create_table(
        "consent_evidence",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purge_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_consent_evidence_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_consent_evidence")),
    )
    for name in ("workspace_id", "contact_id", "purge_on"):
        op.create_index(
            op.f(f"ix_consent_evidence_{name}"),
            "consent_evidence",
            [name],
            unique=False,
        )
    op.execute(APPEND_ONLY)
    op.execute(CHAINED)
    op.execute(SAID)
