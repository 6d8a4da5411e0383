"""Studio: what a widget shows in each language, and the sites people may be sent on to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# Until now the newest version was the one shown, in one language.
SHOWING_THE_NEWEST = """
UPDATE widget SET showing = jsonb_build_object(newest.locale, newest.id)
FROM (
    SELECT DISTINCT ON (widget_id) widget_id, id,
        coalesce(design ->> 'locale', 'fr') AS locale
    FROM widget_version ORDER BY widget_id, id DESC
) AS newest
WHERE newest.widget_id = widget.id AND widget.published_at IS NOT NULL
"""


def upgrade() -> None:
    op.add_column(
        "widget",
        sa.Column("showing", postgresql.JSONB(), server_default="{}", nullable=False),
    )
    op.execute(SHOWING_THE_NEWEST)
    op.create_table(
        "allowed_site",
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
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
            name=op.f("fk_allowed_site_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowed_site")),
        sa.UniqueConstraint(
            "workspace_id", "host", name=op.f("uq_allowed_site_workspace_id_host")
        ),
    )
