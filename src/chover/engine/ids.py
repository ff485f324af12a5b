"""Immutable ids. Nicks and channel names are labels; everything is keyed by these.

A user's id begins with ``a`` (account) or ``g`` (guest, for one connection), a channel's with ``c``. A log's id says
which conversation it is: ``c…`` the channel's, ``p<id>:<id>`` the sorted pair's.
"""

from __future__ import annotations

import re
from typing import Final, NewType

UserId = NewType("UserId", str)
ChannelId = NewType("ChannelId", str)
LogId = NewType("LogId", str)

SERVER: Final = UserId("s")
"""The server itself, as a source."""
NOBODY: Final = UserId("")
"""No user: somebody who is not registered yet, or the holder of a nick that nobody holds."""
NOWHERE: Final = LogId("")
"""The log of events that are not kept."""


RUN_CHARS: Final = 6
TIME_CHARS: Final = 9
"""The beginning of a msgid: its time."""
_MSGID: Final = re.compile(f"(0[0-9a-z]{{{TIME_CHARS - 1}}})[0-9a-z]{{{RUN_CHARS + 1},{RUN_CHARS + 4}}}")
DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def is_account(user: UserId) -> bool:
    """Whether it is an account's id, not a guest's for one connection."""
    return user.startswith("a")


def channel_log(channel: ChannelId) -> LogId:
    return LogId(channel)


def pair_log(one: UserId, other: UserId) -> LogId:
    """The log of a private conversation, the same for both sides."""
    first, second = sorted((one, other))
    return LogId(f"p{first}:{second}")


def is_pair(log: LogId) -> bool:
    return log.startswith("p")


def pair_of(log: LogId) -> tuple[UserId, UserId]:
    first, _, second = log[1:].partition(":")
    return UserId(first), UserId(second)


def timed(at: int) -> str:
    """The beginning of a msgid: its time in milliseconds since 1970 to base 36, with the 0 that no nick begins with.

    It is followed by RUN_CHARS that identify the run that made it, and a number.
    """
    return base36(at).rjust(TIME_CHARS, "0")


def time_of(msgid: str) -> int:
    """The time in a msgid; 0 for a msgid in another format, such as another server's."""
    found = _MSGID.fullmatch(msgid)
    return int(found[1], 36) if found else 0


def order_of(msgid: str) -> tuple[int, int, str]:
    """A sort key for msgids by time, as far as the clocks of their servers agree."""
    return time_of(msgid), len(msgid), msgid


def base36(number: int) -> str:
    """A positive integer to base 36; nothing for 0."""
    out = ""
    while number:
        number, digit = divmod(number, 36)
        out = DIGITS[digit] + out
    return out
