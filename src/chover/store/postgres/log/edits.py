"""The changes of events (store/edits.py) as statements of PostgreSQL, and what is read of their results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from chover.engine.events import Event
from chover.engine.ids import LogId, UserId
from chover.store.edits import Change, EventChange
from chover.store.postgres.connections import Connections, Transaction
from chover.store.postgres.log import pages
from chover.store.postgres.log.pages import EVENT
from chover.store.postgres.log.state_tables import Statement

# Labels stay and the body, which is the fifth part, goes. As json and not jsonb, which refuses the character NUL.
_BLANKED: Final = """
    kind = 'blanked', version = 1, data = (
        SELECT '['
            || string_agg(CASE place WHEN 5 THEN '{"kind":"blanked"}' ELSE part::text END, ',' ORDER BY place) || ']'
        FROM json_array_elements(data::json) WITH ORDINALITY AS parts (part, place))"""
STATEMENTS: Final[Mapping[EventChange, tuple[str, ...]]] = {
    EventChange.REWRITE: ("UPDATE event SET kind = $3, version = $4, data = $5 WHERE log_no = $1 AND seq = $2",),
    EventChange.BLANK_EDIT: (
        f"UPDATE event SET {_BLANKED} WHERE log_no = $1 AND seq = $2 AND kind = 'edited'",  # noqa: S608 - a constant
    ),
    EventChange.BLANK_REACTIONS: (
        (
            f"UPDATE event SET {_BLANKED} WHERE log_no = $1"  # noqa: S608 - a constant
            " AND seq IN (SELECT seq FROM reaction WHERE log_no = $1 AND target = $2)"
        ),
        "DELETE FROM reaction WHERE log_no = $1 AND target = $2",
    ),
    EventChange.REACT: (
        ("INSERT INTO reaction (log_no, target, actor, value, seq) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"),
    ),
    EventChange.UNREACT: ("DELETE FROM reaction WHERE log_no = $1 AND target = $2 AND actor = $3 AND value = $4",),
}
"""What PostgreSQL does for each change."""

_STANDING: Final = f"""
    SELECT sent.log_no, found.* FROM unnest($1::bigint[], $2::bigint[]) AS sent (log_no, seq) CROSS JOIN LATERAL (
        SELECT {EVENT} FROM event
        WHERE log_no = sent.log_no AND seq = sent.seq AND kind IN ('said', 'marked') LIMIT 1) AS found"""  # noqa: S608 - constants
_FIND: Final = f"""
    SELECT {EVENT} FROM event
    WHERE msgid = $1 AND log_no = (SELECT no FROM log WHERE id = $2) AND kind IN ('said', 'marked') LIMIT 1"""  # noqa: S608 - constants
# Used to erase a person's messages. An index by author would cost time for each message, so all of them are scanned.
_SAID_BY: Final = f"""
    SELECT log.id, {EVENT} FROM event JOIN log ON log.no = log_no
    WHERE actor = $1 AND kind IN ('said', 'marked') LIMIT $2"""  # noqa: S608 - constants
_REACTIONS: Final = f"""
    SELECT {EVENT} FROM (
        SELECT log_no, target, seq FROM reaction
        WHERE log_no = (SELECT no FROM log WHERE id = $1) AND target BETWEEN $2 AND $3 AND seq > $4) AS given
    JOIN event USING (log_no, seq) ORDER BY target, seq"""  # noqa: S608 - constants
_REACTED: Final = """
    SELECT value FROM reaction WHERE log_no = (SELECT no FROM log WHERE id = $1) AND target = $2 AND actor = $3"""


async def standing(
    db: Transaction, logs: Mapping[int, LogId], places: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], Event | None]:
    """The messages and kept TAGMSGs at places (a log's number and a seq); None for what was deleted or is gone."""
    held: dict[tuple[int, int], Event | None] = dict.fromkeys(places)
    if places:
        numbers, seqs = zip(*held, strict=True)
        for no, *row in await db.fetch(_STANDING, numbers, seqs):
            held[no, row[0]] = pages.event_of(logs[no], row)
    return held


async def find(db: Connections, log: LogId, msgid: str) -> Event | None:
    """See Store.find."""
    row = await db.row(_FIND, msgid, log)
    return None if row is None else pages.event_of(log, row)


async def said_by(db: Connections, user: UserId, limit: int) -> list[Event]:
    """See Store.said_by."""
    return [pages.with_log(row) for row in await db.fetch(_SAID_BY, user, limit)]


async def reactions(db: Connections, log: LogId, first: int, last: int, after: int) -> list[Event]:
    """See Store.reactions."""
    return [pages.event_of(log, row) for row in await db.fetch(_REACTIONS, log, first, last, after)]


async def reacted(db: Connections, log: LogId, place: int, user: UserId) -> set[str]:
    """See Store.reacted."""
    return {row[0] for row in await db.fetch(_REACTED, log, place, user)}


def statements(changes: Iterable[Change]) -> list[Statement]:
    """The statements for the changes, in their order."""
    return [(sql, values) for change, values in changes for sql in STATEMENTS[change]]
