"""The result of a verb: events to keep, and the rules versions that the decision rests on."""

from __future__ import annotations

from typing import Final

import msgspec

from chover.engine.events import Event, Known, Source
from chover.engine.ids import LogId
from chover.engine.model import Channel


class Append(msgspec.Struct):
    """Kept whole or not at all.

    ``expect`` has for some logs the rules version of the decision: the place of the last event in the log that changed
    its rules (``Event.changes_rules``). If it has changed meanwhile, the decision is made again. Plain joins, parts and
    messages change no rules and never make each other wait.
    """

    events: list[Event]
    expect: dict[LogId, int] = {}
    name: str = ""
    """The folded name that its channel takes: another node may have given it to another channel meanwhile.

    A store that several nodes share then answers that the decision conflicts with the log of that channel.
    """


NOTHING: Final = Append([])
"""The decision that nothing needs to happen."""


def under_rules(channel: Channel, source: Source, body: Known) -> Append:
    """A decision that is valid only while the channel's rules have not changed."""
    return Append([Event(channel.log, source, body)], {channel.log: channel.rules_version})
