"""Whose session it is: before and after its registration, and with an account or without one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chover.engine.model import User
from chover.ports import Login, Peer
from chover.server.session.context import Context
from chover.server.session.registration import Registration


class SessionIdentity:
    """The part of a session that says who it is."""

    __slots__ = ()

    peer: Peer
    user: User | None
    registration: Registration

    if TYPE_CHECKING:

        @property
        def node(self) -> Context[Any]: ...

    @property
    def nick_or_star(self) -> str:
        return self.user.nick if self.user is not None else self.registration.nick or "*"

    @property
    def host(self) -> str:
        """Its cloak."""
        return self.node.cloaks.of_address(self.peer.address)

    @property
    def username(self) -> str:
        return self.user.username if self.user is not None else self.registration.username

    @property
    def login(self) -> Login | None:
        """The account that it has logged in to."""
        return self.registration.login

    @property
    def subscribed(self) -> Mapping[str, None]:
        return self.registration.subscribed

    @property
    def me(self) -> User:
        """The user of a registered session."""
        assert self.user is not None
        return self.user
