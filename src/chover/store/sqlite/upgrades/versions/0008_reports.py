"""Reports."""

from alembic import op

revision = "0008"
down_revision = "0007"

STATEMENTS = (
    """CREATE TABLE report (
    no INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    at INTEGER NOT NULL,
    reporter TEXT NOT NULL,
    about TEXT NOT NULL,
    mask TEXT NOT NULL,
    text TEXT NOT NULL,
    place TEXT NOT NULL,
    quote TEXT NOT NULL,
    msgid TEXT NOT NULL
)""",
    "CREATE INDEX report_channel ON report (channel, no)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
