"""The words that are read out to the user of a screen reader."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from chover.client.bell import wanted
from chover.client.commands.scheduling import in_zone, told
from chover.client.connection.connection import Connection
from chover.client.lines import key, same
from chover.client.local.host import ClientHost
from chover.client.local.settings import ClientSettings
from chover.client.notifications import (
    Caught,
    ChannelLeft,
    Channels,
    Ended,
    Happened,
    InvitationReceived,
    Note,
    Notification,
    Offline,
    Online,
    PlainLine,
    ScheduledDue,
    ScheduledFor,
    Undelivered,
    Word,
)
from chover.client.prompt.reader_line import ReaderLine
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry, sentence
from chover.i18n import _

BEFORE: Final = 10
"""Messages that are read out when a conversation is opened; unread ones are all read out."""


class Readout:
    def __init__(self, line: ReaderLine, host: ClientHost, connection: Connection, settings: ClientSettings) -> None:
        self.picked: Entry | None = None
        """The message that commands act on."""
        self._line = line
        self._host = host
        self._connection = connection
        self._state = connection.state
        self._settings = settings
        self._shown = ""

    def follow(self) -> None:
        """Say which conversation is shown, if it has changed."""
        if self._state.active != self._shown:
            self.arrive()

    def pick(self, entry: Entry) -> str:
        """Select a message for commands. Returns it in words."""
        self.picked = entry
        return self.said(entry)

    def read_out(self, notifications: Notification) -> None:
        match notifications:
            case PlainLine():
                self._spoken(notifications)
            case Happened(conversation, text) if self._here(conversation) and self._settings.get("events") != "no":
                self._line.tell(text)
            case Undelivered(_, target, text, reason):
                why = in_zone(reason, self._host.zone())
                self._line.tell(_("Not sent to {target}: {text} ({reason})", target=target, text=text, reason=why))
            case Word(text) | Note(text):
                self._line.tell(in_zone(text, self._host.zone()))
            case ChannelLeft(channel, reason) if reason != "left":
                self._line.tell(_("You are not in {channel}: {reason}", channel=channel, reason=reason))
            case InvitationReceived(channel, by):
                self._line.tell(_("{by} invites you to {channel}: /join {channel}", by=by, channel=channel))
            case Caught(conversation, lines) if lines and self._here(conversation) and self._state.current:
                self._recount(self._state.current)
            case _:
                self._server_says(notifications)

    def _server_says(self, notifications: Notification) -> None:
        match notifications:
            case Channels(rows):
                listed = [
                    (_("{name}, {n} here, {topic}", name=name, n=count, topic=topic), f"/join {name}")
                    for name, count, topic in rows
                ]
                self._line.choose(_("Channels"), listed)
            case ScheduledFor() | ScheduledDue():
                self._line.tell(told(notifications, self._host.zone()))
            case Offline(reason):
                self._line.tell(_("The connection is lost ({reason}); trying again.", reason=reason))
            case Online(_, again) if again:
                self._line.tell(_("Connected again."))
            case Ended(reason):
                self._line.tell(reason)

    def _spoken(self, line: PlainLine) -> None:
        preferences, known = self._state.preferences, key(line.conversation)
        if line.past or preferences.ignores(line.sender, line.account):
            return
        here = self._here(line.conversation)
        level = "off" if known in preferences.muted else preferences.notify.get(known, self._settings.get("notify"))
        if not here and not wanted(level, line):
            return
        where = (
            "" if here else _(" privately") if line.private else _(" in {conversation}", conversation=line.conversation)
        )
        self._line.tell(f"{self._who(line.sender, line.own, line.kind)}{where}: {line.text}")
        if here:
            self._state.read(self._state.active)
        if wanted(level, line) and self._settings.on("bell"):
            self._line.app.output.bell()

    def _here(self, conversation: str) -> bool:
        return self._state.current is not None and same(self._state.current.name, conversation)

    @staticmethod
    def _who(nick: str, own: bool, kind: str) -> str:
        who = _("You") if own else nick
        return {"action": f"* {who}", "notice": _("{who} (notice)", who=who)}.get(kind, who)

    def arrive(self) -> None:
        """Read out the current conversation and its last messages."""
        self._shown, current = self._state.active, self._state.current
        self.picked = None
        if current is None:
            self._line.tell(_("You are in no conversation."))
            return
        unread = _(", {n} new", n=current.unread) if current.unread else ""
        about = (
            _(", {n} here", n=len(current.members))
            + (_(", topic: {topic}", topic=current.topic) if current.topic else "")
            if current.channel
            else ""
        )
        self._line.tell(_("Now in {name}{about}{unread}.", name=current.name, about=about, unread=unread))
        if not current.gap.asking:
            self._recount(current)

    def _recount(self, current: Conversation) -> None:
        """Read out the last messages, and at least all new ones."""
        rows = [self.said(entry) for entry in current.entries[-max(BEFORE, current.unread) :]]
        if rows:
            self._line.tell("\n".join(rows))
        self._state.read(current.key)
        self._connection.flush()

    def said(self, entry: Entry) -> str:
        at = datetime.fromtimestamp(entry.at / 1000, self._host.zone())
        if not entry.is_talk:
            return f"{at:%H:%M} {sentence(entry)}"
        text = _("message deleted") if entry.deleted else entry.text + (_(" (edited)") if entry.edited else "")
        return f"{at:%H:%M} {self._who(entry.nick, entry.own, entry.kind)}: {text}"
