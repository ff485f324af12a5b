"""Uploads a file to the server (soju.im/FILEHOST) in one HTTP request, and reports the progress.

Source: https://codeberg.org/emersion/soju/src/branch/master/doc/ext/filehost.md
"""

from __future__ import annotations

import asyncio
import base64
import mimetypes
from collections.abc import AsyncIterator, Callable
from importlib import import_module
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Final, cast
from urllib.parse import quote, urljoin, urlsplit

import msgspec

from chover.client.connection.dial import ServerAddress
from chover.client.local.host import ClientHost
from chover.i18n import _
from chover.version import __version__
from chover.wire.plain import harmless

if TYPE_CHECKING:
    from chover.client.upload_request import Answer

CHUNK: Final = 65536
ANSWER_BYTES: Final = 65536
ANSWER_SECONDS: Final = 60.0
"""Longest wait for the server's answer after everything has been sent."""


class NotUploaded(Exception):
    """The file does not exist, or the server did not accept it; the text is one line that says why."""


class UploadAddress(msgspec.Struct, frozen=True):
    """Where uploads go, and the account; ``account`` is "" for none."""

    url: str
    account: str = ""
    password: str = ""

    @property
    def server(self) -> ServerAddress:
        """Raises NotUploaded if the address is not a web address."""
        parts = urlsplit(self.url)
        try:
            port = parts.port or {"https": 443, "http": 80}[parts.scheme]
        except (KeyError, ValueError):
            raise NotUploaded(
                _("The server's address for files is not a web address: {url}.", url=repr(self.url))
            ) from None
        return ServerAddress(parts.hostname or "", port, parts.scheme == "https")


async def upload(host: ClientHost, place: UploadAddress, path: str, progress: Callable[[int, int], None]) -> str:
    """Send a file. Returns its address on the server. ``progress`` gets the bytes sent and the total.

    Raises NotUploaded, or host.NotHere.
    """
    try:
        file = host.file(path)
    except OSError as error:
        raise NotUploaded(_("{path} cannot be read: {error}.", path=path, error=error.strerror)) from error
    return await upload_file(host, place, PurePath(path).name, file, progress)


async def upload_file(
    host: ClientHost, place: UploadAddress, name: str, file: IO[bytes], progress: Callable[[int, int], None]
) -> str:
    """The same with an open file, which is closed. Raises NotUploaded, or host.NotHere."""
    with file:
        server, size = place.server, file.seek(0, 2)
        file.seek(0)
        # Importing aiohttp takes 0.2 s, so only an upload does it, and in the background.
        await asyncio.to_thread(import_module, "chover.client.upload_request")
        _reader, writer = await host.connect(server)
        try:
            answer = await _post(writer.transport, place, name, file, size, progress)
        finally:
            writer.transport.abort()
    if answer.location:
        return harmless(urljoin(place.url, answer.location))
    words = harmless(answer.text.strip().split("\n")[0])[:200]
    raise NotUploaded(_("The server refused the file: {reason}", reason=words or harmless(answer.status)))


async def _post(
    transport: asyncio.WriteTransport,
    place: UploadAddress,
    name: str,
    file: IO[bytes],
    size: int,
    progress: Callable[[int, int], None],
) -> Answer:
    from chover.client.upload_request import NoAnswer, post  # noqa: PLC0415 - see upload_file

    try:
        async with asyncio.timeout(None) as limit:
            body = _pieces(file, size, progress, limit)
            # A transport of streams works in both directions.
            both = cast(asyncio.Transport, transport)
            return await post(both, place.url, _headers(place, name, size), body, ANSWER_BYTES)
    except TimeoutError:
        raise NotUploaded(_("The server received the file but does not answer; try again.")) from None
    except (NoAnswer, OSError) as error:
        raise NotUploaded(
            _("The connection broke ({reason}); try again.", reason=harmless(str(error)) or _("no answer"))
        ) from error


def _headers(place: UploadAddress, name: str, size: int) -> dict[str, str]:
    headers = {
        "User-Agent": f"chover/{__version__}",
        "Content-Type": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "Content-Length": str(size),
        "Connection": "close",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
    }
    if place.account and (place.server.tls or place.server.local):
        secret = base64.b64encode(f"{place.account}:{place.password}".encode()).decode()
        headers["Authorization"] = f"Basic {secret}"
    return headers


async def _pieces(
    file: IO[bytes], size: int, progress: Callable[[int, int], None], limit: asyncio.Timeout
) -> AsyncIterator[bytes]:
    """The contents of the file. After its end the server has ``ANSWER_SECONDS`` to answer."""
    sent = 0
    progress(sent, size)
    while chunk := file.read(CHUNK):
        yield chunk
        sent += len(chunk)
        progress(sent, size)
    limit.reschedule(asyncio.get_running_loop().time() + ANSWER_SECONDS)
