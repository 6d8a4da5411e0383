"""Which contacts may be one person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("now()")
KEYS = (
    *("email", "local", "mobile", "landline", "reference"),
    *("names", "names_here", "names_year", "last_here", "first_here"),
    *("last_city", "first_city", "born", "last_born", "first_born"),
    *("number_street", "number_here", "street_here"),
)


def upgrade() -> None:
    _pairs()
    _keys()
    _models()
    _runs()


def _pairs() -> None:
    op.create_table(
        "dup_pair",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("a_id", sa.BigInteger(), nullable=False),
        sa.Column("b_id", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("levels", postgresql.JSONB(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("decision", sa.String(8), nullable=False),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("decided_at", MOMENT),
        sa.Column("found_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("model_version", sa.Integer(), nullable=False),
        sa.Column("a_fingerprint", sa.BigInteger(), nullable=False),
        sa.Column("b_fingerprint", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _key("dup_pair", "workspace_id", "workspace"),
        _key("dup_pair", "a_id", "contact"),
        _key("dup_pair", "b_id", "contact"),
        _key("dup_pair", "user_id", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dup_pair")),
        sa.UniqueConstraint("a_id", "b_id", name=op.f("uq_dup_pair_a_id_b_id")),
        sa.CheckConstraint("a_id < b_id", name=op.f("ck_dup_pair_in_order")),
    )
    op.create_index(
        "ix_dup_pair_queue",
        "dup_pair",
        ["workspace_id", "decision", sa.text("score DESC")],
    )
    op.create_index("ix_dup_pair_b_id", "dup_pair", ["b_id"])


def _keys() -> None:
    op.create_table(
        "match_profile",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("fingerprint", sa.BigInteger(), nullable=False),
        *(sa.Column(f"key_{name}", sa.BigInteger()) for name in KEYS),
        _key("match_profile", "contact_id", "contact"),
        _key("match_profile", "workspace_id", "workspace"),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_match_profile")),
        postgresql_with={"fillfactor": 85},
    )
    for name in KEYS:
        op.create_index(
            f"ix_match_profile_{name}",
            "match_profile",
            [f"key_{name}"],
            postgresql_where=sa.text(f"key_{name} IS NOT NULL"),
        )
    op.create_table(
        "match_due",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        _key("match_due", "workspace_id", "workspace"),
        _key("match_due", "contact_id", "contact"),
        sa.PrimaryKeyConstraint(
            "workspace_id", "contact_id", name=op.f("pk_match_due")
        ),
    )
    op.create_index("ix_match_due_contact_id", "match_due", ["contact_id"])


def _models() -> None:
    op.create_table(
        "match_model",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_trained", sa.Boolean(), nullable=False),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.Column("certain_pairs", sa.Integer(), nullable=False),
        sa.Column("weights", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _key("match_model", "workspace_id", "workspace"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_model")),
        sa.UniqueConstraint(
            "workspace_id", "version", name=op.f("uq_match_model_workspace_id_version")
        ),
    )
    op.create_table(
        "match_setting",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("auto_at", sa.Float(), nullable=False),
        sa.Column("review_at", sa.Float(), nullable=False),
        sa.Column("merges_alone", sa.Boolean(), nullable=False),
        sa.Column("reference_key", sa.String(40), nullable=False),
        _key("match_setting", "workspace_id", "workspace"),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_match_setting")),
    )


def _runs() -> None:
    op.create_table(
        "match_run",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("step", sa.String(8), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("reached", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("figures", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("asked_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("alive_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _key("match_run", "workspace_id", "workspace"),
        _key("match_run", "user_id", "user", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_run")),
    )
    op.create_index("ix_match_run_workspace_id_id", "match_run", ["workspace_id", "id"])
    op.create_index(
        "uq_match_run_open",
        "match_run",
        ["workspace_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )


def _key(
    table: str, column: str, other: str, deleted: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=deleted
    )
