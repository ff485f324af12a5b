"""Events are in one B-tree; messages and msgids are found without an index of all of them."""

from alembic import op

revision = "0016"
down_revision = "0015"

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def upgrade() -> None:
    op.execute(
        """CREATE TABLE message_span (
    log_no INTEGER NOT NULL,
    span INTEGER NOT NULL,
    PRIMARY KEY (log_no, span)
) WITHOUT ROWID"""
    )
    op.execute(
        """CREATE TABLE untimed_msgid (
    msgid TEXT NOT NULL,
    log_no INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (msgid, log_no, seq)
) WITHOUT ROWID"""
    )
    connection = op.get_bind().connection.dbapi_connection
    assert connection is not None
    connection.create_function("timed", 1, _timed, deterministic=True)
    op.execute(
        "INSERT INTO message_span SELECT DISTINCT log_no, seq / 64 FROM event"
        " WHERE kind IN ('said', 'redacted', 'edited')"
    )
    op.execute("INSERT INTO untimed_msgid SELECT msgid, log_no, seq FROM event WHERE substr(msgid, 1, 9) <> timed(at)")
    op.execute("DROP INDEX event_told")
    op.execute("DROP INDEX event_msgid")


def _timed(at: int) -> str:
    out = ""
    while at:
        at, digit = divmod(at, 36)
        out = _DIGITS[digit] + out
    return out.rjust(9, "0")
