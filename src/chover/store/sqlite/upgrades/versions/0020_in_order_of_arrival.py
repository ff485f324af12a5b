"""Events are kept in the order in which they arrive, and found by an index of their places."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute("DROP INDEX event_nonce")
    op.execute("ALTER TABLE event RENAME TO event_before")
    op.execute(
        """CREATE TABLE event (
    log_no INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    msgid TEXT NOT NULL,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    actor TEXT NOT NULL,
    nonce TEXT,
    data TEXT NOT NULL,
    PRIMARY KEY (log_no, seq)
)"""
    )
    # What each log has so far stays together.
    op.execute("INSERT INTO event SELECT * FROM event_before ORDER BY log_no, seq")
    op.execute("DROP TABLE event_before")
    op.execute("CREATE UNIQUE INDEX event_nonce ON event (log_no, nonce) WHERE nonce IS NOT NULL")
