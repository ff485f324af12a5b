"""What news mean to the full screen: most of it is in the state already, the rest is said or rings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chover.client.commands.messages import show_missed
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
    Word,
)
from chover.client.screen.bell import ring
from chover.client.screen.code import show_code

if TYPE_CHECKING:
    from chover.client.screen.fullscreen import FullScreen


def take(screen: FullScreen, news: News) -> None:
    match news:
        case Line():
            ring(screen, news)
        case Word(text) | Note(text):
            screen.tell(text)
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
