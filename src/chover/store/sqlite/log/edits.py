"""Changes to events in a log: rows blanked and changed in place, reactions counted.

These are the only statements that change a row of ``event``. They run in the transaction of the event that causes them.
"""

from __future__ import annotations

import sqlite3
from typing import Final

import msgspec

from chover.engine import rows
from chover.engine.events import Blanked, Edited, Event, Redacted, Said, TagsKept
from chover.engine.ids import LogId, UserId
from chover.engine.verbs.edits import reaction_of
from chover.store.sqlite.log import pages
from chover.store.sqlite.log.batches import Statement

TOUCHING: Final = frozenset({Redacted, Edited, TagsKept})
"""The kinds that refer to an event in the same log."""

_ROW: Final = """
    SELECT json_array(seq, at, msgid, kind, version, actor, nonce, data) FROM event
    WHERE log_no = ? AND seq = ? AND kind IN ('said', 'marked')"""
FIND: Final = """
    SELECT json_array(seq, at, msgid, kind, version, actor, nonce, data) FROM event INDEXED BY event_msgid
    WHERE msgid = ? AND log_no = (SELECT no FROM log WHERE id = ?) AND kind IN ('said', 'marked') LIMIT 1"""
# Used to erase a person's messages. An index by author would cost time for each message, so all of them are scanned.
_SAID_BY: Final = """
    SELECT json_group_array(json_array(id, json_array(seq, at, msgid, kind, version, actor, nonce, data))) FROM (
        SELECT log.id, event.* FROM event JOIN log ON log.no = log_no
        WHERE actor = ? AND kind IN ('said', 'marked') LIMIT ?)"""
_REWRITE: Final = "UPDATE event SET kind = ?, version = ?, data = ? WHERE log_no = ? AND seq = ?"
# Their author and time stay; their content is removed.
_BLANK_REACTIONS: Final = """
    UPDATE event SET kind = 'blanked', version = 1, data = json_set(data, '$[4]', json('{"kind":"blanked"}'))
    WHERE log_no = ?1 AND seq IN (SELECT seq FROM reaction WHERE log_no = ?1 AND target = ?2)"""
_BLANK_EDIT: Final = """
    UPDATE event SET kind = 'blanked', version = 1, data = json_set(data, '$[4]', json('{"kind":"blanked"}'))
    WHERE log_no = ? AND seq = ? AND kind = 'edited'"""
_UNREACT_ALL: Final = "DELETE FROM reaction WHERE log_no = ? AND target = ?"
_REACT: Final = "INSERT OR IGNORE INTO reaction (log_no, target, actor, value, seq) VALUES (?, ?, ?, ?, ?)"
_UNREACT: Final = "DELETE FROM reaction WHERE log_no = ? AND target = ? AND actor = ? AND value = ?"
_REACTIONS: Final = """
    SELECT json_group_array(json_array(seq, at, msgid, kind, version, actor, nonce, data)) FROM (
        SELECT event.* FROM reaction JOIN event ON event.log_no = reaction.log_no AND event.seq = reaction.seq
        WHERE reaction.log_no = (SELECT no FROM log WHERE id = ?) AND target BETWEEN ? AND ? AND reaction.seq > ?
        ORDER BY target, reaction.seq)"""
_REACTED: Final = """
    SELECT json_group_array(value) FROM reaction
    WHERE log_no = (SELECT no FROM log WHERE id = ?) AND target = ? AND actor = ?"""

_row: Final = msgspec.json.Decoder(pages.EventRow).decode
_values: Final = msgspec.json.Decoder(set[str]).decode


def place_of(event: Event) -> int:
    """The place in its log that an event refers to; 0 for none."""
    body = event.body
    if isinstance(body, Redacted | Edited):
        return body.place
    return body.about if isinstance(body, TagsKept) else 0


def standing(db: sqlite3.Connection, log: LogId, no: int, seq: int) -> Event | None:
    """The message or kept TAGMSG at a place, None if it was deleted or does not exist."""
    found = db.execute(_ROW, (no, seq)).fetchone()
    return _row(found[0]).event(log) if found else None


def find(db: sqlite3.Connection, log: LogId, msgid: str) -> Event | None:
    """See Store.find."""
    found = db.execute(FIND, (msgid, log)).fetchone()
    return _row(found[0]).event(log) if found else None


def said_by(db: sqlite3.Connection, user: UserId, limit: int) -> list[Event]:
    """See Store.said_by."""
    (text,) = db.execute(_SAID_BY, (user, limit)).fetchone()
    return [row.event(LogId(log)) for log, row in pages.rows_of_logs(text)]


def reactions(db: sqlite3.Connection, log: LogId, first: int, last: int, after: int) -> list[Event]:
    """See Store.reactions."""
    (text,) = db.execute(_REACTIONS, (log, first, last, after)).fetchone()
    return [row.event(log) for row in pages.rows_of(text)]


def reacted(db: sqlite3.Connection, log: LogId, place: int, user: UserId) -> set[str]:
    """See Store.reacted."""
    return _values(db.execute(_REACTED, (log, place, user)).fetchone()[0])


def carry_out(no: int, event: Event, seq: int, at: int, target: Event) -> tuple[Event | None, list[Statement]]:
    """What an event at ``seq`` does to the one that it refers to: the new version of that one, and the statements."""
    match event.body:
        case Redacted():
            return None, _blank(no, target)
        case Edited() as edited:
            return _edit(no, edited, seq, at, target)
        case TagsKept() as marked:
            return target, _react(no, event.source.id, marked, seq)
    return target, []


def _blank(no: int, target: Event) -> list[Statement]:
    body = target.body
    blank = Blanked(getattr(body, "to", ""), isinstance(body, Said) and body.notice)
    steps: list[Statement] = [_rewrite(no, target, blank)]
    if isinstance(body, Said):
        steps += [(_BLANK_REACTIONS, (no, target.seq)), (_UNREACT_ALL, (no, target.seq))]
        steps += [(_BLANK_EDIT, (no, body.edit))] if body.edit else []
    elif isinstance(body, TagsKept) and (reaction := reaction_of(body.tags)) and body.about:
        steps.append((_UNREACT, (no, body.about, target.source.id, reaction.value)))
    return steps


def _edit(no: int, edited: Edited, seq: int, at: int, target: Event) -> tuple[Event, list[Statement]]:
    body = target.body
    assert isinstance(body, Said)
    after = msgspec.structs.replace(body, text=edited.text, joints=edited.joints, edited=at, edit=seq)
    steps: list[Statement] = [_rewrite(no, target, after)]
    if body.edit:
        steps.append((_BLANK_EDIT, (no, body.edit)))
    return msgspec.structs.replace(target, body=after), steps


def _rewrite(no: int, target: Event, body: Said | Blanked) -> Statement:
    event = msgspec.structs.replace(target, body=body)
    kind, version = rows.kind_of(event)
    return _REWRITE, (kind, version, rows.encode(event).decode(), no, target.seq)


def _react(no: int, actor: UserId, marked: TagsKept, seq: int) -> list[Statement]:
    reaction = reaction_of(marked.tags)
    if reaction is None:
        return []
    if reaction.added:
        return [(_REACT, (no, marked.about, actor, reaction.value, seq))]
    return [(_UNREACT, (no, marked.about, actor, reaction.value))]
