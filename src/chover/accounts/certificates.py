"""Client certificates that log an account in."""

from __future__ import annotations

from typing import Final

from chover.accounts.directory import AccountDirectory
from chover.engine.ids import UserId
from chover.ports import Denied, Taken
from chover.ports.registry import CredentialRows

_FINGERPRINT_HEX: Final = 64


class CertificateService:
    """Implements ports.account_service.AccountCertificates."""

    def __init__(self, directory: AccountDirectory, credentials: CredentialRows) -> None:
        self._directory = directory
        self._credentials = credentials

    async def add(self, account: UserId, fingerprint: str) -> None:
        plain = fingerprint.replace(":", "").lower()
        if len(plain) != _FINGERPRINT_HEX or not all(digit in "0123456789abcdef" for digit in plain):
            raise Denied("INVALID_FINGERPRINT", "That is not a SHA-256 fingerprint, which has 64 hexadecimal digits")
        async with self._directory.changing:
            self._directory.require(account)
            try:
                await self._credentials.add(account, "certificate", plain)
            except Taken:
                raise Denied("CERTIFICATE_EXISTS", "Another account has that certificate: use another one") from None

    async def of(self, account: UserId) -> list[str]:
        return sorted((await self._credentials.of(account)).get("certificate", []))

    async def remove(self, account: UserId, fingerprint: str) -> bool:
        plain = fingerprint.replace(":", "").lower()
        async with self._directory.changing:
            return await self._credentials.remove(account, "certificate", plain)
