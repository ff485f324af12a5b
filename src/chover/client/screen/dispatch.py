"""What news mean to the full screen: most of it is in the state already, the rest is said or rings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.client.commands.messages import show_missed
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
    Undelivered,
    Word,
)
from chover.client.screen.bell import ring
from chover.client.screen.qr_panel import show_code

if TYPE_CHECKING:
    from chover.client.screen.fullscreen import FullScreen


WHAT_TO_DO: Final = "Alt-S selects it: Enter tries again, e edits it, Backspace gives up"


def take(screen: FullScreen, notifications: Notification) -> None:
    match notifications:
        case PlainLine():
            ring(screen, notifications)
        case Word(text) | Note(text):
            screen.tell(text)
        case Undelivered(_, target, _, reason):
            _not_sent(screen, target, reason)
        case ChannelLeft(channel, reason) if reason != "left":
            screen.tell(f"You are not in {channel}: {reason}")
        case InvitationReceived(channel, by):
            screen.tell(f"{by} invites you to {channel}: /join {channel}")
        case Channels(rows):
            ordered = sorted(rows, key=lambda row: (-row[1], row[0]))
            listed = [(f"{name}  {count}  {topic}", f"/join {name}") for name, count, topic in ordered]
            screen.choose("Channels", listed)
        case Linked():
            screen.app.create_background_task(show_code(screen, notifications))
        case Preferred(text) if not screen.host.keeps:
            screen.settings.take(text)
            screen.changed_settings()
        case HistoryMissed():
            show_missed(screen, notifications)
        case _:
            _connection_is(screen, notifications)


def _not_sent(screen: FullScreen, target: str, reason: str) -> None:
    """Its row says why. Of another conversation it is told here; of many refused for one reason once."""
    current = screen.state.current
    if current is not None and same(current.name, target):
        screen.word = WHAT_TO_DO
        return
    text = f"Not sent to {target}: {reason}"
    if current is None or current.last is None or current.last.text != text:
        screen.tell(text)


def _connection_is(screen: FullScreen, notifications: Notification) -> None:
    match notifications:
        case Pinned(server, pin):
            screen.tell(f"First connection to {server}: its key {pin} is remembered.")
        case Online():
            screen.trouble = ""
        case Offline(reason):
            screen.trouble = f"no connection ({reason}), trying again"
        case Ended(reason):
            screen.trouble, screen.ended = reason, True
