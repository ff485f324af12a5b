"""Bans from the server, the audit log and the connection log."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)


_STATEMENTS = (
    """CREATE TABLE ban (
    no INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    UNIQUE (kind, what)
)""",
    """CREATE TABLE audit (
    no INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    did TEXT NOT NULL,
    whom TEXT NOT NULL,
    why TEXT NOT NULL
)""",
    """CREATE TABLE visit (
    no INTEGER NOT NULL PRIMARY KEY,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    nick TEXT NOT NULL,
    folded TEXT NOT NULL,
    account TEXT NOT NULL,
    address TEXT NOT NULL,
    packed BLOB,
    host TEXT NOT NULL,
    door TEXT NOT NULL,
    via TEXT NOT NULL,
    version TEXT NOT NULL
)""",
    "CREATE INDEX visit_folded ON visit (folded)",
    "CREATE INDEX visit_account ON visit (account COLLATE NOCASE) WHERE account != ''",
    "CREATE INDEX visit_packed ON visit (packed)",
    "CREATE INDEX visit_until ON visit (until)",
)
