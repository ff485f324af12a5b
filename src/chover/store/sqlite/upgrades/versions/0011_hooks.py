"""Hooks."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute(
        """CREATE TABLE hook (
    id TEXT NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL,
    channel TEXT NOT NULL,
    name TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    url TEXT NOT NULL DEFAULT '',
    key TEXT NOT NULL DEFAULT '',
    place INTEGER NOT NULL DEFAULT 0,
    off TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID"""
    )
