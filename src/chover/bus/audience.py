"""Which nodes an event concerns."""

from __future__ import annotations

from chover.engine.events import TALK, Event
from chover.engine.ids import is_pair, pair_of


def followed_by(event: Event) -> tuple[str, ...]:
    """The ids whose followers hear it: of a channel, or of the two users of a private conversation. None: all nodes."""
    if not event.log or type(event.body) not in TALK:
        return ()
    if not is_pair(event.log):
        return (event.log,)
    one, other = pair_of(event.log)
    return (one,) if one == other else (one, other)
