"""The export of one account: its data, its uploads, its private conversations, and its own messages."""

from __future__ import annotations

import hashlib
import secrets
import time
from asyncio import sleep
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any, BinaryIO, Final
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
from chover.ports import Account, Accounts, Code, FileRows, NotExported, OpenExport, Storage
from chover.version import __version__

MINUTES: Final = 10
"""How long an offer is valid."""
AT_ONCE: Final = 2
"""Exports that may be downloaded at the same time, over all people."""
STEP: Final = 200
"""Events that are read at once while the server is in use."""
BLOCK_BYTES: Final = 64 * 1024
_PURPOSE: Final = "export"


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


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _head(name: str, now: int) -> ExportHead:
    return ExportHead(FORMAT, __version__, now, name)


class AccountExports:
    """Implements ports.Exports: reads the running server's storage in steps, and rests as long as it works.

    An offer is a code in the storage, so that any node takes it. ``channel`` gives the name of an open channel, and
    empty for any other log. ``now``: seconds since 1970.
    """

    minutes = MINUTES

    def __init__(
        self,
        storage: Storage,
        accounts: Accounts,
        channel: Callable[[LogId], str],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._storage = storage
        self._accounts = accounts
        self._channel = channel
        self._now = now
        self._running = 0

    async def offer(self, account: UserId) -> str:
        secret = f"{secrets.token_urlsafe(16)}.{account}"
        until = int((self._now() + MINUTES * 60) * 1000)
        await self._storage.registry.codes.put(_PURPOSE, account, Code(_hash(secret), until, ""))
        return secret

    async def open(self, secret: str) -> OpenExport:
        account = self._accounts.get(UserId(secret.partition(".")[2]))
        if account is None or not await self._holds(account.id, secret):
            raise NotExported(
                "There is no such export, or its time is over: /msg NickServ EXPORT makes one", later=False
            )
        if self._running >= AT_ONCE:
            raise NotExported("Others are exporting just now; try again in a minute", later=True)
        return OpenExport(f"chat-of-{account.name}.jsonl", self._blocks(account))

    async def _holds(self, account: UserId, secret: str) -> bool:
        code = await self._storage.registry.codes.get(_PURPOSE, account, int(self._now() * 1000))
        return code is not None and secrets.compare_digest(code.hash, _hash(secret))

    async def _blocks(self, account: Account) -> AsyncGenerator[bytes, None]:
        self._running += 1
        try:
            block = bytearray()
            began = time.monotonic()
            async for line in self._lines(account):
                block += encode(line) + b"\n"
                if len(block) >= BLOCK_BYTES:
                    await sleep(time.monotonic() - began)
                    yield bytes(block)
                    block.clear()
                    began = time.monotonic()
            yield bytes(block)
        finally:
            self._running -= 1

    async def _lines(self, account: Account) -> AsyncIterator[ExportLine]:
        def named(log: LogId) -> ExportedConversation | None:
            name = self._channel(log)
            return ExportedConversation(log, name) if name else None

        def called(user: UserId) -> str:
            found = self._accounts.get(user)
            return found.name if found else ""

        yield _head(account.name, time.time_ns() // 1_000_000)
        about = ExportedAccount(**await self._accounts.export(account.id))
        reader = ArchiveReader(self._storage, named, called, step=STEP)
        async for line in account_lines(about, account.id, self._storage.uploads, reader):
            yield line
