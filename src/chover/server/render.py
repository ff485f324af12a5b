"""From an event and its reader's capabilities to a line. The same event and capabilities always give the same text.

A rendered line is a pair: the tags that its reader may see, and the rest. They are joined by ``text_of``; keeping them
apart until then lets a label or a batch be added for one reader without rendering again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from chover.engine.events import (
    SPOKEN,
    AwaySet,
    Event,
    Invited,
    Joined,
    Kicked,
    Marked,
    ModesSet,
    Parted,
    Quit,
    RealnameSet,
    Renamed,
    Said,
    Tagged,
    TopicSet,
    UserModesSet,
)
from chover.engine.modes import format_changes
from chover.wire.capabilities import NONCE, Cap
from chover.wire.message import escape, format_tags

SHAPE: Final = Cap.MESSAGE_TAGS | Cap.SERVER_TIME | Cap.ACCOUNT_TAG | Cap.EXTENDED_JOIN
"""The capabilities that change how an event's line looks. Readers are grouped by these."""


class Rendered(NamedTuple):
    tags: str
    rest: str
    """Without CR LF."""


def text_of(line: Rendered, *more_tags: str) -> str:
    """The line with its tags and those added for one reader, CR LF at its end."""
    tags = ";".join([tag for tag in (*more_tags, line.tags) if tag])
    return f"@{tags} {line.rest}\r\n" if tags else line.rest + "\r\n"


@lru_cache(maxsize=4)
def _second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def timestamp(at: int) -> str:
    """``2026-11-22T20:50:40.123Z`` of milliseconds since 1970 (server-time)."""
    return f"{_second(at // 1000)}.{at % 1000:03d}Z"


def tags_of(event: Event, caps: Cap) -> str:
    """The tags of an event that a reader with these capabilities may see."""
    tags = []
    if Cap.MESSAGE_TAGS in caps and event.msgid:
        tags.append("msgid=" + event.msgid)
    if Cap.SERVER_TIME in caps:
        tags.append("time=" + timestamp(event.at))
    if Cap.ACCOUNT_TAG in caps and event.source.account:
        tags.append("account=" + escape(event.source.account))
    if Cap.MESSAGE_TAGS in caps:
        if event.source.bot:
            tags.append("bot")
        if event.nonce:
            tags.append(f"{NONCE}={event.nonce}")
        body = event.body
        if isinstance(body, SPOKEN) and body.tags:
            tags.append(format_tags(body.tags))
    return ";".join(tags)


def render(event: Event, caps: Cap, channel: str) -> Rendered | None:
    """The line of an event for a reader; None for what has none. ``channel`` is the name of its channel, if any."""
    kind = type(event.body)
    line = _LINES.get(kind)
    if kind is Joined and Cap.EXTENDED_JOIN in caps:
        line = _extended_join
    rest = line(event, channel, event.body) if line else ""
    return Rendered(tags_of(event, caps), f":{event.source.mask} {rest}") if rest else None


def _said(_: Event, channel: str, body: Said) -> str:
    target = body.to or body.status + channel
    return f"{'NOTICE' if body.notice else 'PRIVMSG'} {target} :{body.text}"


def _tagged(_: Event, channel: str, body: Tagged | Marked) -> str:
    return f"TAGMSG {body.to or body.status + channel}"


def _extended_join(event: Event, channel: str, body: Joined) -> str:
    """https://ircv3.net/specs/extensions/extended-join"""
    source = event.source
    return f"JOIN {channel} {source.account or '*'} :{body.realname or source.nick}"


def _kicked(_: Event, channel: str, body: Kicked) -> str:
    return f"KICK {channel} {body.nick} :{body.reason}"


def _parted(_: Event, channel: str, body: Parted) -> str:
    return f"PART {channel} :{body.reason}" if body.reason else f"PART {channel}"


def _modes(_: Event, channel: str, body: ModesSet) -> str:
    changes = [(change.add, change.mode, change.arg) for change in body.changes]
    return f"MODE {channel} {' '.join(format_changes(changes))}"


def _user_modes(event: Event, _: str, body: UserModesSet) -> str:
    changes = [(change.add, change.mode, change.arg) for change in body.changes]
    return f"MODE {event.source.nick} {' '.join(format_changes(changes))}"


_LINES: Final[dict[type, Callable[..., str]]] = {
    Said: _said,
    Tagged: _tagged,
    Marked: _tagged,
    Joined: lambda _, channel, __: f"JOIN {channel}",
    Parted: _parted,
    Kicked: _kicked,
    Quit: lambda _, __, body: f"QUIT :{body.reason}",
    Renamed: lambda _, __, body: f"NICK {body.nick}",
    TopicSet: lambda _, channel, body: f"TOPIC {channel} :{body.text}",
    ModesSet: _modes,
    Invited: lambda _, channel, body: f"INVITE {body.nick} {channel}",
    AwaySet: lambda _, __, body: f"AWAY :{body.text}" if body.text else "AWAY",
    RealnameSet: lambda _, __, body: f"SETNAME :{body.text}",
    UserModesSet: _user_modes,
}
