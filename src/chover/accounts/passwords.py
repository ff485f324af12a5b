"""Passwords: Argon2id hashes and SCRAM verifiers, made and checked off the event loop."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final, NamedTuple, ParamSpec, TypeVar

from chover.ports import Denied

P = ParamSpec("P")
T = TypeVar("T")

ARGON2: Final = "argon2"
SCRAM: Final = "scram-sha-256"
LONGEST: Final = 1024
"""Bytes of a password."""
SALT_BYTES: Final = 16
NICE: Final = 10
"""Hashing steps back behind delivery."""


class Cost(NamedTuple):
    """Argon2id: passes, KiB, lanes; PBKDF2's iterations in SCRAM."""

    passes: int
    memory: int
    lanes: int
    iterations: int


COSTS: Final = {
    # OWASP's Password Storage Cheat Sheet, the variant with one pass; RFC 7677 asks for 4096 iterations at least.
    "normal": Cost(1, 47104, 1, 20000),
    "cheap": Cost(1, 64, 1, 4096),
}


class Verifier(NamedTuple):
    """What SCRAM keeps of a password (RFC 5802, section 3)."""

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
    """As SASLprep has it (RFC 4013). Raises Denied for what it forbids."""
    from scramp.core import ScramException, saslprep  # noqa: PLC0415 - 20 ms, and only who has accounts needs it

    try:
        return str(saslprep(password))
    except ScramException as error:
        raise Denied("INVALID_PASSWORD", "That password has characters that no client can be sure to type") from error


class Passwords:
    """Makes and checks what is kept of passwords, on threads of its own."""

    def __init__(self, cost: str, *, scram: bool) -> None:
        self._cost = COSTS[cost]
        self._scram = scram
        workers = max(1, min(4, (os.cpu_count() or 1) - 1))
        # One core is left to those who chat.
        self._pool = ThreadPoolExecutor(workers, "chover-hash", initializer=_step_back)
        self._nobody = ""

    async def make(self, password: str) -> dict[str, list[str]]:
        """The credentials of a password: both verifiers, made at the same moment."""
        return await self._off(self._made, prepared(password))

    async def matches(self, hashed: str, password: str) -> bool:
        """``hashed`` empty: of an account that does not exist, which takes as long."""
        try:
            word = prepared(password)
        except Denied:
            word, hashed = "", ""
        if len(password.encode()) > LONGEST:
            word, hashed = "", ""
        return await self._off(self._matched, hashed, word)

    async def _off(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: work(*args, **kwargs))

    def _made(self, password: str) -> dict[str, list[str]]:
        made = {ARGON2: [self._hash(password)]}
        made[SCRAM] = [self._verifier(password).text()] if self._scram else []
        return made

    def _hash(self, password: str) -> str:
        from argon2 import PasswordHasher  # noqa: PLC0415 - as above

        cost = self._cost
        return PasswordHasher(cost.passes, cost.memory, cost.lanes).hash(password)

    def _matched(self, hashed: str, password: str) -> bool:
        from argon2 import PasswordHasher  # noqa: PLC0415 - as above
        from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415

        self._nobody = self._nobody or self._hash(secrets.token_hex())
        try:
            PasswordHasher().verify(hashed or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return bool(hashed)

    def _verifier(self, password: str) -> Verifier:
        salt, iterations = secrets.token_bytes(SALT_BYTES), self._cost.iterations
        salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
        client_key = hmac.digest(salted, b"Client Key", "sha256")
        server_key = hmac.digest(salted, b"Server Key", "sha256")
        return Verifier(salt, hashlib.sha256(client_key).digest(), server_key, iterations)

    def nobodys(self, name: str, key: bytes) -> Verifier:
        """What a client is shown of an account that does not exist: always the same, so that it tells nothing."""
        salt = hmac.digest(key, name.encode(), "sha256")[:SALT_BYTES]
        return Verifier(salt, secrets.token_bytes(32), secrets.token_bytes(32), self._cost.iterations)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _step_back() -> None:
    with suppress(AttributeError, OSError):  # not every system lets a thread be less important
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
