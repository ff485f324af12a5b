"""Entries of channels' lists that name an account hold its id."""

from alembic import op
from sqlalchemy import text

revision = "0015"
down_revision = "0014"

_PREFIXES = ("account:", "m:account:")


def upgrade() -> None:
    op.execute("ALTER TABLE channel_list RENAME TO channel_list_before")
    op.execute(
        """CREATE TABLE channel_list (
    channel TEXT NOT NULL,
    mode TEXT NOT NULL,
    mask TEXT NOT NULL,
    set_by TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    account TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (channel, mode, mask)
) WITHOUT ROWID"""
    )
    op.execute("INSERT INTO channel_list SELECT channel, mode, mask, set_by, set_at, '' FROM channel_list_before")
    op.execute("DROP TABLE channel_list_before")
    db = op.get_bind()
    for number, name in db.execute(text("SELECT id, name FROM account")).fetchall():
        for prefix in _PREFIXES:
            db.execute(
                text("UPDATE channel_list SET account = :id WHERE mask = :mask"),
                {"id": number, "mask": prefix + name.lower()},
            )
    # An entry that names no account would apply to the next person who registers the name. Patterns stay as they are.
    op.execute(
        "DELETE FROM channel_list WHERE account = '' AND (mask LIKE 'account:%' OR mask LIKE 'm:account:%')"
        " AND instr(mask, '*') = 0 AND instr(mask, '?') = 0"
    )
    # A ban from the server for an account that is gone applies to nobody, too.
    op.execute("DELETE FROM ban WHERE kind = 'account' AND what NOT IN (SELECT folded FROM account)")
