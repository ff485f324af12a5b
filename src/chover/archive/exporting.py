"""Writes an export: ``export.jsonl``, ``index.html``, and in ``files`` the uploads that messages link to."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import msgspec

from chover.archive.account_export import account_lines
from chover.archive.entries import (
    FORMAT,
    ExportedAccount,
    ExportedConversation,
    ExportedMessage,
    ExportHead,
    ExportLine,
    encode,
)
from chover.archive.errors import ArchiveError
from chover.archive.page import ArchivePage
from chover.archive.reading import FILE_ADDRESS, ArchiveReader, reader_of_copy
from chover.names import fold, is_channel
from chover.ports import Account, BlobStorage, FileContent, Storage
from chover.version import __version__

LINES: Final = "export.jsonl"
PAGE: Final = "index.html"
FILES: Final = "files"


class Export(NamedTuple):
    """What was exported."""

    conversations: int
    messages: int
    files: int


class Exporter:
    """Writes one export to an empty directory."""

    def __init__(
        self, storage: Storage, reader: ArchiveReader, accounts: Iterable[Account], blobs: BlobStorage, place: Path
    ) -> None:
        """``reader`` and ``accounts`` are those of the storage; ``blobs`` has the contents of uploads."""
        self._storage = storage
        self._reader = reader
        self._accounts = {account.folded: account for account in accounts}
        self._blobs = blobs
        self._place = place
        self._conversations = self._messages = 0
        self._files: dict[str, str] = {}

    @classmethod
    async def open(cls, storage: Storage, blobs: BlobStorage, place: Path) -> Exporter:
        """Of a storage that was opened for this alone. Raises StoreError."""
        return cls(storage, await reader_of_copy(storage), await storage.registry.accounts.all(), blobs, place)

    async def export(self, what: str, now: int, *, credentials: bool) -> Export:
        """Export ``what``: a channel or an account by name, or empty for everything. ``now`` in ms since 1970.

        Raises ArchiveError and OSError.
        """
        channel = what if is_channel(what) else ""
        account = self._account(what) if what and not channel else None
        with (self._place / LINES).open("wb") as out, (self._place / PAGE).open("wb") as page:
            _write(out, ExportHead(FORMAT, __version__, now, what or "everything"))
            shown = ArchivePage(page)
            shown.begin(f"Chat: {what or 'everything'}", f"Exported by chover {__version__}")
            async for line in self._lines(channel, account, credentials=credentials):
                whole = await self._with_files(line)
                _write(out, whole)
                shown.add(whole)
            shown.end()
        if channel and not self._conversations:
            raise ArchiveError(f"there is no channel {what}, and there was none: see chover channel list")
        return Export(self._conversations, self._messages, len(self._files))

    async def _lines(self, channel: str, account: Account | None, *, credentials: bool) -> AsyncIterator[ExportLine]:
        if account is not None:
            about = await self._exported(account, credentials=credentials)
            async for line in account_lines(about, account.id, self._storage.uploads, self._reader):
                yield line
            return
        if not channel:
            for _, each in sorted(self._accounts.items()):
                yield await self._exported(each, credentials=credentials)
        async for line in self._reader.lines(channel):
            yield line

    def _account(self, name: str) -> Account:
        account = self._accounts.get(fold(name))
        if account is None:
            raise ArchiveError(f"there is no account {name}; a channel's name begins with #, as in '#{name}'")
        return account

    async def _exported(self, account: Account, *, credentials: bool) -> ExportedAccount:
        proofs = await self._storage.registry.credentials.of(account.id) if credentials else {}
        return ExportedAccount(msgspec.to_builtins(account), proofs)

    async def _with_files(self, line: ExportLine) -> ExportLine:
        self._conversations += isinstance(line, ExportedConversation)
        if not isinstance(line, ExportedMessage):
            return line
        self._messages += 1
        beside = {file: name for file in FILE_ADDRESS.findall(line.text) if (name := await self._file(file))}
        return msgspec.structs.replace(line, files=beside) if beside else line

    async def _file(self, file: str) -> str:
        """The path of an upload in the export; empty if it no longer exists."""
        if file not in self._files:
            found = await self._storage.uploads.get(file, 0)
            content = await self._blobs.content(found.digest) if found else None
            if found is None or content is None:
                return ""
            name = f"{FILES}/{file}-{found.name}"
            (self._place / FILES).mkdir(exist_ok=True)
            await _copy(content, self._place / name)
            self._files[file] = name
        return self._files[file]


async def _copy(content: FileContent, place: Path) -> None:
    if content.path is not None:
        shutil.copyfile(content.path, place)
        return
    with place.open("wb") as out:
        async for chunk in content.read(0, content.size - 1):
            out.write(chunk)


def _write(out: BinaryIO, line: ExportLine) -> None:
    out.write(encode(line) + b"\n")
