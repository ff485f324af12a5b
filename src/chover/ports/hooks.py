"""Hooks: how other programs speak in a channel, and hear what is said there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from chover.engine.ids import LogId
from chover.ports.measures import Measure


class Hook(msgspec.Struct, frozen=True):
    """An incoming one has a token, of which only the hash is kept; an outgoing one a ``url`` that it tells.

    ``made_by`` is an account's id, or BY_OPERATOR; ``made_at`` in ms since 1970. ``key`` signs what goes out; ``place``
    is how far in the channel's log it has told; ``off`` why it was switched off, empty while it is on.
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
    """A hook, as people see it: with the names of the moment."""

    id: str
    channel: str
    name: str
    by: str
    made_at: int
    to: str = ""
    off: str = ""


class NewHook(msgspec.Struct, frozen=True):
    """One that was just made. ``address`` is where to post, ``key`` what signs; each is shown this once.

    ``pin`` is the server's public key (base64 of its SHA-256) where no authority vouches for the certificate.
    """

    hook: HookRow
    address: str = ""
    key: str = ""
    pin: str = ""


class NotPosted(Exception):
    """Nothing was said. ``status`` is HTTP's, ``wait`` the seconds until it is worth trying again; 0: unknown."""

    def __init__(self, status: int, text: str, wait: float = 0.0) -> None:
        super().__init__(text)
        self.status, self.wait = status, wait


class HookRows(Protocol):
    """Each method is one transaction, as durable as an append. Raises StoreError when it cannot be written or read."""

    def all(self) -> list[tuple[bytes, Hook]]:
        """With the hashes of their tokens, empty for outgoing ones. Called once, at the start."""

    async def add(self, token_hash: bytes, hook: Hook) -> None: ...

    async def remove(self, hook: str) -> bool:
        """Whether it was there."""

    async def move(self, hook: str, place: int) -> None:
        """What is up to there has been told."""

    async def switch_off(self, hook: str, why: str) -> None: ...


class Voice(Protocol):
    """What hooks need of the chat."""

    def channel(self, log: LogId) -> str:
        """The name of a channel; empty when it has ended."""

    def patience(self, hook: Hook) -> float:
        """Seconds until the hook may speak; 0 when it may now, and then it counts as having spoken."""

    async def say(self, hook: Hook, name: str, text: str) -> None:
        """Returns when it is kept. ``name`` is whom the other program calls itself, or empty. Raises NotPosted."""

    async def head(self, log: LogId) -> int:
        """The last place of a channel's log."""

    def warn(self, text: str) -> None:
        """Tell the operators of the server who are on, and the log."""


class Hooks(Protocol):
    """Looks after hooks, and lets the incoming ones speak."""

    def measures(self) -> Sequence[Measure]:
        """What is counted of them."""

    async def add(self, channel: LogId, name: str, made_by: str) -> tuple[Hook, str]:
        """With its token. Raises Denied with one line of what stands in the way."""

    async def add_outgoing(self, channel: LogId, name: str, made_by: str, url: str) -> Hook:
        """Tells what is said from now on. Raises Denied."""

    def of(self, channel: LogId) -> Sequence[Hook]:
        """The oldest first."""

    def everywhere(self) -> Sequence[Hook]: ...

    async def revoke(self, hook: str) -> bool: ...

    def find(self, token: str) -> tuple[Hook, str]:
        """With the name of its channel. Raises NotPosted."""

    async def post(self, token: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Returns when what it says is kept. ``headers`` have lower-case names. Raises NotPosted."""


class HookAdmin(Protocol):
    """Hooks, in the hands of the operator. Raises Denied with one line of what stands in the way."""

    async def add(self, channel: str, name: str, url: str = "") -> NewHook:
        """With a ``url`` an outgoing one."""

    async def list(self) -> Sequence[HookRow]: ...

    async def revoke(self, hook: str) -> None: ...
