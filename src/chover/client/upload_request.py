"""One HTTP request over a connection that is already open and trusted. Imported for the first file."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

import aiohttp
import msgspec
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from chover.i18n import _

if TYPE_CHECKING:
    from aiohttp.client import ClientTimeout
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.tracing import Trace

_WITHOUT_LIMIT = aiohttp.ClientTimeout(total=None, sock_connect=None)


class NoAnswer(Exception):
    """No answer, or one that is not HTTP; the text says which."""


class Answer(msgspec.Struct, frozen=True):
    """``location`` is "" unless the server has accepted the upload; ``text`` is the beginning of the body."""

    status: str
    location: str
    text: str


class _OpenConnection(aiohttp.BaseConnector):
    """Provides the connection that the client's host has opened, with its certificate or pin already checked."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__(force_close=True)
        self._transport = transport

    async def _create_connection(
        self,
        req: ClientRequest,  # noqa: ARG002 - aiohttp's signature
        traces: list[Trace],  # noqa: ARG002
        timeout: ClientTimeout,  # noqa: ARG002, ASYNC109
    ) -> ResponseHandler:
        handler = ResponseHandler(asyncio.get_running_loop())
        self._transport.set_protocol(handler)
        handler.connection_made(self._transport)
        return handler


async def post(
    transport: asyncio.Transport, url: str, headers: Mapping[str, str], body: AsyncIterator[bytes], most: int
) -> Answer:
    """Send ``body``, and read at most ``most`` bytes of the answer. Raises NoAnswer or OSError.

    Redirects are not followed, and a name or password in the address is not sent.
    """
    address = URL(url, encoded=True).with_user(None)
    try:
        async with (
            aiohttp.ClientSession(
                connector=_OpenConnection(transport), cookie_jar=aiohttp.DummyCookieJar(), timeout=_WITHOUT_LIMIT
            ) as session,
            session.post(address, data=body, headers=headers, allow_redirects=False) as response,
        ):
            text = await _beginning(response.content, most)
            # A server that refuses early does not want the rest.
            response.close()
            location = response.headers.get("Location", "") if 200 <= response.status < 300 else ""
            return Answer(f"{response.status} {response.reason}", location, text.decode("utf-8", "replace"))
    except aiohttp.ClientResponseError:
        raise NoAnswer(_("its answer is not HTTP")) from None
    except aiohttp.ClientError as error:
        raise NoAnswer(str(error) or _("no answer")) from error


async def get(transport: asyncio.Transport, url: str, headers: Mapping[str, str], most: int) -> bytes:
    """A file of at most so many bytes. Raises NoAnswer or OSError. Redirects are not followed."""
    address = URL(url, encoded=True).with_user(None)
    try:
        async with (
            aiohttp.ClientSession(
                connector=_OpenConnection(transport), cookie_jar=aiohttp.DummyCookieJar(), timeout=_WITHOUT_LIMIT
            ) as session,
            session.get(address, headers=headers, allow_redirects=False) as response,
        ):
            if response.status != HTTPStatus.OK:
                gone = response.status == HTTPStatus.NOT_FOUND
                raise NoAnswer(_("it is no longer there") if gone else _("it is refused"))
            found = bytearray()
            async for chunk in response.content.iter_any():
                found += chunk
                if len(found) > most:
                    response.close()
                    raise NoAnswer(_("it is too large"))
            return bytes(found)
    except aiohttp.ClientError as error:
        raise NoAnswer(str(error) or "no answer") from error


async def _beginning(content: aiohttp.StreamReader, most: int) -> bytes:
    got = bytearray()
    # A truncated body is better than none.
    with contextlib.suppress(aiohttp.ClientError, OSError):
        while len(got) < most and (chunk := await content.read(most - len(got))):
            got += chunk
    return bytes(got)
