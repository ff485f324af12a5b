"""What the server and a process that speaks SSH write to each other about those who call.

Both ends are always of one version. A question has a number, by which its answer is known.
"""

from __future__ import annotations

import msgspec

from chover.ports import Caller


class IpcMessage(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """Each class of them is told apart by its name."""


# ---- from the server


class Called(IpcMessage, frozen=True):
    """Somebody has called; their untouched socket is enclosed. ``address`` is for the log."""

    call: int
    address: str


class LoginAnswer(IpcMessage, frozen=True):
    question: int
    yes: bool


class Admitted(IpcMessage, frozen=True):
    """The answer to Enters. The client's end of an IRC session is enclosed; what the server knows of the caller."""

    question: int
    caller: Caller


class Cut(IpcMessage, frozen=True):
    """The connection has to end now."""

    call: int


# ---- to the server


class Alive(IpcMessage, frozen=True):
    """SSH is spoken: the first message, and again and again."""


class Question(IpcMessage, frozen=True):
    question: int
    call: int


class IsGuest(Question, frozen=True):
    """May somebody come in under this name who shows nothing?"""

    username: str


class ShowsKey(Question, frozen=True):
    """May somebody come in who has this key (RFC 4253, 6.6)? That it signs is seen to by who asks."""

    username: str
    key: bytes


class SaysPassword(Question, frozen=True):
    username: str
    password: str


class Enters(Question, frozen=True):
    """The caller has a terminal and comes in, as whom the last of the questions above has made of it."""


class ClientLeft(IpcMessage, frozen=True):
    """The connection is gone."""

    call: int


FromServer = Called | LoginAnswer | Admitted | Cut
Asked = IsGuest | ShowsKey | SaysPassword | Enters
ToServer = Alive | Asked | ClientLeft
