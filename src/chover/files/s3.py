"""The contents of uploads in S3-compatible storage: one object for each, under its digest.

Four kinds of requests are needed (GET, HEAD, PUT, DELETE), so they are made here and signed by s3_signing. An upload
arrives on this machine's disk, is sent with its SHA-256 in the signature, so that the storage checks it, and is gone
from here then. Nothing is ever listed: what is being sent has an empty file here, which says after a crash what may
be an orphan there.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from chover.files.blobs import CHUNK_BYTES, BlobStore
from chover.files.s3_signing import EMPTY, S3Keys, escaped, signed
from chover.ports import StoreError

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession
    from yarl import URL

MARK: Final = "chover-cluster"
"""The object that names the cluster."""
SENT: Final = ".sent-"
"""The prefix of the empty files."""
TRIES: Final = 3
PAUSE_SECONDS: Final = 0.3
"""Before the second attempt; twice as long before the third."""
CONNECT_SECONDS: Final = 10.0
IDLE_SECONDS: Final = 30.0
AT_ONCE: Final = 64
"""Connections to the storage."""
_PASSING: Final = frozenset({429, 500, 502, 503, 504})
_CODE: Final = re.compile(r"<Code>(\w{1,60})</Code>")
_ADVICE: Final = {
    403: "check files.access_key, files.secret_key and files.region, the rights of that key, and this machine's clock",
    404: "check the bucket in files.url and files.endpoint",
    301: "check files.region and files.endpoint",
}


class S3Place(NamedTuple):
    """``endpoint``: https://HOST[:PORT]. ``prefix``: empty, or with a slash at its end."""

    endpoint: str
    bucket: str
    prefix: str
    keys: S3Keys

    def url(self, name: str) -> str:
        return f"{self.endpoint}/{escaped(f'{self.bucket}/{self.prefix}{name}')}"


class S3Content:
    """Implements ports.FileContent."""

    path = None

    def __init__(self, blobs: S3Blobs, name: str, size: int) -> None:
        self._blobs = blobs
        self._name = name
        self.size = size

    async def read(self, first: int, last: int) -> AsyncIterator[bytes]:
        if last < first:
            return
        headers = {"Range": f"bytes={first}-{last}"}
        async with self._blobs.answer("GET", self._name, {200, 206}, headers=headers) as response:
            async for chunk in response.content.iter_chunked(CHUNK_BYTES):
                yield chunk


