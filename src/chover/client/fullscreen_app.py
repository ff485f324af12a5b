"""``chover chat``: the full screen on this terminal, until the user leaves."""

from __future__ import annotations

import asyncio
import sys
from functools import partial

from chover.client.capabilities import FULL
from chover.client.connection.connection import Connection, keep_nothing
from chover.client.connection.dial import ServerAddress, Unreachable, at
from chover.client.connection.joining import FollowedInvitation
from chover.client.connection.keys import DeviceKeys
from chover.client.connection.registration import LoginIdentity, NameTaken, Rejected
from chover.client.connection.trust import Untrusted
from chover.client.local.host import LocalHost
from chover.client.local.settings import ClientSettings
from chover.client.prompt.reader import Reader
from chover.client.screen.fullscreen import FullScreen
from chover.client.state import State
from chover.i18n import ngettext
from chover.wire import hello

KEEP = 100_000
"""Entries of a conversation that are kept in memory."""
GOODBYE_SECONDS = 1.0
"""How long leaving waits for acknowledgements; the rest is sent next time."""


def run(
    host: str,
    port: int,
    *,
    nick: str = "",
    password: str = "",
    tls: bool | None = None,
    reader: bool = False,
    invitation: FollowedInvitation | None = None,
) -> int:
    """Chat until the user leaves; blocks. ``reader``: lines for a screen reader instead of a full screen.

    The exit status is 0, or 1 with one line on standard error. Raises NameTaken only with an ``invitation``.
    """
    try:
        return asyncio.run(_chat(at(host, port, tls=tls), nick, password, invitation, reader=reader))
    except KeyboardInterrupt:
        return 0


async def _chat(
    server: ServerAddress, nick: str, password: str, invitation: FollowedInvitation | None, *, reader: bool
) -> int:
    here = LocalHost(known=invitation.known if invitation else None)
    settings = ClientSettings(here)
    name = nick or settings.get("nick") or hello.GUEST
    identity = invitation.identity(name) if invitation else LoginIdentity(name, password)
    going: ServerAddress | None = server
    while going is not None:
        read_out = reader or settings.on("reader")
        state = State(keep=KEEP, discovers=True, narrates=read_out)
        granted = invitation.granted if invitation is not None else keep_nothing
        connection = Connection(going, identity, state, known=here.known, wanted=FULL, granted=granted)
        screen = (
            Reader(here, connection, settings=settings)
            if read_out
            else FullScreen(here, connection, settings=settings, opens=partial(_opens, here, identity.name))
        )
        try:
            await connection.open()
        except NameTaken:
            screen.close_local_data()
            raise
        except (Unreachable, Untrusted, Rejected) as error:
            screen.close_local_data()
            sys.stderr.write(f"chover: {error}\n")
            return 1
        if invitation is not None:
            invitation.follow(connection)
        try:
            await screen.run()
        except EOFError:
            return 0
        finally:
            left = await _part(screen)
            if left:
                sys.stderr.write(
                    ngettext(
                        "chover: not sent yet: {n} message; it is sent next time.",
                        "chover: not sent yet: {n} messages; they are sent next time.",
                        left,
                    )
                    + "\n"
                )
        going, invitation = screen.elsewhere, None
        identity = LoginIdentity(identity.name)
    return 0


def _opens(here: LocalHost, name: str, server: ServerAddress) -> Connection:
    """A connection to another server, with the key that this device has there, or else as a guest of that name."""
    key = DeviceKeys().find(str(server))
    identity = LoginIdentity(key.account, key.password) if key else LoginIdentity(name)
    return Connection(server, identity, State(keep=KEEP, discovers=True), known=here.known, wanted=FULL)


async def _part(screen: Reader | FullScreen) -> int:
    """Leave all servers. Returns how many messages are to be sent next time."""
    waiting = await asyncio.gather(*(connection.settle(GOODBYE_SECONDS) for connection in screen.connections))
    screen.close_local_data()
    await asyncio.gather(*(connection.close() for connection in screen.connections))
    return sum(map(len, waiting))
