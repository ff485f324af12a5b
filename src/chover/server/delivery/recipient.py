"""What delivery, moderation and the connection log need from a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from chover.engine.events import Event
from chover.engine.model import User
from chover.ports import Login, Peer
from chover.server.delivery.replies import Replies
from chover.wire.capabilities import Cap


class Recipient(Protocol):
    """A session, as far as it receives events. Its attributes are plain because delivery reads them for each reader."""

    caps: Cap
    render_key: int
    """The capabilities that change how a line looks (render.py)."""
    echoes: bool
    out: list[bytes]
    write: Callable[[bytes], None]
    held: bool
    descriptor: int
    """Where bytes may be sent past ``write`` just now; -1 for nowhere, as while it is held up."""
    replies: Replies | None
    """The lines collected for a label: nothing else is written before them."""
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
        """The metadata keys whose changes it is told."""

    def have(self, caps: Cap) -> None: ...
    def send(self, data: bytes) -> None: ...
    def limit_backlog(self) -> None: ...
    def echo(self, event: Event, pending: Any, channel: str) -> None: ...


R = TypeVar("R", bound=Recipient)


class ConnectedSession(Recipient, Protocol):
    """A session, as far as operators act on it: its address, its user, and how to end it."""

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
