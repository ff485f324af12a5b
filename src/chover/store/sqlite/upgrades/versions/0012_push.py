"""Push subscriptions."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute(
        """CREATE TABLE push (
    endpoint TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    p256dh TEXT NOT NULL,
    auth TEXT NOT NULL,
    caps INTEGER NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID"""
    )
    op.execute("CREATE INDEX push_account ON push (account)")
