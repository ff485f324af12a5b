"""The former names of channels."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute(
        """CREATE TABLE channel_former (
    channel TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    at INTEGER NOT NULL,
    PRIMARY KEY (name)
) WITHOUT ROWID"""
    )
    op.execute("CREATE INDEX channel_former_at ON channel_former (at)")
