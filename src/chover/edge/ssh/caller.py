"""The identity that SSH has proved: an account by key or password, or a guest."""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from chover.edge.accepted import AcceptedConnection
from chover.ports import Accounts, Caller, Denied, Peer
from chover.wire.plain import harmless

NAME_CHARACTERS: Final = 60
"""Characters of a name that count, before a nick is made from it."""
_BLOB: Final = b"\0\0\0"
"""Every key begins with the length of its kind's name (RFC 4253, 6.6). A TLS certificate, whose SHA-256 is kept in the
same place, never does."""
LET_IN: Final = (
    "{name} is registered. If it is yours, log in with /login {name}; then /key add lets this SSH key log you in."
)


def shown(username: str) -> str:
    """A name as safe text for a terminal."""
    return harmless(username)[:NAME_CHARACTERS]


class Acquaintance:
    """What the server knows about the caller of one connection. The SSH process asks, and is told the result."""

    def __init__(self, accounts: Accounts, accepted: AcceptedConnection) -> None:
        self._accounts = accounts
        self._accepted = accepted
        self._fingerprint = ""
        self._account = ""
        self._password = ""
        self._asked = ""

    def peer(self) -> Peer:
        """What is sent over SSH is as private as over TLS; the key takes the place of a certificate."""
        return msgspec.structs.replace(self._accepted.peer("ssh"), tls=True, fingerprint=self._fingerprint)

    def names(self, username: str, fingerprint: str = "", account: str = "") -> None:
        """Set the identity shown.

        It replaces everything shown before: a key that was only offered proves nothing later.
        """
        self._asked, self._fingerprint, self._account, self._password = username, fingerprint, account, ""

    def as_guest(self, username: str) -> bool:
        """Log in without credentials, if guests are admitted and the name is nobody's."""
        self.names(username)
        return self._accounts.login.guests and not self._is_registered(username)

    def _is_registered(self, username: str) -> bool:
        return self._accounts.find(username.partition("@")[0]) is not None

    async def shows_key(self, username: str, key: bytes) -> bool:
        """Log in with a key, which belongs to an account or a guest.

        False if only accounts are admitted and it has none.
        """
        self.names(username)
        if not key.startswith(_BLOB):
            return False
        self.names(username, hashlib.sha256(key).hexdigest())
        try:
            answer = await self._accounts.login.begin("EXTERNAL", self.peer()).step(b"")
        except Denied:
            answer = b""
        self.names(username, self._fingerprint, "" if isinstance(answer, bytes) else answer.account.name)
        return bool(self._account) or self._accounts.login.guests

    async def says_password(self, username: str, password: str) -> bool:
        """Log in with a password. An account's is checked; a guest may give any, as if there were none."""
        if self.as_guest(username):
            return True
        try:
            login = await self._accounts.login.check(username, password, self.peer())
        except Denied:
            return False
        self.names(username, account=login.account.name)
        self._password = f"{username}:{password}"
        return True

    def caller(self) -> Caller:
        """The identity under which the client connects."""
        by_key = bool(self._account and self._fingerprint)
        name = self._account or shown(self._asked)
        word = ""
        if not self._account and self._is_registered(self._asked):
            word = LET_IN.format(name=shown(self._asked))
        return Caller(name, self.peer(), self._password, by_key, word)
