"""SASL exchanges: PLAIN (RFC 4616), EXTERNAL (RFC 4422, appendix A), SCRAM-SHA-256 (RFC 5802, RFC 7677)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Final

from chover.accounts.passwords import Verifier
from chover.ports import Account, Denied, Login, Peer

if TYPE_CHECKING:
    from scramp.core import ScramServer

_NAME: Final = re.compile(r"[^,]*,[^,]*,(?:m=[^,]*,)?n=([^,]*),")

Check = Callable[[str, str, Peer], Awaitable[Login]]
Find = Callable[[str], Awaitable["tuple[Account | None, str, Verifier]"]]
Attempt = Callable[[str, Peer], AbstractAsyncContextManager[None]]


def wrong() -> Denied:
    """Creates a new exception each time, because an exception keeps the frames in which it was raised."""
    return Denied("INVALID_CREDENTIALS", "Wrong account or password")


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise wrong() from None


class Plain:
    def __init__(self, check: Check, peer: Peer) -> None:
        self._check = check
        self._peer = peer

    async def step(self, response: bytes) -> bytes | Login:
        parts = _text(response).split("\0")
        if len(parts) != 3:
            raise Denied("INVALID", "PLAIN needs <authorization identity> NUL <account> NUL <password>")
        whom, name, password = parts
        if not name or not password:
            raise wrong()
        login = await self._check(name, password, self._peer)
        if whom and whom.partition("@")[0].lower() not in {login.account.name.lower(), login.account.folded}:
            raise Denied("INVALID_CREDENTIALS", f"{login.account.name} may not act as {whom}")
        return login


class External:
    """The certificate of the connection proves an account; the response may name the account."""

    def __init__(self, owner: Callable[[str], Awaitable[Account | None]], peer: Peer) -> None:
        self._owner = owner
        self._peer = peer

    async def step(self, response: bytes) -> bytes | Login:
        whom = _text(response)
        account = await self._owner(self._peer.fingerprint) if self._peer.fingerprint else None
        if account is None or whom.partition("@")[0].lower() not in {"", account.name.lower(), account.folded}:
            raise Denied("INVALID_CREDENTIALS", "No account has this certificate: log in once, then NickServ CERT ADD")
        if account.suspended:
            raise Denied("ACCOUNT_SUSPENDED", f"{account.name} is suspended: {account.suspended}")
        return Login(account, whom.partition("@")[2], self._peer.fingerprint.lower())


class Scram:
    """Two steps, and an empty response at the end. The second step is judged, and slowed down if it is wrong."""

    def __init__(self, find: Find, peer: Peer, attempt: Attempt, usable: Callable[[Account], Account]) -> None:
        self._find = find
        self._usable = usable
        self._peer = peer
        self._attempt = attempt
        self._server: ScramServer | None = None
        self._login: Login | None = None
        self._name = ""
        self._done = False

    async def step(self, response: bytes) -> bytes | Login:
        from scramp.core import ScramException  # noqa: PLC0415 - 20 ms, and only who has accounts needs it

        if self._done:
            if self._login is None:
                raise wrong()
            # Only somebody who has proved ownership is told why the account is suspended.
            self._usable(self._login.account)
            return self._login
        text = _text(response)
        if self._server is not None:
            return await self._final(self._server, text)
        try:
            return await self._first(text)
        except ScramException as error:
            raise wrong() from error

    async def _first(self, text: str) -> bytes:
        from scramp.core import ScramMechanism  # noqa: PLC0415 - as above

        found = _NAME.match(text + ",")
        if found is None:
            raise Denied("INVALID", "this is not a first message of SCRAM")
        self._name = found[1].replace("=2C", ",").replace("=3D", "=")
        account, device, verifier = await self._find(self._name)
        self._login = Login(account, device) if account is not None else None
        self._server = ScramMechanism("SCRAM-SHA-256").make_server(lambda _: tuple(verifier))
        self._server.set_client_first(text)
        return str(self._server.get_server_first()).encode()

    async def _final(self, server: ScramServer, text: str) -> bytes:
        from scramp.core import ScramException  # noqa: PLC0415 - as above

        async with self._attempt(self._name, self._peer):
            try:
                server.set_client_final(text)
            except ScramException as error:
                raise wrong() from error
        self._done = True
        return str(server.get_server_final()).encode()
