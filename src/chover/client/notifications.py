"""What the connection tells a front end. All text in here is already harmless to a terminal."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["message", "notice", "action"]


class Notification(msgspec.Struct, frozen=True):
    """Something that a front end may want to show."""


class PlainLine(Notification, frozen=True):
    """Somebody said something."""

    conversation: str
    """The channel's name, or the other's nick for private ones."""
    sender: str
    text: str
    at: int
    """Milliseconds since 1970, UTC: the server's time where it tells."""
    kind: Kind = "message"
    msgid: str = ""
    account: str = ""
    private: bool = False
    own: bool = False
    """Under our own nick."""
    mine: bool = False
    """The echo of what this very client sent: whoever typed it has seen it."""
    mentions: bool = False
    """It calls us, or is for us alone."""
    past: bool = False
    """From the history."""


class Caught(Notification, frozen=True):
    """The history of a conversation has been shown up to now; ``lines`` of it, 0 when there were none."""

    conversation: str
    lines: int


class ChannelJoined(Notification, frozen=True):
    channel: str


class ChannelLeft(Notification, frozen=True):
    """We are out of a channel, or never got in."""

    channel: str
    reason: str


class Word(Notification, frozen=True):
    """The server says something to us."""

    text: str


class Note(Notification, frozen=True):
    """The server answers what somebody typed."""

    text: str


class Channels(Notification, frozen=True):
    """What LIST has shown: names, members, topics."""

    rows: tuple[tuple[str, int, str], ...]


class Happened(Notification, frozen=True):
    """Something that is not a message: a join, a reaction, an edit. For front ends that do not look at the state."""

    conversation: str
    text: str


class UnreadChanged(msgspec.Struct, frozen=True):
    """A conversation with something unread in it, and how much of it is for us."""

    conversation: str
    count: int
    ours: int


class HistoryMissed(Notification, frozen=True):
    """What the server says was missed, or with ``mentions`` where we were mentioned: for us ``lines``, oldest first."""

    mentions: bool
    unread: tuple[UnreadChanged, ...]
    lines: tuple[PlainLine, ...]


class Linked(Notification, frozen=True):
    """The invitation that was asked for, as a link for browsers."""

    link: str
    channel: str


class Preferred(Notification, frozen=True):
    """Settings (``name=value …``) that the account keeps for a front end whose host keeps none."""

    text: str


class InvitationReceived(Notification, frozen=True):
    channel: str
    by: str


class Delivered(Notification, frozen=True):
    """Acknowledged: kept by the server."""

    nonce: str


class Undelivered(Notification, frozen=True):
    """The server will not take it."""

    nonce: str
    target: str
    text: str
    reason: str


class Online(Notification, frozen=True):
    """Registered. ``again``: after a lost connection."""

    nick: str
    again: bool = False


class Offline(Notification, frozen=True):
    """The connection is lost; it is being made again by itself."""

    reason: str


class Ended(Notification, frozen=True):
    """The connection is lost and will not be made again: ``reason`` says why and what to do."""

    reason: str


class Pinned(Notification, frozen=True):
    """The server's key was seen for the first time and is remembered."""

    server: str
    pin: str
