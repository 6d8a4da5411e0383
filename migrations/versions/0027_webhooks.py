"""The addresses mail services report to."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def _text(name, kind):
    return sa.Column(name, kind, server_default="", nullable=False)


def _moment(name, **options):
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def _key(table, column, target, ondelete):
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}", ondelete=ondelete
    )


def upgrade() -> None:
    table = "webhook_address"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("mail_server_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        _text("key_encrypted", sa.String(length=2000)),
        _text("topic", sa.String(length=400)),
        _text("confirm_url", sa.Text()),
        _moment("confirm_until", nullable=True),
        _moment("last_event_at", nullable=True),
        sa.Column("refused", sa.Integer(), server_default="0", nullable=False),
        _moment("last_refused_at", nullable=True),
        _moment("created_at", server_default=sa.text("now()"), nullable=False),
        _key(table, "workspace_id", "workspace", "CASCADE"),
        _key(table, "mail_server_id", "mail_server", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_address"),
        sa.UniqueConstraint("token_hash", name="uq_webhook_address_token_hash"),
    )
    for column in ("workspace_id", "mail_server_id"):
        op.create_index(f"ix_{table}_{column}", table, [column])
    _words()


def _words() -> None:
    table = "webhook_word"
    op.create_table(
        table,
        sa.Column("address_id", sa.BigInteger(), nullable=False),
        sa.Column("word_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("event_hash", sa.LargeBinary(length=32), nullable=False),
        _moment("seen_at", nullable=False),
        _key(table, "address_id", "webhook_address", "CASCADE"),
        sa.PrimaryKeyConstraint("address_id", "word_hash", name="pk_webhook_word"),
    )
    op.create_index("ix_webhook_word_seen_at", table, ["seen_at"])
