"""The messages between the server and an SSH process about callers.

Both ends always have the same version. A question has a number that identifies its answer.
"""

from __future__ import annotations

import msgspec

from chover.ports import Caller


class IpcMessage(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """Messages are told apart by the names of their classes."""


# ---- from the server


class Called(IpcMessage, frozen=True):
    """Somebody has connected; the untouched socket is enclosed. ``address`` is for the log."""

    call: int
    address: str


class LoginAnswer(IpcMessage, frozen=True):
    question: int
    yes: bool


class Admitted(IpcMessage, frozen=True):
    """The answer to Enters: what the server knows about the caller. The client's end of an IRC session is enclosed."""

    question: int
    caller: Caller


class Cut(IpcMessage, frozen=True):
    """The connection has to end now."""

    call: int


# ---- to the server


class Alive(IpcMessage, frozen=True):
    """SSH is available: the first message, and repeated regularly."""


class Question(IpcMessage, frozen=True):
    question: int
    call: int


class IsGuest(Question, frozen=True):
    """May somebody log in under this name without credentials?"""

    username: str


class ShowsKey(Question, frozen=True):
    """May the owner of this key log in (RFC 4253, 6.6)? The sender checks the signature."""

    username: str
    key: bytes


class SaysPassword(Question, frozen=True):
    username: str
    password: str


class Enters(Question, frozen=True):
    """The caller has a terminal and starts the client, with the identity that the questions above have established."""


class ClientLeft(IpcMessage, frozen=True):
    """The connection is gone."""

    call: int


FromServer = Called | LoginAnswer | Admitted | Cut
Asked = IsGuest | ShowsKey | SaysPassword | Enters
ToServer = Alive | Asked | ClientLeft
