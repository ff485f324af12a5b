"""Registration: capabilities, nick, user. No I/O; lines are text without line ends.

Sources: https://ircv3.net/specs/extensions/capability-negotiation and https://modern.ircdocs.horse/#connection-setup
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

import msgspec

from chover import names
from chover.client.capabilities import INVITATIONS, WANTED, capabilities, requests
from chover.i18n import _
from chover.version import __version__
from chover.wire.hello import VERSION_TAG
from chover.wire.message import Message, format_line
from chover.wire.plain import harmless

GREETING: Final = "CAP LS 302"
"""Sent first and alone: the original's server takes a longer first write for a hello and broadcasts the rest."""
NICK_TRIES: Final = 12
_IN_ORDER: Final = 4
"""After nick2 … nick5 a random number is used, so that a thousand guests do not need a thousand attempts."""
_PROOF: Final = frozenset({"AUTHENTICATE", "903", "904", "905", "906", "908"})
"""Steps of SASL EXTERNAL, and its results; without an account we connect as a guest."""
_REFUSALS: Final = frozenset({"ERROR", "463", "464", "465"})


class Rejected(Exception):
    """The server refuses us; the text says why. ``final``: a later attempt will not help."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.final = final


class NameTaken(Rejected):
    """The name that an invitation should give us is taken; another one may be free."""


class RegistrationDone(msgspec.Struct, frozen=True):
    """What an invitation gave us: an account, the key of this device, and channels."""

    account: str
    key: str
    channels: tuple[str, ...] = ()


class LoginIdentity(msgspec.Struct, frozen=True):
    """The identity that connects. ``name`` may be any text, from which the nearest nick is made.

    ``invite`` is the token of a link.

    ``by_key``: the connection itself proves an account (SASL EXTERNAL).
    """

    name: str
    password: str = ""
    invite: str = ""
    by_key: bool = False

    @property
    def nick(self) -> str:
        return names.as_nick(self.name)


def nick_candidates(nick: str, draw: Callable[[int], int]) -> Iterator[str]:
    """What to try after ``nick`` is taken. ``draw(n)`` gives a number below n."""
    yield from islice(names.variants(nick), _IN_ORDER)
    while True:
        tail = str(draw(9000) + 1000)
        yield nick.encode()[: names.NICK_BYTES - len(tail)].decode(errors="ignore") + tail


class RegistrationFlow:
    """One attempt. Send ``GREETING``, then what ``receive`` returns, until ``done``."""

    def __init__(
        self, identity: LoginIdentity, nick: str, draw: Callable[[int], int], wanted: frozenset[str] = WANTED
    ) -> None:
        self.done = False
        self.nick = nick
        self.caps: dict[str, str] = {}
        """The granted capabilities, each with the value that was offered."""
        self.account = ""
        """The account that we are logged in to."""
        self.grant: RegistrationDone | None = None
        """What the invitation gave us."""
        self._identity = identity
        self._candidates = islice(nick_candidates(nick, draw), NICK_TRIES)
        self._wanted = wanted
        self._offered: dict[str, str] = {}
        self._begun = False
        self._asked = 0

    def receive(self, message: Message) -> list[str]:
        """Process a message and return the lines to send. Raises Rejected if the registration has failed."""
        match message:
            case Message("CAP", [_, "LS", "*", offer]):
                self._offered |= capabilities(offer)
            case Message("CAP", [_, "LS", offer]):
                self._offered |= capabilities(offer)
                return self._request()
            case Message("CAP", [_, "ACK" | "NAK" as answer, caps, *_]):
                return self._answered(caps if answer == "ACK" else "")
            case Message(command) if command in _PROOF:
                return ["AUTHENTICATE +"] if command == "AUTHENTICATE" else self._user(end=True)
            case Message("PING", params):
                return [format_line("PONG", *params)]
            case Message("421", [_, "CAP", *_]) if not self._begun:
                return [*self._introduction(), *self._user(end=False)]
            case Message("432" | "433" | "436" | "437"):
                return self._next_nick(message)
            case _:
                return self._outcome(message)
        return []

    def _outcome(self, message: Message) -> list[str]:
        """We are registered or refused, or the invitation was checked."""
        match message:
            case Message("REDEEM" | "FAIL", params):
                return self._redeemed(params)
            case Message("900", [_, _, account, *_]):
                self.account = account
            case Message("001", [nick, *_]):
                self.nick = nick
                self.done = True
            case Message(command, params) if command in _REFUSALS:
                reason = harmless(params[-1] if params else _("no reason given"))
                raise Rejected(reason, final=command != "ERROR")
        return []

    def _redeemed(self, params: list[str]) -> list[str]:
        """The result of redeeming the invitation."""
        match params:
            case ["SUCCESS", account, secret, channels, *_]:
                self.grant = RegistrationDone(account, secret, () if channels == "*" else tuple(channels.split(",")))
                return ["CAP END"]
            case ["REDEEM", code, *_, reason]:
                raise _refusal(code, harmless(reason))
        return []

    def _request(self) -> list[str]:
        if self._identity.invite and INVITATIONS not in self._offered:
            raise Rejected(_("This server does not support invitations; check that the link is complete"), final=True)
        ours = self._wanted | {"sasl"} if self._identity.by_key else self._wanted
        wanted = sorted(ours & self._offered.keys())
        if not wanted:
            return [*self._introduction(), *self._user(end=True)]
        asked = requests(wanted)
        self._asked = len(asked)
        return [*self._introduction(), *asked]

    def _answered(self, granted: str) -> list[str]:
        """A request was answered; after the last one, continue."""
        self.caps |= {name: self._offered.get(name, "") for name in capabilities(granted)}
        self._asked -= 1
        if self._asked > 0:
            return []
        return ["AUTHENTICATE EXTERNAL"] if self._identity.by_key and "sasl" in self.caps else self._user(end=True)

    def _introduction(self) -> list[str]:
        self._begun = True
        password = self._identity.password
        return [*([format_line("PASS", password)] if password else []), format_line("NICK", self.nick)]

    def _user(self, *, end: bool) -> list[str]:
        tags = {VERSION_TAG: __version__} if "message-tags" in self.caps else None
        user = format_line("USER", "chover", "0", "*", harmless(self._identity.name) or self.nick, tags=tags)
        if self._identity.invite:
            # What completes the registration waits for the answer: after a refusal we must not come in as a guest.
            return [user, format_line("REDEEM", self._identity.invite, self._identity.nick)]
        return [user, "CAP END"] if end else [user]

    def _next_nick(self, message: Message) -> list[str]:
        if message.command == "432" and not self.nick.isascii():
            # This server accepts only ASCII nicks (casemapping = "ascii").
            self.nick = names.as_nick(names.in_ascii(self.nick))
            return [format_line("NICK", self.nick)]
        nick = next(self._candidates, None)
        if nick is None:
            raise Rejected(harmless(message.params[-1]), final=False)
        self.nick = nick
        return [format_line("NICK", nick)]


def _refusal(code: str, reason: str) -> Rejected:
    return NameTaken(reason, final=True) if code == "ACCOUNT_EXISTS" else Rejected(reason, final=True)
