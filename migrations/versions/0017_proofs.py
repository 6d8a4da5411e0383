"""Proofs: timestamps of checkpoints, verifications of ledgers, and proofs of whole lists."""

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


def upgrade() -> None:
    op.execute(SAID)
