"""What is done to messages afterwards: deletions and changes are read with them, reactions by message."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
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
