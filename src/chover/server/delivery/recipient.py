"""What delivery, moderation and the connection log need of a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from chover.engine.events import Event
from chover.engine.model import User
from chover.ports import Login, Peer
from chover.server.delivery.replies import Replies
from chover.wire.capabilities import Cap


class Recipient(Protocol):
    """A session, as far as it is given events. Its attributes are plain because delivery asks them for each reader."""

    caps: Cap
    render_key: int
    """The capabilities that change how a line looks (render.py)."""
    echoes: bool
    out: list[bytes]
    write: Callable[[bytes], None]
    held: bool
    replies: Replies | None
    """What a label collects: nothing else is written before it."""
    user: User | None

    @property
    def me(self) -> User: ...
    @property
    def nick_or_star(self) -> str: ...
    @property
    def server(self) -> str:
        """The server's name."""

    @property
    def subscribed(self) -> Mapping[str, None]:
        """The keys of metadata whose changes it is told."""

    def have(self, caps: Cap) -> None: ...
    def send(self, data: bytes) -> None: ...
    def limit_backlog(self) -> None: ...
    def echo(self, event: Event, pending: Any, channel: str) -> None: ...


R = TypeVar("R", bound=Recipient)


class ConnectedSession(Recipient, Protocol):
    """A session, as far as operators act on it: where it comes from, whose it is, and how it is ended."""

    peer: Peer
    ending: str
    version: str

    @property
    def host(self) -> str: ...
    @property
    def username(self) -> str: ...
    @property
    def login(self) -> Login | None: ...
    def end(self, reason: str, *, at_once: bool = False) -> None: ...


C = TypeVar("C", bound=ConnectedSession)
