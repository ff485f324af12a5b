"""Immutable ids. Nicks and channel names are labels; everything is keyed by these.

A user's id begins with ``a`` (account) or ``g`` (guest, for one connection), a channel's with ``c``. A log's id says
which conversation it is: ``c…`` the channel's, ``p<id>:<id>`` the sorted pair's.
"""

from __future__ import annotations

from typing import Final, NewType

UserId = NewType("UserId", str)
ChannelId = NewType("ChannelId", str)
LogId = NewType("LogId", str)

SERVER: Final = UserId("s")
"""The server itself, as a source."""
NOWHERE: Final = LogId("")
"""The log of what is not kept."""


def is_account(user: UserId) -> bool:
    """Whether it is an account's, and not a guest's for one connection."""
    return user.startswith("a")


def channel_log(channel: ChannelId) -> LogId:
    return LogId(channel)


def pair_log(one: UserId, other: UserId) -> LogId:
    """The log of a private conversation, the same from both sides."""
    first, second = sorted((one, other))
    return LogId(f"p{first}:{second}")


def is_pair(log: LogId) -> bool:
    return log.startswith("p")


def pair_of(log: LogId) -> tuple[UserId, UserId]:
    first, _, second = log[1:].partition(":")
    return UserId(first), UserId(second)
