"""Where an event is in its log: by time, by msgid, and which parts of a log have messages.

Events stand in the order in which they arrive, and an index has their places (docs/decisions/0015). Each further index
would be one more to write for each message. What a query needs besides is written for few: a row for each SPAN places
that have a message, and one for each msgid that does not carry the time of its event.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import Final

import msgspec

from chover.engine.ids import TIME_CHARS, LogId, timed
from chover.engine.kinds import kinds_where

SPAN: Final = 64
"""Places of a row of ``message_span``. A page of a hundred messages reads at most so many rows for each of them."""
MESSAGE_KINDS: Final = kinds_where(lambda kind: kind.message)
"""Messages, and changes to them."""

_HEAD: Final = "coalesce((SELECT max(seq) FROM {store}event WHERE log_no = log.no), first_seq - 1)"
HEAD: Final = _HEAD.format(store="")
# The first seq at or after a time, by bisection: time never runs back within a log, and seqs have no holes.
_MOMENT: Final = f"""
    WITH RECURSIVE search (low, high) AS (
        SELECT first_seq, {HEAD} + 1 FROM log WHERE no = ?1
        UNION ALL
        SELECT iif(at < ?2, seq + 1, low), iif(at < ?2, high, seq)
        FROM search CROSS JOIN event WHERE low < high AND log_no = ?1 AND seq = (low + high) / 2)
    SELECT low FROM search WHERE low = high"""  # noqa: S608 - a constant

# A msgid carries the time of its event: the events of that millisecond are found by bisection, with both its ends at
# once. The exceptions are in a table.
_NAMED: Final = f"""
    WITH RECURSIVE
    asked (log, msgid, time) AS MATERIALIZED (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)),
    search (log, no, msgid, later, goal, low, high) AS (
        SELECT log.id, no, msgid, column1, time + column1, first_seq, {_HEAD} + 1
        FROM asked CROSS JOIN {{store}}log ON log.id = asked.log CROSS JOIN (VALUES (0), (1))
        UNION ALL
        SELECT log, no, search.msgid, later, goal, iif(at < goal, seq + 1, low), iif(at < goal, high, seq)
        FROM search CROSS JOIN {{store}}event WHERE low < high AND log_no = no AND seq = (low + high) / 2),
    named (log, no, msgid, seq) AS (
        SELECT one.log, one.no, one.msgid, seq
        FROM search AS one CROSS JOIN search AS other USING (log, msgid) CROSS JOIN {{store}}event
        WHERE NOT one.later AND other.later AND one.low = one.high AND other.low = other.high
            AND log_no = one.no AND event.msgid = one.msgid AND seq >= one.low AND seq < other.low
        UNION
        SELECT log.id, no, asked.msgid, seq FROM asked CROSS JOIN {{store}}log ON log.id = asked.log
        CROSS JOIN {{store}}untimed_msgid AS odd ON odd.msgid = asked.msgid AND odd.log_no = no)
"""  # noqa: S608 - a constant
_MESSAGES: Final = (
    f"{{store}}message_span AS part CROSS JOIN {{store}}event ON event.log_no = part.log_no"
    f" AND event.seq BETWEEN part.span * {SPAN} AND part.span * {SPAN} + {SPAN - 1} AND event.kind IN {MESSAGE_KINDS}"
)
_TIMED: Final = re.compile(f"[0-9a-z]{{{TIME_CHARS}}}")
_UNTIMED: Final = f"""
    INSERT OR IGNORE INTO untimed_msgid
    SELECT msgid, log_no, seq FROM event WHERE substr(msgid, 1, {TIME_CHARS}) <> timed(at)"""  # noqa: S608 - a constant
_SPANS: Final = f"""
    INSERT OR IGNORE INTO message_span
    SELECT DISTINCT log_no, seq / {SPAN} FROM event NOT INDEXED WHERE kind IN {MESSAGE_KINDS}"""  # noqa: S608 - constants

_json: Final = msgspec.json.Encoder().encode


def named(store: str = "") -> str:
    """The beginning of a query: the table ``named`` has the places (log, no, msgid, seq) that ?1 asks for.

    ``store``: the database that the log is in, with a dot.
    """
    return _NAMED.format(store=store)


def asked(pairs: Sequence[tuple[LogId, str]]) -> str:
    """Logs and msgids for ``named``."""
    return _json([(log, msgid, _time_of(msgid)) for log, msgid in pairs]).decode()


def messages(store: str = "") -> str:
    """What a query reads from: the messages of ``part.log_no``.

    In the order of ``part.span, event.seq`` it reads no more than it returns. Its own bounds of seq need a plus
    (``+event.seq > 5``), or SQLite would take them instead of those of the part.
    """
    return _MESSAGES.format(store=store)


def until_moment(db: sqlite3.Connection, no: int, moment: int) -> int:
    """The last seq before ``moment`` (milliseconds since 1970, exclusive); first_seq - 1 if there is none."""
    (seq,) = db.execute(_MOMENT, (no, moment)).fetchone()
    return int(seq) - 1


def find_again(db: sqlite3.Connection) -> None:
    """Fill both tables from the events, for a database that was filled without them."""
    db.create_function("timed", 1, timed, deterministic=True)
    db.execute(_SPANS)
    db.execute(_UNTIMED)


def _time_of(msgid: str) -> int:
    """The time with which a msgid begins, whatever follows; 0 for none."""
    return int(msgid[:TIME_CHARS], 36) if _TIMED.match(msgid) else 0
