"""What news mean to the full screen: most of it is in the state already, the rest is said or rings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.client.commands.messages import show_missed
from chover.client.lines import same
from chover.client.news import (
    Channels,
    Ended,
    Invited,
    Left,
    Line,
    Linked,
    Missed,
    News,
    Note,
    Offline,
    Online,
    Pinned,
    Preferred,
    Undelivered,
    Word,
)
from chover.client.screen.bell import ring
from chover.client.screen.code import show_code

if TYPE_CHECKING:
    from chover.client.screen.fullscreen import FullScreen


WHAT_TO_DO: Final = "Alt-S selects it: Enter tries again, e edits it, Backspace gives up"


def take(screen: FullScreen, news: News) -> None:
    match news:
        case Line():
            ring(screen, news)
        case Word(text) | Note(text):
            screen.tell(text)
        case Undelivered(_, target, _, reason):
            _not_sent(screen, target, reason)
        case Left(channel, reason) if reason != "left":
            screen.tell(f"You are not in {channel}: {reason}")
        case Invited(channel, by):
            screen.tell(f"{by} invites you to {channel}: /join {channel}")
        case Channels(rows):
            ordered = sorted(rows, key=lambda row: (-row[1], row[0]))
            listed = [(f"{name}  {count}  {topic}", f"/join {name}") for name, count, topic in ordered]
            screen.choose("Channels", listed)
        case Linked():
            screen.app.create_background_task(show_code(screen, news))
        case Preferred(text) if not screen.host.keeps:
            screen.settings.take(text)
            screen.changed_settings()
        case Missed():
            show_missed(screen, news)
        case _:
            _connection_is(screen, news)


def _not_sent(screen: FullScreen, target: str, reason: str) -> None:
    """Its row says why. Of another conversation it is told here; of many refused for one reason once."""
    current = screen.state.current
    if current is not None and same(current.name, target):
        screen.word = WHAT_TO_DO
        return
    text = f"Not sent to {target}: {reason}"
    if current is None or current.last is None or current.last.text != text:
        screen.tell(text)


def _connection_is(screen: FullScreen, news: News) -> None:
    match news:
        case Pinned(server, pin):
            screen.tell(f"First connection to {server}: its key {pin} is remembered.")
        case Online():
            screen.trouble = ""
        case Offline(reason):
            screen.trouble = f"no connection ({reason}), trying again"
        case Ended(reason):
            screen.trouble, screen.ended = reason, True
