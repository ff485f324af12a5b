"""A PRIVMSG or NOTICE as a line to show, its text made harmless to terminals. No I/O."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from chover import names
from chover.client.news import Kind, Line
from chover.wire import ctcp
from chover.wire.message import Message
from chover.wire.plain import harmless

_STATUS: Final = "~&@%+"
"""Prefixes of a message for members of at least that rank (STATUSMSG)."""


def key(name: str) -> str:
    """The form by which names are compared."""
    try:
        return names.fold(name)
    except names.BadName:
        return name.lower()


def same(one: str, other: str) -> bool:
    return one == other or key(one) == key(other)


def is_ctcp(message: Message) -> bool:
    """A request or answer between programs, not a message."""
    return ctcp.between_programs(message.params[1])


def line_of(message: Message, nick: str, now: int, *, past: bool = False) -> Line:
    """The line as the owner of ``nick`` sees it. ``now`` is its time if the server tells none.

    The message has a target and a text.
    """
    target, text = message.params[0], message.params[1]
    kind: Kind = "message" if message.command == "PRIVMSG" else "notice"
    done = ctcp.action(text)
    if done is not None:
        kind, text = "action", done
    own = same(message.nick, nick)
    channel = target.lstrip(_STATUS)
    private = not names.is_channel(channel)
    return Line(
        conversation=harmless((target if own else message.nick) if private else channel),
        sender=harmless(message.nick),
        text=harmless(text),
        at=from_iso(message.tags.get("time", "")) or now,
        kind=kind,
        msgid=message.tags.get("msgid", ""),
        account=harmless(message.tags.get("account", "")),
        private=private,
        own=own,
        past=past,
    )


def iso(at: int) -> str:
    """Milliseconds since 1970 as server-time writes them."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> int | None:
    """Milliseconds since 1970 of a server-time tag; None for what is none."""
    try:
        return round(datetime.fromisoformat(text).timestamp() * 1000)
    except ValueError:
        return None
