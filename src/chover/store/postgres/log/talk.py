"""Groups of nothing but messages, which are most of them, in a single statement: one way to the database and back.

It locks the logs, places the messages and writes them. What it cannot do (a log without a row, a nonce that stands
already, a lease that has ended) it leaves undone, and the group takes the long way through a plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from chover.engine import rows
from chover.engine.events import Event, Said
from chover.ports import Append
from chover.store.postgres.columns import columns, taken_apart
from chover.store.postgres.connections import Transaction

# In an index: most messages leave it as it is, which is cheaper (see pages.TOUCHED).
TOUCHED: Final = "CASE WHEN touched < clock_timestamp() - interval '1 second' THEN clock_timestamp() ELSE touched END"
# Logs are locked in the order of their ids, as everywhere. A lock that had to wait sees the head as it is then.
_WRITE: Final = """
    WITH {held} locked AS MATERIALIZED (
        SELECT no, id, head, last_at FROM log WHERE id = ANY ($8) {if_held} ORDER BY id FOR NO KEY UPDATE),
    placed AS MATERIALIZED (
        SELECT no, place, msgid, version, actor, nonce, data,
            head + row_number() OVER same AS seq, greatest(last_at, max(sent.at) OVER same) AS at
        FROM unnest({sent}) WITH ORDINALITY AS sent (log, at, msgid, version, actor, nonce, data, place)
        JOIN locked ON id = log
        WHERE (SELECT count(*) FROM locked) = cardinality($8)
        WINDOW same AS (PARTITION BY no ORDER BY place)),
    moved AS (
        UPDATE log SET head = last.seq, last_at = last.at, said = true,
            touched = {touched}
        FROM (SELECT no, max(seq) AS seq, max(at) AS at FROM placed GROUP BY no) AS last
        WHERE log.no = last.no),
    written AS (
        INSERT INTO event (log_no, seq, at, msgid, kind, version, actor, nonce, data)
        SELECT no, seq, at, msgid, 'said', version, actor, nonce, data FROM placed)
    SELECT seq, at FROM placed ORDER BY place"""
_SENT: Final = taken_apart("text", "bigint", "text", "integer", "text", "text", "text")
_ALONE: Final = _WRITE.format(held="", if_held="", touched=TOUCHED, sent=_SENT)
_LEASED: Final = _WRITE.format(
    held="""held AS MATERIALIZED (
        SELECT 1 FROM node WHERE id = $9 AND epoch = $10 AND expires > clock_timestamp() FOR SHARE),""",
    if_held="AND EXISTS (SELECT 1 FROM held)",
    touched=TOUCHED,
    sent=_SENT,
)


class NodeLease(NamedTuple):
    """By which a node may write: its row in the table of nodes, as long as it has this epoch and has not expired."""

    node: str
    epoch: int


def is_talk(appends: Sequence[Append]) -> bool:
    """Whether these are messages that expect nothing."""
    return all(
        not (append.expect or append.name) and all(type(event.body) is Said and event.kept for event in append.events)
        for append in appends
    )


async def write(db: Transaction, events: Sequence[Event], lease: NodeLease | None) -> list[tuple[int, int]]:
    """The places (seq, at) of messages that are committed then; empty if nothing was done.

    Raises UniqueViolationError for a nonce that stands already, and Inseparable.
    """
    sent = [
        (
            event.log,
            event.at,
            event.msgid,
            rows.kind_of(event)[1],
            event.source.id,
            event.nonce,
            rows.encode(event).decode(),
        )
        for event in events
    ]
    logs = list({event.log for event in events})
    if lease is None:
        found = await db.fetch(_ALONE, *columns(sent), logs)
    else:
        found = await db.fetch(_LEASED, *columns(sent), logs, *lease)
    return [(seq, at) for seq, at in found]
