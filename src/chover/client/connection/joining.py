"""``chover join``: from a link to the chat, with one question at most (docs/protocol.md, "Invitations")."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from typing import Final

from chover import names
from chover.client.connection.connection import Connection
from chover.client.connection.dial import ServerAddress
from chover.client.connection.keys import DeviceKeys
from chover.client.connection.registration import LoginIdentity, NameTaken, RegistrationDone
from chover.client.connection.trust import KeyChanged, KnownServers
from chover.i18n import _
from chover.wire.invite import InvitationLink
from chover.wire.message import format_line
from chover.wire.plain import harmless

NOBODYS_NAMES: Final = frozenset({"root", "admin", "administrator", "user"})
"""Login names that do not name a person."""

Chat = Callable[[str, "FollowedInvitation"], int]
"""Runs a front end with a nick and an invitation; returns the exit status."""


class Expected(KnownServers):
    """The known servers, and a link's pin for a server not met before.

    The pin is stored once the server has let us in.
    """

    def __init__(self, link: InvitationLink, known: KnownServers) -> None:
        super().__init__(known.path)
        self._link = link
        self._server = str(ServerAddress(link.host, link.port))
        self._met = known.pin(self._server) is not None

    def pin(self, server: str) -> str | None:
        if not self._met and server == self._server and self._link.pin:
            return self._link.pin
        return super().pin(server)

    def changed(self, server: str, known: str, shown: str) -> KeyChanged:
        if self._met:
            return super().changed(server, known, shown)
        return KeyChanged(
            _(
                "The invitation is not for the server at {server}: it names the key {known}, and this one "
                "shows {shown}. Nothing was sent there. Ask for a new link; somebody may be intercepting the "
                "connection.",
                server=server,
                known=known,
                shown=shown,
            )
        )

    def confirm(self) -> None:
        """The server has accepted the invitation. Raises trust.Untrusted if the file cannot be written."""
        if not self._met and self._link.pin:
            self.remember(self._server, self._link.pin)
            self._met = True


class FollowedInvitation:
    """A link that is being followed."""

    def __init__(self, link: InvitationLink, known: KnownServers, keys: DeviceKeys) -> None:
        self.link = link
        self.token = link.token
        self.known = Expected(link, known)
        self._server = str(ServerAddress(link.host, link.port))
        self._keys = keys
        self.key = keys.find(self._server)
        """What an earlier invitation to this server gave us."""

    def identity(self, nick: str) -> LoginIdentity:
        """The identity for following the link."""
        if self.key is not None:
            return LoginIdentity(self.key.account, self.key.password)
        return LoginIdentity(nick, invite=self.token)

    def follow(self, connection: Connection) -> None:
        """Called after the connection was opened: somebody with an account keeps it, and joins the channels."""
        if self.key is not None:
            connection.state.lines.append(format_line("REDEEM", self.token))
            connection.flush()

    def granted(self, grant: RegistrationDone) -> None:
        """Store what logs us in next time; called by the connection that it was granted to. Raises trust.Untrusted."""
        self._keys.keep(self._server, grant.account, grant.key)
        self.known.confirm()


def join(
    link: InvitationLink,
    chat: Chat,
    *,
    nick: str = "",
    known: KnownServers | None = None,
    keys: DeviceKeys | None = None,
) -> int:
    """Follow a link and chat; blocks. Without ``nick``, a name is asked for, again if it is taken.

    Somebody who has a key for that server from an earlier link is asked nothing and keeps the account.

    Raises NameTaken if there is nobody to ask.
    """
    invitation = FollowedInvitation(link, known or KnownServers(), keys or DeviceKeys())
    name = nick or (invitation.key.account if invitation.key else ask_name())
    while True:
        try:
            return chat(name, invitation)
        except NameTaken as taken:
            if nick or not sys.stdin.isatty():
                raise
            sys.stderr.write(f"{taken}.\n")
            name = ask_name()


def ask_name() -> str:
    """Ask for a name. Raises EOFError if nobody answers."""
    offered = _own_name()
    while True:
        answer = (
            harmless(
                input(_("Your name here [{offered}]: ", offered=offered) if offered else _("Your name here: "))
            ).strip()
            or offered
        )
        if answer:
            return answer


def _own_name() -> str:
    """The person's login name on this machine, or "" if it does not name a person."""
    try:
        login = getpass.getuser()
    except (KeyError, OSError):
        return ""
    return "" if login.lower() in NOBODYS_NAMES else names.as_nick(login)
