"""The first schema. This is the DDL as it was then: schema.sql may change, this file does not."""

from alembic import op

revision = "0001"
down_revision = None

DDL = (
    """
    CREATE TABLE meta (
        name TEXT NOT NULL PRIMARY KEY,
        value BLOB NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE log (
        no INTEGER NOT NULL PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        state_head INTEGER NOT NULL DEFAULT 0,
        first_seq INTEGER NOT NULL DEFAULT 1
    )
    """,
    """
    CREATE TABLE event (
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
    ) WITHOUT ROWID
    """,
    "CREATE INDEX event_msgid ON event (msgid, log_no)",
    "CREATE UNIQUE INDEX event_nonce ON event (log_no, nonce) WHERE nonce IS NOT NULL",
    "CREATE INDEX event_said ON event (log_no, seq) WHERE kind = 'said'",
    """
    CREATE TABLE channel (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        closed_at INTEGER,
        topic TEXT NOT NULL DEFAULT '',
        topic_by TEXT NOT NULL DEFAULT '',
        topic_at INTEGER NOT NULL DEFAULT 0,
        said INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE channel_mode (
        channel TEXT NOT NULL,
        mode TEXT NOT NULL,
        arg TEXT NOT NULL,
        PRIMARY KEY (channel, mode)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE channel_list (
        channel TEXT NOT NULL,
        mode TEXT NOT NULL,
        mask TEXT NOT NULL,
        set_by TEXT NOT NULL,
        set_at INTEGER NOT NULL,
        PRIMARY KEY (channel, mode, mask)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE membership (
        channel TEXT NOT NULL,
        user TEXT NOT NULL,
        nick TEXT NOT NULL,
        username TEXT NOT NULL,
        host TEXT NOT NULL,
        account TEXT NOT NULL,
        modes TEXT NOT NULL,
        joined_at INTEGER NOT NULL,
        PRIMARY KEY (channel, user)
    ) WITHOUT ROWID
    """,
)


def upgrade() -> None:
    for statement in DDL:
        op.execute(statement)
