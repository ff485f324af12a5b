"""The credentials of a connection: what it was given, and what it has learnt since."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from chover.client.connection.registration import LoginIdentity, RegistrationDone
from chover.client.lines import key, same
from chover.client.state import State
from chover.wire.hello import GUEST
from chover.wire.message import Message, format_line

_LOGS_IN: Final = re.compile(
    r"(?:@\S+ +)?(?P<service>PRIVMSG +NickServ(?:@\S+)? +:?|(?:NICKSERV|NS) +:?)?"
    r"(?P<verb>REGISTER|IDENTIFY) +(?P<words>.*)",
    re.IGNORECASE,
)
"""A line that logs in with a password, through NickServ or as a command of its own."""

_CHANGES: Final = re.compile(
    r"(?:@\S+ +)?(?:PRIVMSG +NickServ(?:@\S+)? +:?|(?:NICKSERV|NS) +:?)PASSWD +\S+ +:?(?P<new>\S+)", re.IGNORECASE
)
"""A line that asks NickServ for another password."""
_CHANGED: Final = "Your password is changed"
_LOGGED_IN: Final = "900"


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
        self._new = ""
        """The password that NickServ was asked for and has not accepted yet."""

    def notice(self, lines: Iterable[str]) -> None:
        """A line about to be sent may log us in, whoever typed it and in whatever form."""
        for line in lines:
            self.tried = password_in(line) or self.tried
            changes = _CHANGES.match(line)
            self._new = changes["new"] if changes else self._new

    def heard(self, messages: Iterable[Message], state: State) -> None:
        """The server accepts what was tried: later connections use it."""
        for message in messages:
            if message.command == _LOGGED_IN and self.tried:
                self.remember(state)
            elif self._new and _is_change(message):
                password, self._new = self._new, ""
                # A connection that its key logs in needs no password.
                if self.identity.password:
                    self.identity = msgspec.structs.replace(self.identity, password=f"{state.account}:{password}")

    def remember(self, state: State) -> None:
        """The server has accepted the login: later connections use its password."""
        account, password, self.tried = state.account, self.tried, ""
        wanted = not same(state.nick, self.identity.nick) and not same(state.nick, account)
        if same(self.identity.nick, GUEST) and state.held == state.nick and not same(state.nick, account):
            # No name was chosen, so the account's is the one that others expect.
            state.lines.append(format_line("NICK", account))
        elif wanted and state.held == state.nick:
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


def _is_change(message: Message) -> bool:
    """Whether NickServ says that it has set a new password."""
    return message.command == "NOTICE" and same(message.nick, "NickServ") and message.params[-1].startswith(_CHANGED)
