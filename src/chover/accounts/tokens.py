"""Device tokens: keys that a device logs in with instead of the password."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import Final

from chover.engine.ids import UserId
from chover.ports import Token
from chover.ports.registry import TokenRows

TOKEN_PREFIX: Final = "chover-"  # noqa: S105 - what every device token begins with
LABEL_CHARS: Final = 64
_ID_BYTES: Final = 4


class TokenService:
    """Implements ports.account_service.AccountTokens."""

    def __init__(self, rows: TokenRows) -> None:
        self._rows = rows

    async def make(self, account: UserId, label: str) -> str:
        secret = fresh_token()
        label = "".join(c for c in label if c.isprintable())[:LABEL_CHARS]
        now = time.time_ns() // 1_000_000
        await self._rows.add(hash_of(secret), Token(secrets.token_hex(_ID_BYTES), account, label, now))
        return secret

    async def of(self, account: UserId) -> list[Token]:
        return await self._rows.of(account)

    async def revoke(self, account: UserId, token: str) -> bool:
        return await self._rows.revoke(account, token)


def is_token_id(proof: str) -> bool:
    """Whether the proof of a login (ports.Login) is a token: fingerprints of certificates and keys are longer."""
    return len(proof) == 2 * _ID_BYTES


def fresh_token() -> str:
    """A token of 256 random bits, with the prefix of device tokens."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def hash_of(secret: str) -> bytes:
    """The hash of a secret that is random enough not to need a slow hash."""
    return hashlib.sha256(secret.encode()).digest()
