"""What is done to events in a log: rows blanked and changed in place, reactions counted.

The same for every storage: which event changes which rows, and to what. A storage has a statement for each
``EventChange``. Nothing else changes a row of an event. The changes belong to the transaction of the event that causes
them.
"""

from __future__ import annotations

import enum
from typing import Final

import msgspec

from chover.engine import rows
from chover.engine.events import Blanked, Edited, Event, Redacted, Said, TagsKept
from chover.engine.ids import UserId
from chover.engine.verbs.edits import reaction_of

TOUCHING: Final = frozenset({Redacted, Edited, TagsKept})
"""The kinds that refer to an event in the same log."""


class EventChange(enum.IntEnum):
    """What is done to rows of events and reactions. Each names its values, in order; ``log`` is the log's number."""

    REWRITE = enum.auto()
    """log, seq, kind, version, data"""
    BLANK_EDIT = enum.auto()
    """log, seq. The edit there loses its text; its author and time stay. Nothing if it is no edit."""
    BLANK_REACTIONS = enum.auto()
    """log, seq. The reactions to the message there lose their content, and none of them counts."""
    REACT = enum.auto()
    """log, target, actor, value, seq. Nothing if the same reaction of the same user counts already."""
    UNREACT = enum.auto()
    """log, target, actor, value"""


Change = tuple[EventChange, tuple[int | str, ...]]
"""A change and its values. Changes are made in the order in which they are given."""


def place_of(event: Event) -> int:
    """The place in its log that an event refers to; 0 for none."""
    body = event.body
    if isinstance(body, Redacted | Edited):
        return body.place
    return body.about if isinstance(body, TagsKept) else 0


def carry_out(log: int, event: Event, seq: int, at: int, target: Event) -> tuple[Event | None, list[Change]]:
    """Apply an event at ``seq`` to its target. Returns what stands at the target's place then, and the changes."""
    match event.body:
        case Redacted():
            return None, _blank(log, target)
        case Edited() as edited:
            return _edit(log, edited, seq, at, target)
        case TagsKept() as marked:
            return target, _react(log, event.source.id, marked, seq)
    return target, []


def _blank(log: int, target: Event) -> list[Change]:
    body = target.body
    blank = Blanked(getattr(body, "to", ""), isinstance(body, Said) and body.notice)
    changes: list[Change] = [_rewrite(log, target, blank)]
    if isinstance(body, Said):
        changes.append((EventChange.BLANK_REACTIONS, (log, target.seq)))
        changes += [(EventChange.BLANK_EDIT, (log, body.edit))] if body.edit else []
    elif isinstance(body, TagsKept) and (reaction := reaction_of(body.tags)) and body.about:
        changes.append((EventChange.UNREACT, (log, body.about, target.source.id, reaction.value)))
    return changes


def _edit(log: int, edited: Edited, seq: int, at: int, target: Event) -> tuple[Event, list[Change]]:
    body = target.body
    assert isinstance(body, Said)
    after = msgspec.structs.replace(body, text=edited.text, joints=edited.joints, edited=at, edit=seq)
    changes: list[Change] = [_rewrite(log, target, after)]
    if body.edit:
        changes.append((EventChange.BLANK_EDIT, (log, body.edit)))
    return msgspec.structs.replace(target, body=after), changes


def _rewrite(log: int, target: Event, body: Said | Blanked) -> Change:
    event = msgspec.structs.replace(target, body=body)
    kind, version = rows.kind_of(event)
    return EventChange.REWRITE, (log, target.seq, kind, version, rows.encode(event).decode())


def _react(log: int, actor: UserId, marked: TagsKept, seq: int) -> list[Change]:
    reaction = reaction_of(marked.tags)
    if reaction is None:
        return []
    if reaction.added:
        return [(EventChange.REACT, (log, marked.about, actor, reaction.value, seq))]
    return [(EventChange.UNREACT, (log, marked.about, actor, reaction.value))]
