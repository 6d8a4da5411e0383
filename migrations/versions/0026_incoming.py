"""What comes back from mail servers and services."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NOW = sa.text("now()")


def _moment(name, **options):
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def _number(name, kind=sa.BigInteger):
    return sa.Column(name, kind(), server_default="0", nullable=False)


def _word(name, length):
    return sa.Column(name, sa.String(length=length), nullable=False)


# When a person is erased, by whichever way, the mail that speaks of them is emptied as well.
ERASURE = (
    """
    CREATE FUNCTION empty_returned_mail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE inbound_event SET raw = '' WHERE id = NEW.event_id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER empty_returned_mail
    AFTER UPDATE OF contact_id ON message_report FOR EACH ROW
    WHEN (OLD.contact_id IS NOT NULL AND NEW.contact_id IS NULL)
    EXECUTE FUNCTION empty_returned_mail()
    """,
)


def upgrade() -> None:
    _inbound_events()
    _message_reports()
    for statement in ERASURE:
        op.execute(statement)
    _return_mailboxes()
    op.create_table(
        "address_since",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        _moment("since", nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name="fk_address_since_contact_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", name="pk_address_since"),
    )
    # What servers refused a moment ago: few rows, asked for every half a minute.
    op.create_index(
        "ix_message_bounced",
        "message",
        ["finished_at"],
        postgresql_where=sa.text("status = 'bounced'"),
    )
    op.create_table(
        "incoming_tally",
        sa.Column("day", sa.Date(), nullable=False),
        _word("what", 20),
        _number("number", sa.Integer),
        sa.PrimaryKeyConstraint("day", "what", name="pk_incoming_tally"),
    )


def _inbound_events() -> None:
    op.create_table(
        "inbound_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=True),
        _word("source", 12),
        sa.Column("unique_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        _moment("received_at", server_default=NOW, nullable=False),
        _moment("processed_at", nullable=True),
        _number("attempts", sa.SmallInteger),
        _moment("not_before", server_default=NOW, nullable=False),
        sa.Column("problem", sa.String(length=80), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name="fk_inbound_event_workspace_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_inbound_event"),
        sa.UniqueConstraint(
            "source", "unique_key", name="uq_inbound_event_source_unique_key"
        ),
    )
    op.create_index(
        "ix_inbound_event_waiting",
        "inbound_event",
        ["not_before", "id"],
        postgresql_where=sa.text("processed_at IS NULL"),
    )
    op.create_index(
        "ix_inbound_event_workspace_id", "inbound_event", ["workspace_id", "id"]
    )
    op.create_index("ix_inbound_event_received_at", "inbound_event", ["received_at"])


def _message_reports() -> None:
    op.create_table(
        "message_report",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        _word("kind", 12),
        _word("category", 20),
        sa.Column("code", sa.SmallInteger(), nullable=False),
        _word("enhanced", 12),
        sa.Column("text", sa.Text(), nullable=False),
        _moment("at", nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name="fk_message_report_workspace_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name="fk_message_report_message_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name="fk_message_report_contact_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["inbound_event.id"],
            name="fk_message_report_event_id",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_message_report"),
        sa.UniqueConstraint(
            "message_id", "kind", name="uq_message_report_message_id_kind"
        ),
    )
    op.create_index(
        "ix_message_report_contact_id", "message_report", ["contact_id", "id"]
    )
    op.create_index(
        "ix_message_report_workspace_id_at", "message_report", ["workspace_id", "at"]
    )
    op.create_index("ix_message_report_event_id", "message_report", ["event_id"])


def _return_mailboxes() -> None:
    op.create_table(
        "return_mailbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        _word("host", 253),
        sa.Column("port", sa.Integer(), nullable=False),
        _word("security", 10),
        _word("username", 200),
        _word("password_encrypted", 500),
        _word("folder", 200),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=True),
        _number("last_uid"),
        _moment("fetched_at", nullable=True),
        _moment("fetched_until", nullable=True),
        _number("taken"),
        sa.Column("trouble", sa.String(length=40), server_default="", nullable=False),
        _moment("trouble_since", nullable=True),
        _moment("updated_at", server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name="fk_return_mailbox_workspace_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_return_mailbox"),
        sa.UniqueConstraint("workspace_id", name="uq_return_mailbox_workspace_id"),
    )
