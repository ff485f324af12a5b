"""The kinds of events: one row each, with everything that the parts of the server have to know about a kind.

Sets of kinds elsewhere (what is kept, what changes the rules, what history hides, what the index reads) are derived
from these rows when a module is imported, so that nothing on a message's path looks into the table. A new kind needs a
body in events.py and a row here; tests/engine/test_kinds.py says which of the parts do not handle it yet.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple


class Subsystem(enum.Enum):
    """Each of these handles every kind, or the kind's row says why not."""

    APPLY = "engine/apply.py"
    PROJECTION = "the state tables of the store"
    DELIVERY = "server/delivery/fanout.py"
    RENDERING = "server/delivery/render.py"
    PAGING = "the pages of history"
    INDEX = "search"


class EventKind(NamedTuple):
    kept: bool = True
    """Whether it has a place in a log; otherwise it concerns only people who are present."""
    changes_rules: bool = False
    """Whether later decisions in its log depend on it. Joined sometimes does: see Event.changes_rules."""
    spoken: bool = False
    """Whether somebody says it to a channel or a user."""
    departs: bool = False
    """Delivered before it is applied: a departure while the person is still there, a rename under the old nick."""
    has_text: bool = False
    """Whether it has searchable text."""
    rewrites: bool = False
    """Whether it changes an earlier place of its log."""
    absent: Mapping[Subsystem, str] = {}
    """The parts that deliberately do nothing about it, and why."""

    @property
    def message(self) -> bool:
        """Whether it is in pages of messages only, which clients without draft/event-playback get."""
        return self.has_text or self.rewrites

    @property
    def talk(self) -> bool:
        """Whether it changes no state but that something was said: only those who are in the conversation need it."""
        return self.spoken or self.rewrites

    @property
    def in_history(self) -> bool:
        """Whether history shows it to anybody."""
        return Subsystem.PAGING not in self.absent


_UNKEPT: Final = dict.fromkeys((Subsystem.PROJECTION, Subsystem.PAGING, Subsystem.INDEX), "it is not kept")
_NO_TEXT: Final = {Subsystem.INDEX: "it has no text to search for"}
_BOOKKEEPING: Final = {Subsystem.PAGING: "it is the server's own bookkeeping", **_NO_TEXT}
_ANSWERED: Final = "the answer to the command tells its author, and nobody else is to know"
_ON_PLACE: Final = "the store changes the place that it is about (store's edits), and no state"

KINDS: Final[Mapping[str, EventKind]] = {
    "said": EventKind(spoken=True, has_text=True),
    "tagged": EventKind(kept=False, spoken=True, absent=_UNKEPT),
    "marked": EventKind(spoken=True, absent={Subsystem.PROJECTION: _ON_PLACE, **_NO_TEXT}),
    "redacted": EventKind(rewrites=True, absent={Subsystem.PROJECTION: _ON_PLACE}),
    "edited": EventKind(has_text=True, rewrites=True, absent={Subsystem.PROJECTION: _ON_PLACE}),
    "blanked": EventKind(
        spoken=True,
        absent={
            Subsystem.APPLY: "it stands where something was said, and that was applied",
            Subsystem.PROJECTION: "it stands where something was said, and that was projected",
            Subsystem.DELIVERY: "its author alone is told, when they send it again (Session.echo)",
            Subsystem.PAGING: "it was deleted",
            **_NO_TEXT,
        },
    ),
    "opened": EventKind(
        changes_rules=True,
        absent={
            Subsystem.DELIVERY: "nobody is in the channel yet",
            Subsystem.RENDERING: "it is delivered to nobody",
            **_BOOKKEEPING,
        },
    ),
    "closed": EventKind(
        changes_rules=True,
        departs=True,
        absent={Subsystem.RENDERING: "nobody is in the channel any more", **_BOOKKEEPING},
    ),
    "joined": EventKind(absent=_NO_TEXT),
    "parted": EventKind(departs=True, absent=_NO_TEXT),
    "quit": EventKind(departs=True, absent=_NO_TEXT),
    "kicked": EventKind(changes_rules=True, departs=True, absent=_NO_TEXT),
    "renamed": EventKind(departs=True, absent=_NO_TEXT),
    # An id must not start to mean another person after a decision.
    "identified": EventKind(changes_rules=True, absent=_BOOKKEEPING),
    "topic": EventKind(absent=_NO_TEXT),
    "modes": EventKind(changes_rules=True, absent=_NO_TEXT),
    "channel-renamed": EventKind(
        changes_rules=True,
        absent={Subsystem.RENDERING: "each session is told in its own words (channel_renames.py)", **_BOOKKEEPING},
    ),
    "access": EventKind(
        changes_rules=True,
        absent={
            Subsystem.DELIVERY: "members see the change of modes beside it",
            Subsystem.RENDERING: "it is delivered to nobody",
            **_BOOKKEEPING,
        },
    ),
    "history": EventKind(
        changes_rules=True,
        absent={Subsystem.DELIVERY: _ANSWERED, Subsystem.RENDERING: "it is delivered to nobody", **_BOOKKEEPING},
    ),
    "metadata": EventKind(
        absent={Subsystem.RENDERING: "it has a line for each key and subscriber (metadata_lines.py)", **_BOOKKEEPING}
    ),
    "invited": EventKind(
        absent={
            Subsystem.PROJECTION: "an invitation ends with the run of the server",
            Subsystem.PAGING: "it was meant for one person",
            **_NO_TEXT,
        }
    ),
    "arrived": EventKind(
        kept=False, absent={Subsystem.RENDERING: "whoever monitors the nick gets a numeric (monitor.py)", **_UNKEPT}
    ),
    "away": EventKind(kept=False, absent=_UNKEPT),
    "realname": EventKind(kept=False, absent=_UNKEPT),
    "host": EventKind(kept=False, absent=_UNKEPT),
    "user-modes": EventKind(kept=False, absent=_UNKEPT),
    "blocks": EventKind(
        kept=False, absent={Subsystem.DELIVERY: _ANSWERED, Subsystem.RENDERING: "it is delivered to nobody", **_UNKEPT}
    ),
    "accepts": EventKind(
        kept=False, absent={Subsystem.DELIVERY: _ANSWERED, Subsystem.RENDERING: "it is delivered to nobody", **_UNKEPT}
    ),
}


def kinds_where(chosen: Callable[[EventKind], bool]) -> tuple[str, ...]:
    """The names of the kinds whose rows are chosen, in the order of the table."""
    return tuple(name for name, kind in KINDS.items() if chosen(kind))
