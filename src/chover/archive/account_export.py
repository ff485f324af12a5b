"""The export of one account: its data, its uploads, its private conversations, and its own messages."""

from __future__ import annotations

import secrets
import time
from asyncio import sleep
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any, BinaryIO, Final, NamedTuple
from urllib.parse import quote

from chover.archive.entries import (
    FORMAT,
    ExportedAccount,
    ExportedConversation,
    ExportedFile,
    ExportHead,
    ExportLine,
    encode,
)
from chover.archive.reading import ArchiveReader, reader_of_copy
from chover.engine.ids import LogId, UserId
from chover.ports import Account, Accounts, FileRows, NotExported, OpenExport, Storage
from chover.version import __version__

MINUTES: Final = 10
"""How long an offer is valid."""
AT_ONCE: Final = 2
"""Exports that may be downloaded at the same time, over all people."""
STEP: Final = 200
"""Events that are read at once while the server is in use."""
BLOCK_BYTES: Final = 64 * 1024


async def account_lines(
    about: ExportedAccount, account: UserId, uploads: FileRows, reader: ArchiveReader
) -> AsyncIterator[ExportLine]:
    """Everything except the head, in the order of an export. Only a small part of a conversation is in memory."""
    yield about
    for file in await uploads.of(account):
        address = f"/files/{file.id}/{quote(file.name)}"
        yield ExportedFile(file.id, file.name, file.kind, file.size, file.uploaded_at, address, file.expires_at)
    async for line in reader.lines(account=account):
        yield line


async def write_account(storage: Storage, facts: dict[str, Any], out: BinaryIO, now: int) -> None:
    """Write an account's lines from a copy of the storage; ``facts`` are from ports.Accounts.export."""
    account = UserId(facts["account"]["id"])
    out.write(encode(_head(facts["account"]["name"], now)) + b"\n")
    async for line in account_lines(ExportedAccount(**facts), account, storage.uploads, await reader_of_copy(storage)):
        out.write(encode(line) + b"\n")


def _head(name: str, now: int) -> ExportHead:
    return ExportHead(FORMAT, __version__, now, name)


class _Offer(NamedTuple):
    account: UserId
    channel: Callable[[LogId], str]
    until: float


class AccountExports:
    """Implements ports.Exports: reads the running server's storage in steps, and rests as long as it works."""

    minutes = MINUTES

    def __init__(self, storage: Storage, accounts: Accounts, now: Callable[[], float] = time.monotonic) -> None:
        self._storage = storage
        self._accounts = accounts
        self._now = now
        self._offers: dict[str, _Offer] = {}
        self._running = 0

    def offer(self, account: UserId, channel: Callable[[LogId], str]) -> str:
        now = self._now()
        self._offers = {key: row for key, row in self._offers.items() if row.until > now and row.account != account}
        secret = secrets.token_urlsafe(16)
        self._offers[secret] = _Offer(account, channel, now + MINUTES * 60)
        return secret

    def open(self, secret: str) -> OpenExport:
        offer = self._offers.get(secret)
        account = self._accounts.get(offer.account) if offer else None
        if offer is None or account is None or offer.until <= self._now():
            raise NotExported(
                "There is no such export, or its time is over: /msg NickServ EXPORT makes one", later=False
            )
        if self._running >= AT_ONCE:
            raise NotExported("Others are exporting just now; try again in a minute", later=True)
        return OpenExport(f"chat-of-{account.name}.jsonl", self._blocks(account, offer.channel))

    async def _blocks(self, account: Account, channel: Callable[[LogId], str]) -> AsyncGenerator[bytes, None]:
        self._running += 1
        try:
            block = bytearray()
            began = self._now()
            async for line in self._lines(account, channel):
                block += encode(line) + b"\n"
                if len(block) >= BLOCK_BYTES:
                    await sleep(self._now() - began)
                    yield bytes(block)
                    block.clear()
                    began = self._now()
            yield bytes(block)
        finally:
            self._running -= 1

    async def _lines(self, account: Account, channel: Callable[[LogId], str]) -> AsyncIterator[ExportLine]:
        def named(log: LogId) -> ExportedConversation | None:
            name = channel(log)
            return ExportedConversation(log, name) if name else None

        def called(user: UserId) -> str:
            found = self._accounts.get(user)
            return found.name if found else ""

        yield _head(account.name, time.time_ns() // 1_000_000)
        about = ExportedAccount(**await self._accounts.export(account.id))
        reader = ArchiveReader(self._storage, named, called, step=STEP)
        async for line in account_lines(about, account.id, self._storage.uploads, reader):
            yield line
