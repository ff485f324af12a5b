"""Messages to be said later, reminders."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute(
        """CREATE TABLE scheduled (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    log TEXT NOT NULL,
    target TEXT NOT NULL,
    due INTEGER NOT NULL,
    text TEXT NOT NULL,
    msgid TEXT NOT NULL,
    state TEXT NOT NULL,
    why TEXT NOT NULL,
    told INTEGER NOT NULL
) WITHOUT ROWID"""
    )
    op.execute("CREATE INDEX scheduled_account ON scheduled (account)")
    op.execute("CREATE INDEX scheduled_due ON scheduled (due) WHERE state = 'waiting'")
