"""What every front end does to send a message or to change the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from chover.client.connection.connection import Connection
from chover.client.connection.dial import ServerAddress, parse_server
from chover.client.guard import SERVICES, STOPPED, looks_like_a_password
from chover.client.local.host import ClientHost
from chover.client.state import State, sending
from chover.client.state.actions import CannotDo
from chover.client.state.model.outbox import Full
from chover.client.upload import UploadAddress
from chover.i18n import _


class Sender(Protocol):
    """What sending needs from a front end or a part of one."""

    @property
    def host(self) -> ClientHost: ...
    @property
    def state(self) -> State: ...
    @property
    def connection(self) -> Connection: ...


def say(sender: Sender, target: str, text: str, *, action: bool = False, reply_to: str = "") -> None:
    """Send text, in as few messages as the server allows.

    Raises CannotDo for text that looks like a password, except to services, and if too much is pending.
    """
    own = sender.connection.password.rpartition(":")[2]
    if target.lower() not in SERVICES and looks_like_a_password(text, own):
        raise CannotDo(_(STOPPED))
    for piece in sending.pieces(sender.state, target, text, action=action):
        try:
            sender.state.say(target, piece, sender.host.nonce(), action=action, reply_to=reply_to)
        except Full as full:
            raise CannotDo(
                _("Too many messages are waiting to be sent, and this one was not added: try again when they are sent.")
            ) from full
    sender.connection.hurry()


def place_of(sender: Sender) -> UploadAddress:
    """The address for uploads, and the account."""
    password = sender.connection.password
    return UploadAddress(
        sender.state.support.get("soju.im/FILEHOST"), sender.state.account, password.rpartition(":")[2]
    )


def server_at(address: str) -> ServerAddress:
    """The address of a server. Raises CannotDo."""
    try:
        return parse_server(address)
    except ValueError as error:
        raise CannotDo(str(error)) from error


def known_as(address: ServerAddress, servers: Mapping[str, str]) -> Iterator[str]:
    """The names that the settings give to a server; ``servers`` has the address for each name."""
    for name, text in servers.items():
        try:
            if str(parse_server(text)).lower() == str(address).lower():
                yield name
        except ValueError:
            # The settings complain about it.
            continue
