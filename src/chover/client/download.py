"""Fetches a file of our own server, by a connection with the same trust as the chat."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import Final, cast

from chover.client.connection.dial import Unreachable
from chover.client.connection.trust import Untrusted
from chover.client.local.host import ClientHost, NotHere
from chover.client.upload import NotUploaded, UploadAddress
from chover.i18n import _
from chover.version import __version__
from chover.wire.plain import harmless

SECONDS: Final = 30.0


class NotDownloaded(Exception):
    """The text is one line that says why."""


async def download(host: ClientHost, url: str, most: int) -> bytes:
    """The contents of a file, of at most so many bytes. Raises NotDownloaded."""
    # Importing aiohttp takes 0.2 s, so it is done in the background.
    await asyncio.to_thread(import_module, "chover.client.upload_request")
    from chover.client.upload_request import NoAnswer, get  # noqa: PLC0415 - see above

    try:
        async with asyncio.timeout(SECONDS):
            writer = (await host.connect(UploadAddress(url).server))[1]
            try:
                # A transport of streams works in both directions.
                both = cast(asyncio.Transport, writer.transport)
                headers = {"User-Agent": f"chover/{__version__}", "Connection": "close"}
                return await get(both, url.partition("#")[0], headers, most)
            finally:
                writer.transport.abort()
    except TimeoutError:
        raise NotDownloaded(_("the server does not answer")) from None
    except (NoAnswer, NotHere, NotUploaded, Unreachable, Untrusted, OSError) as error:
        raise NotDownloaded(harmless(str(error)) or _("no answer")) from error
