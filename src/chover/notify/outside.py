"""The only HTTP client for addresses that somebody has named, used by hooks, push and previews of links.

Each socket is opened to a numeric address that the guard allows. So a name that resolves differently the second time,
or another notation of an address, does not help. This module imports aiohttp, so it is imported on a thread.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from chover.lookup import addresses_of
from chover.notify.guard import Guard
from chover.version import __version__

SECONDS: Final = 15.0
"""Time limit for one post."""
CONNECT_SECONDS: Final = 5.0
ANSWER_BYTES: Final = 4096
"""No more of an answer is read."""
AT_ONCE: Final = 32
AT_ONCE_THERE: Final = 4
"""Connections to one host."""


GET_SECONDS: Final = 8.0
"""Time limit for a page or a picture, redirects included."""
REDIRECTS: Final = 3


class Fetched(NamedTuple):
    """``url`` is where the redirects have led; ``kind`` the media type without parameters, in lower case."""

    url: str
    kind: str
    charset: str
    body: bytes


class DestinationUnreachable(Exception):
    """There was no answer; the text is one line that says why."""


class Forbidden(OSError):
    """The guard does not allow the address."""


class Resolver(AbstractResolver):
    """Looks names up in its own threads; aiohttp would use those that read and write files."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = [(address, _family(address)) for address in await addresses_of(host)]
        return [
            ResolveResult(hostname=host, host=address, port=port, family=of, proto=0, flags=socket.AI_NUMERICHOST)
            for address, of in found
            if family in {socket.AF_UNSPEC, of}
        ]

    async def close(self) -> None: ...


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


class OutgoingHttp:
    """Posts data and fetches pages. Connections are kept for a while, cookies never."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        connector = aiohttp.TCPConnector(
            limit=AT_ONCE, limit_per_host=AT_ONCE_THERE, socket_factory=self._socket, resolver=Resolver()
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=SECONDS, sock_connect=CONNECT_SECONDS),
            headers={"User-Agent": f"chover/{__version__}"},
            auto_decompress=False,
        )

    def _socket(self, place: Any) -> socket.socket:
        """Called for each address of a name; if one is forbidden, the next one is tried."""
        family, kind, proto, _, address = place
        if not self.guard.allows(str(address[0])):
            raise Forbidden(f"{address[0]} is not in the public network, and not allowed in outgoing.networks")
        return socket.socket(family, kind, proto)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Post data. Returns the status of the answer, whatever it is. Raises DestinationUnreachable."""
        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                await answer.content.read(ANSWER_BYTES)
                return answer.status
        except TimeoutError:
            raise DestinationUnreachable(f"no answer within {SECONDS:g} seconds") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise DestinationUnreachable(_reason(error)) from error

    async def get(self, url: str, kinds: tuple[str, ...], most: int, *, whole: bool = False) -> Fetched:
        """What is at an address, if its media type begins with one of ``kinds``: ``most`` bytes, or ``whole``.

        Raises DestinationUnreachable, also for anything else that is there.
        """
        asked = {"Accept": ", ".join(f"{kind}*" if kind.endswith("/") else kind for kind in kinds)}
        try:
            # Nothing is unpacked, so that nothing can grow.
            async with self._session.get(
                url,
                headers={**asked, "Accept-Encoding": "identity"},
                max_redirects=REDIRECTS,
                timeout=aiohttp.ClientTimeout(total=GET_SECONDS, sock_connect=CONNECT_SECONDS),
            ) as answer:
                _require(answer, kinds)
                body = await _read(answer.content, most)
                if whole and len(body) > most:
                    raise DestinationUnreachable(f"more than {most} bytes")
                return Fetched(str(answer.url), answer.content_type.lower(), answer.charset or "", body[:most])
        except TimeoutError:
            raise DestinationUnreachable(f"no answer within {GET_SECONDS:g} seconds") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise DestinationUnreachable(_reason(error)) from error

    async def close(self) -> None:
        await self._session.close()
        # Let the transports run once, so that they close.
        await asyncio.sleep(0)


def _reason(error: Exception) -> str:
    inner = getattr(error, "os_error", None) or error
    return " ".join(str(inner).split())[:200] or type(error).__name__


def _require(answer: aiohttp.ClientResponse, kinds: tuple[str, ...]) -> None:
    """Raises DestinationUnreachable unless it is what was asked for."""
    if answer.status != 200:
        raise DestinationUnreachable(f"status {answer.status}")
    if not answer.content_type.lower().startswith(kinds):
        raise DestinationUnreachable("another media type")
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise DestinationUnreachable("it is packed, although that was not asked for")


async def _read(content: aiohttp.StreamReader, most: int) -> bytes:
    """So many bytes, and one more if there are more."""
    parts, left = [], most + 1
    while left > 0 and (part := await content.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
