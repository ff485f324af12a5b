"""Passwords: Argon2id hashes and SCRAM verifiers, made and checked off the event loop (hashing.py)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Final, NamedTuple

from chover.accounts.hashing import Cost, Hashing, hashed, matches, salted
from chover.ports import Denied

ARGON2: Final = "argon2"
SCRAM: Final = "scram-sha-256"
LONGEST: Final = 1024
"""Bytes of a password."""
SALT_BYTES: Final = 16
COSTS: Final = {
    # OWASP's Password Storage Cheat Sheet, the variant with one pass; RFC 7677 asks for 4096 iterations at least.
    "normal": Cost(1, 47104, 1, 20000),
    "cheap": Cost(1, 64, 1, 4096),
}


class Verifier(NamedTuple):
    """What SCRAM keeps for a password (RFC 5802, section 3)."""

    salt: bytes
    stored_key: bytes
    server_key: bytes
    iterations: int

    def text(self) -> str:
        parts = (self.salt, self.stored_key, self.server_key)
        return "$".join([str(self.iterations), *(base64.b64encode(part).decode() for part in parts)])

    @classmethod
    def read(cls, text: str) -> Verifier:
        iterations, *parts = text.split("$")
        salt, stored, server = map(base64.b64decode, parts)
        return cls(salt, stored, server, int(iterations))


def prepared(password: str) -> str:
    """A password after SASLprep (RFC 4013). Raises Denied for forbidden characters."""
    from scramp.core import ScramException, saslprep  # noqa: PLC0415 - 20 ms, and only who has accounts needs it

    try:
        return str(saslprep(password))
    except ScramException as error:
        raise Denied(
            "UNACCEPTABLE_PASSWORD", "That password has characters that cannot be typed in every client"
        ) from error


class Passwords:
    """Creates and checks what is kept for passwords."""

    def __init__(self, cost: str, *, scram: bool) -> None:
        self._cost = COSTS[cost]
        self._scram = scram
        # If hashes are cheap, they need no process of their own.
        self._hashing = Hashing(apart=cost != "cheap")

    def prepare(self) -> None:
        """Import what logins need on a thread: on the loop it would block everybody for 40 ms."""
        self._hashing.prepare()

    async def make(self, password: str) -> dict[str, list[str]]:
        """The credentials of a password: both verifiers, made together."""
        word = prepared(password)
        made = {ARGON2: [await self._hashing.run(hashed, self._cost, word)]}
        made[SCRAM] = [(await self._verifier(word)).text()] if self._scram else []
        return made

    async def matches(self, kept: str, password: str) -> bool:
        """Whether a password matches.

        ``kept`` is empty for an account that does not exist, which takes just as long.
        """
        try:
            word = prepared(password)
        except Denied:
            word, kept = "", ""
        if len(password.encode()) > LONGEST:
            word, kept = "", ""
        return await self._hashing.run(matches, self._cost, kept, word)

    async def _verifier(self, password: str) -> Verifier:
        salt, iterations = secrets.token_bytes(SALT_BYTES), self._cost.iterations
        key = await self._hashing.run(salted, password, salt, iterations)
        client_key = hmac.digest(key, b"Client Key", "sha256")
        return Verifier(
            salt, hashlib.sha256(client_key).digest(), hmac.digest(key, b"Server Key", "sha256"), iterations
        )

    def nobodys(self, name: str, key: bytes) -> Verifier:
        """What a client is shown for an account that does not exist: always the same, so that it reveals nothing."""
        salt = hmac.digest(key, name.encode(), "sha256")[:SALT_BYTES]
        return Verifier(salt, secrets.token_bytes(32), secrets.token_bytes(32), self._cost.iterations)

    def close(self) -> None:
        self._hashing.close()
