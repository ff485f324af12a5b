"""The credentials of a connection: what it was given, and what it has learnt since."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from chover.client.connection.registration import LoginIdentity, RegistrationDone
from chover.client.lines import key, same
from chover.client.state import State
from chover.wire.message import format_line

_LOGS_IN: Final = re.compile(
    r"(?:@\S+ +)?(?P<service>PRIVMSG +NickServ(?:@\S+)? +:?|(?:NICKSERV|NS) +:?)?"
    r"(?P<verb>REGISTER|IDENTIFY) +(?P<words>.*)",
    re.IGNORECASE,
)
"""A line that logs in with a password, through NickServ or as a command of its own."""


def password_in(line: str) -> str:
    """The password in one of our lines that registers or identifies; "" for any other line."""
    found = _LOGS_IN.match(line)
    words = found["words"].replace(" :", " ").removeprefix(":").split() if found else []
    if found is None or not words:
        return ""
    if found["verb"].upper() == "IDENTIFY":
        return words[1] if len(words) > 1 else words[0]
    # With NickServ: REGISTER password [e-mail]. Otherwise: REGISTER account e-mail :password, which may contain spaces.
    return words[0] if found["service"] else found["words"].partition(" :")[2] or words[-1]


class Credentials:
    def __init__(self, identity: LoginIdentity) -> None:
        self.identity = identity
        self.tried = ""
        """The password of a login that the server has not accepted yet."""

    def notice(self, lines: Iterable[str]) -> None:
        """A line about to be sent may log us in, whoever typed it and in whatever form."""
        for line in lines:
            self.tried = password_in(line) or self.tried

    def remember(self, state: State) -> None:
        """The server has accepted the login: later connections use its password."""
        account, password, self.tried = state.account, self.tried, ""
        wanted = not same(state.nick, self.identity.nick) and not same(state.nick, account)
        if wanted and state.held == state.nick:
            # The nick was taken, maybe by ourselves: now we may use it.
            state.lines.append(format_line("NICK", self.identity.nick))
        self.identity = LoginIdentity(account, f"{account}:{password}")

    def redeem(self, grant: RegistrationDone, state: State) -> None:
        """The invitation is used up: from now on the key logs us in."""
        password = f"{grant.account}:{grant.key}"
        self.identity = msgspec.structs.replace(self.identity, password=password, invite="")
        for channel in grant.channels:
            state.join(channel)
            state.opening = state.opening or key(channel)
