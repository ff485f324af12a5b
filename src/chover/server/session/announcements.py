"""Tells the console of the original's server about new users, with the version of their program."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from chover.wire import hello

if TYPE_CHECKING:
    from chover.server.session.session import Session

VERSION_SECONDS: Final = 10.0
"""How long the console waits for an answer to VERSION before it shows a new user: irssi takes 8 s. Users who speak or
leave earlier are shown at once."""


def introduce(session: Session) -> None:
    """Tell the console about a new user, with the version of the program if it says one."""
    node = session.node
    if node.observer is None:
        return
    if session.version or session.peer.protocol == "legacy":
        announce(session)
        return
    session.send(f":{node.name} PRIVMSG {session.me.nick} :\x01VERSION\x01\r\n".encode())
    session.awaits_version = asyncio.get_running_loop().call_later(VERSION_SECONDS, announce, session)


def display_name(session: Session) -> str:
    """The name of an original's client, otherwise the nick."""
    said = session.registration
    return said.realname if session.peer.protocol == "legacy" and said.realname else session.nick_or_star


def announce(session: Session) -> None:
    """Announce the user, once for each session."""
    observer = session.node.observer
    if observer is None or session.announced:
        return
    session.announced = True
    if session.awaits_version is not None:
        session.awaits_version.cancel()
    observer.connected(session.peer, display_name(session), session.version or hello.UNKNOWN_VERSION)
