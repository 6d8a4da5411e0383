"""Proofs: timestamps of checkpoints, verifications of ledgers, and proofs of whole lists."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# Events are chained at the very end of their transaction, so what they lead to is asked for then.
SAID = """
DROP TRIGGER consent_state_was_said ON consent_state;
CREATE CONSTRAINT TRIGGER consent_state_was_said
    AFTER INSERT OR UPDATE ON consent_state DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ask_for_the_event();
"""
# What an authority said about a checkpoint stays beside it.
APPEND_ONLY = """
CREATE TRIGGER checkpoint_timestamp_is_append_only
    BEFORE UPDATE OR DELETE ON checkpoint_timestamp
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.execute(SAID)
    op.create_table(
        "checkpoint_timestamp",
        sa.Column("checkpoint_id", sa.BigInteger(), nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=False),
        _key("checkpoint_timestamp", "checkpoint_id", "ledger_checkpoint"),
        _key("checkpoint_timestamp", "workspace_id", "workspace"),
        sa.PrimaryKeyConstraint("checkpoint_id", name=op.f("pk_checkpoint_timestamp")),
    )
    op.create_table(
        "ledger_verification",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("fault_seq", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _key("ledger_verification", "workspace_id", "workspace"),
        _key("ledger_verification", "user_id", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_verification")),
    )
    op.create_index(
        "ix_ledger_verification_workspace_id_id",
        "ledger_verification",
        ["workspace_id", "id"],
    )
    op.create_table(
        "proof_export",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("mailing_list_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("with_circumstances", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("delete_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _key("proof_export", "workspace_id", "workspace"),
        _key("proof_export", "mailing_list_id", "mailing_list"),
        _key("proof_export", "user_id", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_export")),
    )
    op.create_index(
        "ix_proof_export_workspace_id_id", "proof_export", ["workspace_id", "id"]
    )
    op.execute(APPEND_ONLY)


def _key(table: str, column: str, target: str, gone: str = "CASCADE"):
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.id"],
        name=op.f(f"fk_{table}_{column}"),
        ondelete=gone,
    )
