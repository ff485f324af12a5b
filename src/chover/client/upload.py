"""A file on its way to the server (soju.im/FILEHOST): one HTTP request, with how far it has come.

Source: https://codeberg.org/emersion/soju/src/branch/master/doc/ext/filehost.md
"""

from __future__ import annotations

import asyncio
import base64
import mimetypes
from collections.abc import Callable
from pathlib import PurePath
from typing import IO, Final
from urllib.parse import quote, urljoin, urlsplit

import msgspec

from chover.client.connection.dial import ServerAddress
from chover.client.local.host import ClientHost
from chover.version import __version__
from chover.wire.plain import harmless

CHUNK: Final = 65536
ANSWER_BYTES: Final = 65536
ANSWER_SECONDS: Final = 60.0
"""Longest wait for the server's answer when all has been sent."""


class NotUploaded(Exception):
    """The file is not there, or the server did not take it; the text is one line that says why."""


class UploadAddress(msgspec.Struct, frozen=True):
    """Where uploads go, and as whom; ``account`` "" for nobody."""

    url: str
    account: str = ""
    password: str = ""

    @property
    def server(self) -> ServerAddress:
        """Raises NotUploaded for an address that is none of the web."""
        parts = urlsplit(self.url)
        try:
            port = parts.port or {"https": 443, "http": 80}[parts.scheme]
        except (KeyError, ValueError):
            raise NotUploaded(f"The server's address for files is not a web address: {self.url!r}.") from None
        return ServerAddress(parts.hostname or "", port, parts.scheme == "https")


async def upload(host: ClientHost, place: UploadAddress, path: str, progress: Callable[[int, int], None]) -> str:
    """Send a file; its address on the server. ``progress`` is told bytes sent, and bytes in all.

    Raises NotUploaded, or host.NotHere.
    """
    try:
        file = host.file(path)
    except OSError as error:
        raise NotUploaded(f"{path} cannot be read: {error.strerror}.") from error
    return await upload_file(host, place, PurePath(path).name, file, progress)


async def upload_file(
    host: ClientHost, place: UploadAddress, name: str, file: IO[bytes], progress: Callable[[int, int], None]
) -> str:
    """The same with an open file, which is closed. Raises NotUploaded, or host.NotHere."""
    with file:
        size = file.seek(0, 2)
        file.seek(0)
        reader, writer = await host.connect(place.server)
        got = bytearray()
        # What is too large is often refused before all of it is sent.
        listening = asyncio.ensure_future(_listen(reader, got))
        try:
            writer.write(_head(place, name, size))
            await _send(writer, file, size, progress, listening)
            async with asyncio.timeout(ANSWER_SECONDS):
                await listening
        except (OSError, TimeoutError) as error:
            await asyncio.wait([listening], timeout=1)
            if not got:
                raise NotUploaded(f"The connection broke ({str(error) or 'no answer'}); try again.") from error
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            writer.transport.abort()
        return _taken(place, bytes(got))


def _head(place: UploadAddress, name: str, size: int) -> bytes:
    parts = urlsplit(place.url)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    lines = [
        f"POST {parts.path or '/'}{f'?{parts.query}' if parts.query else ''} HTTP/1.1",
        f"Host: {parts.netloc.rpartition('@')[2]}",
        f"User-Agent: chover/{__version__}",
        f"Content-Type: {kind}",
        f"Content-Length: {size}",
        f"Content-Disposition: attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Connection: close",
    ]
    if place.account and (place.server.tls or place.server.local):
        secret = base64.b64encode(f"{place.account}:{place.password}".encode()).decode()
        lines.append(f"Authorization: Basic {secret}")
    return "\r\n".join([*lines, "", ""]).encode()


async def _send(
    writer: asyncio.StreamWriter,
    file: IO[bytes],
    size: int,
    progress: Callable[[int, int], None],
    listening: asyncio.Future[None],
) -> None:
    sent = 0
    progress(sent, size)
    while not listening.done() and (chunk := file.read(CHUNK)):
        writer.write(chunk)
        await writer.drain()
        sent += len(chunk)
        progress(sent, size)


async def _listen(reader: asyncio.StreamReader, got: bytearray) -> None:
    while len(got) < ANSWER_BYTES and (chunk := await reader.read(ANSWER_BYTES)):
        got += chunk


def _taken(place: UploadAddress, answer: bytes) -> str:
    """The address of what was kept. Raises NotUploaded with the server's words."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    code = status.split(" ")[1] if status.count(" ") else ""
    if code.startswith("2") and headers.get("location"):
        return harmless(urljoin(place.url, headers["location"]))
    words = harmless(body.decode("utf-8", "replace").strip().split("\n")[0])[:200]
    raise NotUploaded(f"The server refused the file: {words or status or 'no reason given'}")
