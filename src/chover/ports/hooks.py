"""Hooks: how other programs post to a channel, and receive what is said there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from chover.engine.ids import LogId
from chover.ports.measures import Measure


class Hook(msgspec.Struct, frozen=True):
    """An incoming hook has a token, of which only the hash is kept; an outgoing one has a ``url`` that it posts to.

    ``made_by`` is an account's id, or BY_OPERATOR; ``made_at`` in ms since 1970. ``key`` signs what is sent. ``place``
    is the last place in the channel's log that was sent. ``off`` is why the hook was switched off, or empty.
    """

    id: str
    channel: LogId
    name: str
    made_by: str
    made_at: int
    url: str = ""
    key: str = ""
    place: int = 0
    off: str = ""


class HookRow(msgspec.Struct, frozen=True):
    """A hook as people see it, with the current names."""

    id: str
    channel: str
    name: str
    by: str
    made_at: int
    to: str = ""
    off: str = ""


class NewHook(msgspec.Struct, frozen=True):
    """A hook that was just made. ``address`` is where to post, ``key`` is the signing key; both are shown only once.

    ``pin`` is the server's public key (base64 of its SHA-256) if no certificate authority vouches for its certificate.
    """

    hook: HookRow
    address: str = ""
    key: str = ""
    pin: str = ""


class NotPosted(Exception):
    """Nothing was posted. ``status`` is the HTTP status, ``wait`` the seconds until a retry makes sense; 0: unknown."""

    def __init__(self, status: int, text: str, wait: float = 0.0) -> None:
        super().__init__(text)
        self.status, self.wait = status, wait


class HookRows(Protocol):
    """Each method is one transaction, as durable as an append. Raises StoreError if it cannot be written or read."""

    async def all(self) -> list[tuple[bytes, Hook]]:
        """All hooks with the hashes of their tokens, empty for outgoing ones. Called once, at the start."""

    async def add(self, token_hash: bytes, hook: Hook) -> None: ...

    async def remove(self, hook: str) -> bool:
        """Delete a hook. Returns whether it existed."""

    async def move(self, hook: str, place: int) -> None:
        """Note that everything up to this place has been sent. It never moves back."""

    async def switch_off(self, hook: str, why: str) -> None: ...


class Voice(Protocol):
    """What hooks need of the chat."""

    def channel(self, log: LogId) -> str:
        """The name of a channel; empty if it no longer exists."""

    def patience(self, hook: Hook) -> float:
        """Seconds until the hook may post. If the result is 0, it counts as having posted now."""

    async def say(self, hook: Hook, name: str, text: str) -> None:
        """Post a message; returns when it is kept. ``name`` is what the other program calls itself, or empty.

        Raises NotPosted.
        """

    async def head(self, log: LogId) -> int:
        """The last place in a channel's log."""

    def warn(self, text: str) -> None:
        """Write a warning to the log, and send it to the operators who are online."""


class Hooks(Protocol):
    """Manages hooks, and posts for the incoming ones."""

    def measures(self) -> Sequence[Measure]:
        """The metrics of hooks."""

    async def add(self, channel: LogId, name: str, made_by: str) -> tuple[Hook, str]:
        """Add an incoming hook and return it with its token. Raises Denied with a one-line reason."""

    async def add_outgoing(self, channel: LogId, name: str, made_by: str, url: str) -> Hook:
        """Add a hook that sends everything said from now on. Raises Denied."""

    def of(self, channel: LogId) -> Sequence[Hook]:
        """The hooks of a channel, the oldest first."""

    def everywhere(self) -> Sequence[Hook]: ...

    async def revoke(self, hook: str) -> bool: ...

    def find(self, token: str) -> tuple[Hook, str]:
        """The hook that has a token, and the name of its channel. Raises NotPosted."""

    async def post(self, token: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Post a request's body; returns when the message is kept. ``headers`` have lower-case names.

        Raises NotPosted.
        """


class HookAdmin(Protocol):
    """Hooks, as the operator manages them. Raises Denied with a one-line reason."""

    async def add(self, channel: str, name: str, url: str = "") -> NewHook:
        """Add a hook; with a ``url`` it is an outgoing one."""

    async def list(self) -> Sequence[HookRow]: ...

    async def revoke(self, hook: str) -> None: ...