class S3Blobs:
    """Implements ports.BlobStorage; what arrives waits in ``spool``."""

    def __init__(self, place: S3Place, spool: BlobStore, directory: Path) -> None:
        """``directory``: that of the spool."""
        self._place = place
        self._spool = spool
        self._directory = directory
        self._session: ClientSession | None = None

    def begin(self) -> tuple[Path, BinaryIO]:
        return self._spool.begin()

    def free_bytes(self) -> int:
        return self._spool.free_bytes()

    async def claim(self, cluster: str, in_use: Callable[[], Awaitable[set[str]]]) -> None:
        where = f"s3://{self._place.bucket}/{self._place.prefix}"
        try:
            found = await self._mark()
            if not found:
                used = await in_use()
                if used and await self.content(min(used)) is None:
                    raise StoreError(f"the uploads are not in {where} (files.url): copy them there, or correct it")
                await self._put(MARK, cluster.encode(), hashlib.sha256(cluster.encode()).hexdigest())
                found = await self._mark()
        except OSError as error:
            raise StoreError(f"{where} (files.url) cannot be used: {error.strerror}") from error
        if found != cluster:
            raise StoreError(
                f"{where} (files.url) belongs to another server or cluster, as the object {MARK} in it says: name"
                " another prefix"
            )

    async def _mark(self) -> str:
        async with self.answer("GET", MARK, {200, 404}) as response:
            return (await response.text(errors="replace")).strip()[:100] if response.status == 200 else ""

    async def send(self, arrived: Path, digest: str) -> None:
        (self._directory / f"{SENT}{digest}").touch()
        if await self.content(digest) is None:
            await self._put(_name(digest), arrived, digest)

    async def keep(self, arrived: Path, digest: str) -> None:
        # It was there when it was sent, and may have been removed since.
        if await self.content(digest) is None:
            await self._put(_name(digest), arrived, digest)

    async def settled(self, digest: str) -> None:
        (self._directory / f"{SENT}{digest}").unlink(missing_ok=True)

    async def drop(self, digest: str) -> None:
        async with self.answer("DELETE", _name(digest), {200, 204, 404}):
            pass

    async def content(self, digest: str) -> S3Content | None:
        async with self.answer("HEAD", _name(digest), {200, 404}) as response:
            if response.status == 404:
                return None
            return S3Content(self, _name(digest), int(response.headers["Content-Length"]))

    async def orphans(self, before: float) -> list[str]:
        await self._spool.orphans(before)
        return await asyncio.to_thread(self._sent_before, before)

    def _sent_before(self, before: float) -> list[str]:
        sent = self._directory.glob(f"{SENT}*")
        return [path.name.removeprefix(SENT) for path in sent if path.stat().st_mtime < before]

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    # ---- requests

    async def _put(self, name: str, content: Path | bytes, sha256: str) -> None:
        async with self.answer("PUT", name, {200}, content=content, sha256=sha256):
            pass

    @contextlib.asynccontextmanager
    async def answer(
        self,
        method: str,
        name: str,
        wanted: set[int],
        *,
        headers: dict[str, str] | None = None,
        content: Path | bytes = b"",
        sha256: str = EMPTY,
    ) -> AsyncIterator[ClientResponse]:
        """One of the ``wanted`` answers. Passing faults are tried again. Raises OSError."""
        from aiohttp import ClientError  # noqa: PLC0415 - the web's thread has imported it long before

        for attempt in range(1, TRIES + 1):
            try:
                response = await self._ask(method, name, headers, content, sha256)
            except (ClientError, TimeoutError) as error:
                if attempt == TRIES:
                    raise OSError(errno.EIO, f"the file storage cannot be reached ({_line(error)})") from error
            else:
                if response.status in wanted:
                    break
                refusal = await _refusal(response)
                if response.status not in _PASSING or attempt == TRIES:
                    raise refusal
            await asyncio.sleep(PAUSE_SECONDS * attempt)
        async with response:
            try:
                yield response
            except (ClientError, TimeoutError) as error:
                raise OSError(errno.EIO, f"the file storage has broken off ({_line(error)})") from error

    async def _ask(
        self, method: str, name: str, headers: dict[str, str] | None, content: Path | bytes, sha256: str
    ) -> ClientResponse:
        url = self._place.url(name)
        sent = signed(self._place.keys, method, url, sha256, datetime.now(UTC), headers)
        session = self._opened()
        if isinstance(content, bytes):
            return await session.request(method, _verbatim(url), headers=sent, data=content or None)
        with await asyncio.to_thread(content.open, "rb") as file:
            sent["Content-Length"] = str((await asyncio.to_thread(content.stat)).st_size)
            return await session.request(method, _verbatim(url), headers=sent, data=file)

    def _opened(self) -> ClientSession:
        from aiohttp import ClientSession, ClientTimeout, TCPConnector  # noqa: PLC0415 - see above

        if self._session is None:
            timeout = ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=IDLE_SECONDS)
            self._session = ClientSession(
                timeout=timeout, connector=TCPConnector(limit=AT_ONCE), auto_decompress=False,
                skip_auto_headers=("Content-Type", "Accept-Encoding"),
            )  # fmt: skip
        return self._session


def _name(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


def _verbatim(url: str) -> URL:
    from yarl import URL  # noqa: PLC0415 - comes with aiohttp

    return URL(url, encoded=True)


async def _refusal(response: ClientResponse) -> OSError:
    """The error for an answer that was not wanted."""
    async with response:
        said = _CODE.search((await response.content.read(4096)).decode(errors="replace"))
    what = f"{response.status} {said[1]}" if said else str(response.status)
    advice = f": {_ADVICE[response.status]}" if response.status in _ADVICE else ""
    return OSError(errno.EIO, f"the file storage answers {what}{advice}")


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
