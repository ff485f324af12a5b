"""ChanServ SET: the choices of the founder of a registered channel, a table of settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from chover.engine import verbs
from chover.engine.append import Append
from chover.engine.model import Channel, Rules, User
from chover.engine.visibility import VISIBILITIES, visibility
from chover.plurals import counted
from chover.ports import Denied

MOST_DAYS: Final = 36_500
DEFAULT: Final = "default"


class ChannelSetting(NamedTuple):
    """``change`` decides on a word, and raises Denied if it is invalid; ``show`` describes the current value."""

    change: Callable[[User, Channel, str], Append]
    show: Callable[[Channel, Rules], str]
    usage: str


def _history(user: User, channel: Channel, word: str) -> Append:
    if word not in (*VISIBILITIES, DEFAULT):
        raise Denied("INVALID", f"HISTORY is {', '.join(VISIBILITIES)}, or {DEFAULT} for the server's setting")
    return verbs.set_history(user, channel, visibility="" if word == DEFAULT else word)


def _retention(user: User, channel: Channel, word: str) -> Append:
    days = 0 if word == DEFAULT else int(word) if word.isascii() and word.isdigit() and len(word) < 9 else -1
    if not 0 <= days <= MOST_DAYS:
        raise Denied(
            "INVALID", f"RETENTION is a number of days, 1 to {MOST_DAYS}, or {DEFAULT} for the server's setting"
        )
    return verbs.set_history(user, channel, days=days)


_READERS: Final = {
    "all": "members can read all earlier messages",
    "joined": "members can read messages since they joined",
    "none": "nobody can read earlier messages",
}


def _shown_history(channel: Channel, rules: Rules) -> str:
    return _READERS[visibility(channel, rules)]


def _shown_retention(channel: Channel, _: Rules) -> str:
    days = channel.retention_days
    return (
        f"messages are deleted after {counted(days, 'day')}"
        if days
        else "messages are kept as long as the server keeps them"
    )


SETTINGS: Final[dict[str, ChannelSetting]] = {
    "HISTORY": ChannelSetting(_history, _shown_history, "all|joined|none|default"),
    "RETENTION": ChannelSetting(_retention, _shown_retention, "days|default"),
}
