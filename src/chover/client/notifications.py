"""What the connection tells a front end. All text in here is already safe for a terminal."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["message", "notice", "action"]


class Notification(msgspec.Struct, frozen=True):
    """Something that a front end may want to show."""


class PlainLine(Notification, frozen=True):
    """Somebody sent a message."""

    conversation: str
    """The channel's name, or the other's nick for private conversations."""
    sender: str
    text: str
    at: int
    """Milliseconds since 1970: the server's time if it sends one."""
    kind: Kind = "message"
    msgid: str = ""
    account: str = ""
    private: bool = False
    own: bool = False
    """Whether it was sent under our own nick."""
    mine: bool = False
    """Whether it is the echo of what this client sent, which the user has seen already."""
    mentions: bool = False
    """Whether it mentions us, or is private."""
    past: bool = False
    """Whether it is from the history."""


class Caught(Notification, frozen=True):
    """The history of a conversation is complete up to now; ``lines`` messages of it were shown, possibly 0."""

    conversation: str
    lines: int


class ChannelJoined(Notification, frozen=True):
    channel: str


class ChannelLeft(Notification, frozen=True):
    """We have left a channel, or were never let in."""

    channel: str
    reason: str


class Word(Notification, frozen=True):
    """A message from the server to us."""

    text: str


class Note(Notification, frozen=True):
    """The server's answer to a command."""

    text: str


class Channels(Notification, frozen=True):
    """The result of LIST: names, members, topics."""

    rows: tuple[tuple[str, int, str], ...]


class Happened(Notification, frozen=True):
    """Something that is not a message: a join, a reaction, an edit. For front ends that do not look at the state."""

    conversation: str
    text: str


class UnreadChanged(msgspec.Struct, frozen=True):
    """A conversation with unread messages, and how many of them are for us."""

    conversation: str
    count: int
    ours: int


class HistoryMissed(Notification, frozen=True):
    """What the server says was missed, or with ``mentions`` where we were mentioned: ``lines`` for us, oldest first."""

    mentions: bool
    unread: tuple[UnreadChanged, ...]
    lines: tuple[PlainLine, ...]


class ThreadRow(msgspec.Struct, frozen=True):
    """A thread that somebody follows: its conversation, the msgid of its first message, how many replies are unread."""

    conversation: str
    root: str
    replies: int
    unread: int
    at: int
    """When the last reply was sent, in milliseconds since 1970."""
    first: str
    """Its first message, with the author; empty if that cannot be read."""


class ThreadsListed(Notification, frozen=True):
    """The threads that the server has listed, the oldest first."""

    rows: tuple[ThreadRow, ...]


class ScheduledFor(Notification, frozen=True):
    """The server has scheduled what we asked for; ``at`` in milliseconds since 1970."""

    at: int


class ScheduledDue(Notification, frozen=True):
    """A reminder whose time has come, or a message that could not be sent at its time."""

    conversation: str
    author: str
    text: str
    kind: str
    state: str
    why: str
    msgid: str


class Linked(Notification, frozen=True):
    """The requested invitation, as a link for browsers."""

    link: str
    channel: str


class Preferred(Notification, frozen=True):
    """Settings (``name=value …``) that the account keeps for a front end whose host keeps none."""

    text: str


class InvitationReceived(Notification, frozen=True):
    channel: str
    by: str


class Delivered(Notification, frozen=True):
    """The server has acknowledged a message: it is kept."""

    nonce: str


class Undelivered(Notification, frozen=True):
    """The server has refused a message."""

    nonce: str
    target: str
    text: str
    reason: str


class Online(Notification, frozen=True):
    """Registered. ``again``: after a lost connection."""

    nick: str
    again: bool = False


class Offline(Notification, frozen=True):
    """The connection is lost; it is being restored."""

    reason: str


class Ended(Notification, frozen=True):
    """The connection is lost and will not be restored: ``reason`` says why and what to do."""

    reason: str


class Pinned(Notification, frozen=True):
    """The server's key was seen for the first time and is remembered."""

    server: str
    pin: str
