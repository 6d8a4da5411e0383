"""Contacts as files, and finding one of them at once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


# A contact as words, each behind the number of its workspace: folded as webapp/contacts/words.py
# folds what is typed. Of the address also what is inside its words, of phones the last nine digits.
# No extension is needed; array_to_tsvector is many times faster than a parser of text.
WORDS = """
CREATE FUNCTION contact_words(
    workspace bigint, email text, first_name text, last_name text, company text,
    postcode text, city text, phone text, landline text
) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 2000 AS $$
DECLARE
    own text := workspace || ':';
    plain text := lower(concat_ws(' ', email, first_name, last_name, company, postcode, city));
    word text;
    core text;
    found text[];
BEGIN
    -- Looking each sign up is slow: only where there are accents at all.
    IF octet_length(plain) > length(plain) THEN
        plain := translate(lower(plain), 'àâäáãåçéèêëíìîïñóòôöõøúùûüýÿ’\u00a0\u202f',
            'aaaaaaceeeeiiiinoooooouuuuyy   ');
        -- A database without a language leaves capitals with accents as they are.
        plain := translate(plain, 'ÀÂÄÁÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØÚÙÛÜÝŸ', 'aaaaaaceeeeiiiinoooooouuuuyy');
        plain := replace(replace(replace(plain, 'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss');
    END IF;
    found := string_to_array(translate(plain, '@.-_+''/,&()"', '            '), ' ');
    FOREACH word IN ARRAY string_to_array(
        translate(split_part(lower(email), '@', 1), '.-_+', '    '), ' ')
    LOOP
        core := btrim(word, '0123456789');
        IF core <> word THEN
            found := found || core;
        END IF;
        FOR start IN 2..length(core) - 2 LOOP
            found := found || substr(core, start);
        END LOOP;
    END LOOP;
    IF phone <> '' THEN
        found := found || right(translate(phone, '+ .-()/', ''), 9);
    END IF;
    IF landline <> '' THEN
        found := found || right(translate(landline, '+ .-()/', ''), 9);
    END IF;
    RETURN array_to_tsvector(string_to_array(
        own || array_to_string(array_remove(found, ''), ' ' || own), ' '));
END $$
"""
INDEX = (
    "contact_words(workspace_id, (email)::text, (first_name)::text, (last_name)::text,"
    " (company)::text, (postcode)::text, (city)::text, (phone)::text, (landline)::text)"
)


def upgrade() -> None:
    _make_exports()
    _index_words()


def _index_words() -> None:
    op.execute(WORDS)
    op.drop_index("ix_contact_words", table_name="contact")
    # Faster in more memory: a minute for a million contacts.
    op.execute("SET LOCAL maintenance_work_mem = '256MB'")
    op.create_index(
        "ix_contact_words", "contact", [sa.text(INDEX)], postgresql_using="gin"
    )


def _make_exports() -> None:
    op.create_table(
        "export",
        *[
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("workspace_id", "total", "done", "size")
        ],
        *[
            sa.Column(name, sa.BigInteger())
            for name in ("user_id", "mailing_list_id", "segment_id")
        ],
        *[
            sa.Column(name, sa.String(longest), nullable=False)
            for name, longest in {
                "of": 10,
                "name": 200,
                "state": 12,
                "words": 200,
                "kind": 4,
                "locale": 5,
            }.items()
        ],
        sa.Column("trouble", sa.String(20), server_default="", nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        *[
            sa.Column(name, sa.DateTime(timezone=True), nullable=is_later)
            for name, is_later in {
                "asked_at": False,
                "moved_at": False,
                "finished_at": True,
                "delete_at": True,
            }.items()
        ],
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _key("workspace_id", "workspace", "CASCADE"),
        _key("user_id", "user", "SET NULL"),
        _key("mailing_list_id", "mailing_list", "SET NULL"),
        _key("segment_id", "segment", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    op.create_index("ix_export_workspace_id_id", "export", ["workspace_id", "id"])


def _key(column: str, table: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{table}.id"],
        name=op.f(f"fk_export_{column}_{table}"),
        ondelete=ondelete,
    )
