"""Events are kept in the order in which they arrive, and found by an index of their places."""

from alembic import op

revision = "0020"
down_revision = "0019"

_PIECE = 10_000
"""Events that are moved at once. What they leave is taken by the next, so that the file hardly grows."""

_COPY = "INSERT INTO event SELECT * FROM event_before WHERE log_no = ? AND seq >= ? AND seq < ? ORDER BY seq"


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
    connection = op.get_bind()
    logs = connection.exec_driver_sql("SELECT log_no, min(seq), max(seq) FROM event_before GROUP BY log_no").fetchall()
    for log_no, first, last in logs:
        for start in range(first, last + 1, _PIECE):
            piece = (log_no, start, start + _PIECE)
            connection.exec_driver_sql(_COPY, piece)
            connection.exec_driver_sql("DELETE FROM event_before WHERE log_no = ? AND seq >= ? AND seq < ?", piece)
    op.execute("DROP TABLE event_before")
    op.execute("CREATE UNIQUE INDEX event_nonce ON event (log_no, nonce) WHERE nonce IS NOT NULL")
