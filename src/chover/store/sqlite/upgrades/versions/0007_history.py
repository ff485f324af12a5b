"""The visibility and retention of a channel's history, and later changes to messages."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("ALTER TABLE channel ADD COLUMN visibility TEXT NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE channel ADD COLUMN retention_days INTEGER NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE membership ADD COLUMN since INTEGER NOT NULL DEFAULT 0")
    op.execute("""CREATE TABLE channel_since (
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (channel, account)
) WITHOUT ROWID""")
    # Accounts that are in a channel have read access to all of its past.
    op.execute("INSERT INTO channel_since SELECT channel, user, 0 FROM membership WHERE user LIKE 'a%'")
    op.execute("DROP INDEX event_said")
    op.execute("CREATE INDEX event_told ON event (log_no, seq) WHERE kind IN ('said', 'redacted', 'edited')")
    op.execute("""CREATE TABLE reaction (
    log_no INTEGER NOT NULL,
    target INTEGER NOT NULL,
    actor TEXT NOT NULL,
    value TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (log_no, target, actor, value)
) WITHOUT ROWID""")
