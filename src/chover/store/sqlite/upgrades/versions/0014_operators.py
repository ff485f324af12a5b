"""Accounts that are operators of the server."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute(
        """CREATE TABLE operator (
    account TEXT NOT NULL PRIMARY KEY,
    rights TEXT NOT NULL,
    added_at INTEGER NOT NULL
) WITHOUT ROWID"""
    )
