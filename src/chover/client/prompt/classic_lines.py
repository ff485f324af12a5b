"""The lines that the prompt line shows: the original's, and ours with its markers in front."""

from __future__ import annotations

from datetime import datetime
from functools import singledispatchmethod

from chover.client.notifications import (
    ChannelLeft,
    Channels,
    Ended,
    InvitationReceived,
    Note,
    Notification,
    Offline,
    Online,
    Pinned,
    PlainLine,
    Undelivered,
    Word,
)
from chover.client.prompt.prompt import Speaking
from chover.wire import hello


class ClassicLines:
    """``name`` is the user's name; ``speaking`` knows the current conversation."""

    def __init__(self, speaking: Speaking, name: str) -> None:
        self._speaking = speaking
        self._name = name

    @singledispatchmethod
    def of(self, _notification: Notification) -> list[str]:
        """The lines for a notification."""
        return []

    @of.register
    def _(self, line: PlainLine) -> list[str]:
        return [] if line.mine else [self.spoken(line)]

    @of.register
    def _(self, notifications: Undelivered) -> list[str]:
        return [f"[!] Not delivered: {notifications.text} ({notifications.reason})"]

    @of.register(Word)
    @of.register(Note)
    def _(self, notifications: Word | Note) -> list[str]:
        return [f"[i] {notifications.text}"]

    @of.register
    def _(self, notifications: Channels) -> list[str]:
        rows = [f"[i] {name} ({count}) {topic}".rstrip() for name, count, topic in notifications.rows]
        return rows or ["[i] There is no channel."]

    @of.register
    def _(self, notifications: InvitationReceived) -> list[str]:
        return [f"[i] {notifications.by} invites you to {notifications.channel}: /join {notifications.channel}"]

    @of.register
    def _(self, notifications: ChannelLeft) -> list[str]:
        out = f"[!] You are not in {notifications.channel}: {notifications.reason}"
        left = f"[i] You have left {notifications.channel}." if notifications.reason == "left" else out
        word = self._speaking.left(notifications.channel)
        return [left, *([f"[i] {word}"] if word else [])]

    @of.register
    def _(self, notifications: Offline) -> list[str]:
        return ["[!] Server disconnected.", f"[i] Reconnecting... ({notifications.reason})"]

    @of.register
    def _(self, notifications: Online) -> list[str]:
        return [f"[i] Connected again as {notifications.nick}."] if notifications.again else []

    @of.register
    def _(self, notifications: Ended) -> list[str]:
        return [f"[!] {notifications.reason}"]

    @of.register
    def _(self, notifications: Pinned) -> list[str]:
        return [f"[i] First connection to {notifications.server}: its key {notifications.pin} is saved."]

    def spoken(self, line: PlainLine) -> str:
        """A message in the original's form; anything that it has no words for in brackets."""
        if line.kind == "action":
            return f"* {line.sender} {line.text}"
        who = "You" if line.own and self._name != hello.GUEST else line.sender
        here = self._speaking.is_here(line.conversation)
        where = "" if here else "private" if line.private else line.conversation
        asides = ", ".join(aside for aside in (where, "notice" if line.kind == "notice" else "") if aside)
        at = datetime.fromtimestamp(line.at / 1000).astimezone()
        return hello.chat_line(hello.LegacyMessage(f"{who} ({asides})" if asides else who, at, line.text))
