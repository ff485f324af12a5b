"""Accounts, what proves them, and what follows them from device to device."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = (
    """CREATE TABLE account (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    email TEXT NOT NULL DEFAULT '',
    suspended TEXT NOT NULL DEFAULT '',
    settings TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID""",
    """CREATE TABLE credential (
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (account, kind, value)
) WITHOUT ROWID""",
    "CREATE UNIQUE INDEX credential_certificate ON credential (value) WHERE kind = 'certificate'",
    """CREATE TABLE token (
    hash BLOB NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID""",
    "CREATE INDEX token_account ON token (account)",
    """CREATE TABLE code (
    purpose TEXT NOT NULL,
    folded TEXT NOT NULL,
    hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    data TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (purpose, folded)
) WITHOUT ROWID""",
    """CREATE TABLE invite (
    hash BLOB NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    uses INTEGER NOT NULL,
    channels TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID""",
    """CREATE TABLE marker (
    account TEXT NOT NULL,
    log TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (account, log)
) WITHOUT ROWID""",
    """CREATE TABLE departure (
    account TEXT NOT NULL,
    device TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (account, device)
) WITHOUT ROWID""",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
