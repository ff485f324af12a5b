"""As whom a connection registers: what it was given, and what it has learnt since."""

from __future__ import annotations

import msgspec

from chover.client.connection.registration import LoginIdentity, RegistrationDone
from chover.client.lines import key, same
from chover.client.state import State
from chover.wire.message import format_line


class Credentials:
    def __init__(self, identity: LoginIdentity) -> None:
        self.identity = identity
        self.tried = ""
        """The password that somebody logs in with, until the server has taken it."""

    def remember(self, state: State) -> None:
        """The server has taken what was tried: later connections log in with it by themselves."""
        account, password, self.tried = state.account, self.tried, ""
        if not same(state.nick, self.identity.nick) and state.held == state.nick:
            # It was somebody's, maybe ours: now we may have it.
            state.lines.append(format_line("NICK", self.identity.nick))
        self.identity = LoginIdentity(account, f"{account}:{password}")

    def redeem(self, grant: RegistrationDone, state: State) -> None:
        """The invitation is used up: from now on the key lets us in."""
        password = f"{grant.account}:{grant.key}"
        self.identity = msgspec.structs.replace(self.identity, password=password, invite="")
        for channel in grant.channels:
            state.join(channel)
            state.opening = state.opening or key(channel)
