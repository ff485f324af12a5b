"""Uploads."""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    """CREATE TABLE file (
    id TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    size INTEGER NOT NULL,
    owner TEXT NOT NULL,
    uploaded_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID""",
    "CREATE INDEX file_digest ON file (digest)",
    "CREATE INDEX file_owner ON file (owner, uploaded_at)",
    "CREATE INDEX file_expiry ON file (expires_at) WHERE expires_at > 0",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
