"""How the full screen handles notifications. Most are in the state already; the rest are shown or ring the bell."""

from __future__ import annotations

from typing import Final

from chover.client.bell import Bell
from chover.client.commands.messages import show_listed
from chover.client.commands.scheduling import as_line, in_zone, told
from chover.client.lines import same
from chover.client.notifications import (
    ChannelLeft,
    Channels,
    Ended,
    HistoryMissed,
    InvitationReceived,
    Linked,
    Note,
    Notification,
    Offline,
    Online,
    Pinned,
    PlainLine,
    Preferred,
    ScheduledDue,
    ScheduledFor,
    ThreadsListed,
    Undelivered,
    Word,
)
from chover.client.screen.context import ScreenContext
from chover.client.screen.dialogs.qr_panel import show_code
from chover.i18n import N_, _

WHAT_TO_DO: Final = N_("{select} selects it: {again} tries again, {edit} edits it, {discard} gives up")


def take(screen: ScreenContext, bell: Bell, notifications: Notification) -> None:
    match notifications:
        case PlainLine():
            screen.frontend.scripts.heard(notifications)
            server = screen.servers.label(screen.server)
            bell.ring(notifications, focused=bool(screen.terminal.focused), server=server)
        case Word(text) | Note(text):
            screen.status.tell(in_zone(text, screen.host.zone()))
        case Undelivered(_, target, _, reason):
            _not_sent(screen, target, reason)
        case ChannelLeft(channel, reason) if reason != "left":
            screen.status.tell(_("You are not in {channel}: {reason}", channel=channel, reason=reason))
        case InvitationReceived(channel, by):
            screen.status.tell(_("{by} invites you to {channel}: /join {channel}", by=by, channel=channel))
        case Channels(rows):
            ordered = sorted(rows, key=lambda row: (-row[1], row[0]))
            listed = [(f"{name}  {count}  {topic}", f"/join {name}") for name, count, topic in ordered]
            screen.frontend.choose(_("Channels"), listed)
        case Linked():
            screen.terminal.background(show_code(screen.line, screen.appearance, notifications))
        case Preferred(text) if not screen.host.keeps:
            screen.settings.take(text)
            screen.frontend.changed_settings()
        case _:
            _asked_for(screen, bell, notifications)


def _asked_for(screen: ScreenContext, bell: Bell, notifications: Notification) -> None:
    match notifications:
        case HistoryMissed() | ThreadsListed():
            show_listed(screen.frontend, notifications)
        case ScheduledFor():
            screen.status.tell(told(notifications, screen.host.zone()))
        case ScheduledDue():
            screen.status.tell(told(notifications, screen.host.zone()))
            if notifications.kind == "remind":
                line, server = as_line(notifications, screen.state.now), screen.servers.label(screen.server)
                bell.ring(line, focused=bool(screen.terminal.focused), server=server)
        case _:
            _connection_is(screen, notifications)


def _not_sent(screen: ScreenContext, target: str, reason: str) -> None:
    """The message's row says why. For another conversation it is said here, for several with the same reason once."""
    current = screen.state.current
    if current is not None and same(current.name, target):
        keys = screen.appearance.keys
        again, edit, discard = [keys.selected.shown(f"selected-{name}") for name in ("follow", "edit", "delete")]
        screen.status.word = _(WHAT_TO_DO, select=keys.main.shown("select"), again=again, edit=edit, discard=discard)
        return
    why = in_zone(reason, screen.host.zone())
    text = _("Not sent to {target}: {reason}", target=target, reason=why)
    if current is None or current.last is None or current.last.text != text:
        screen.status.tell(text)


def _connection_is(screen: ScreenContext, notifications: Notification) -> None:
    match notifications:
        case Pinned(server, pin):
            screen.status.tell(_("First connection to {server}: its key {pin} is saved.", server=server, pin=pin))
        case Online():
            screen.status.trouble = ""
        case Offline(reason):
            screen.status.trouble = _("no connection ({reason}), trying again", reason=reason)
        case Ended(reason):
            screen.status.trouble = reason
