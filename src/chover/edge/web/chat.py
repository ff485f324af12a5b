"""IRC over WebSocket: one line per frame (https://ircv3.net/specs/extensions/websocket)."""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import urlsplit

import msgspec
from aiohttp import WSMsgType, hdrs, web

from chover.edge.listener_context import ListenerContext
from chover.edge.web import client_address
from chover.edge.web.answers import plain
from chover.edge.web.frames import BINARY, TEXT, Framer
from chover.edge.web.handler import HttpHandler
from chover.ports import OpenSession, Refused

PATH: Final = "/irc"
MESSAGE_BYTES: Final = 16384
"""Longest message, tags included: twice what a session accepts, so that the session can refuse too long ones itself."""
_FRAMERS: Final = {"text.ircv3.net": TEXT, "binary.ircv3.net": BINARY}
_PORTS: Final = {"http": 80, "https": 443}


class ChatSink:
    """Where a session writes (ports.Sink): its lines go to the transport as frames, in one piece."""

    session: OpenSession
    descriptor = -1
    """Frames go through their transport."""

    def __init__(
        self, transport: asyncio.Transport, socket: web.WebSocketResponse, framer: Framer, seconds: float
    ) -> None:
        self._transport = transport
        self._socket = socket
        self._frame = framer.frame
        self._close_seconds = seconds
        self._reading = asyncio.Event()
        self._reading.set()
        self._closing: asyncio.TimerHandle | None = None
        self._goodbye: asyncio.Task[bool] | None = None

    async def read(self) -> None:
        """Pass messages from the peer to the session until one of them ends it."""
        async for message in self._socket:
            if message.type is WSMsgType.TEXT:
                self.session.receive(message.data.encode() + b"\r\n")
            elif message.type is WSMsgType.BINARY:
                self.session.receive(message.data + b"\r\n")
            await self._reading.wait()

    def over(self, reason: str) -> None:
        self._reading.set()
        if self._closing:
            self._closing.cancel()
        self.session.lost(reason)

    # ---- from the session

    def write(self, data: bytes) -> None:
        self._transport.write(self._frame(data))

    def backlog(self) -> int:
        return self._transport.get_write_buffer_size()

    def pause(self) -> None:
        # Messages that arrive meanwhile wait in aiohttp's queue, which stops reading when it is full.
        self._reading.clear()

    def resume(self) -> None:
        self._reading.set()

    def close(self) -> None:
        if not self._goodbye and not self._transport.is_closing():
            loop = asyncio.get_running_loop()
            self._closing = loop.call_later(self._close_seconds, self._transport.abort)
            self._reading.set()
            self._goodbye = loop.create_task(self._socket.close())

    def abort(self) -> None:
        self._transport.abort()


def comes_from_elsewhere(request: web.BaseRequest, shared: ListenerContext) -> bool:
    """Whether the page that asks belongs to another site. Browsers say so in Origin; other clients do not send it.

    A page is ours if its origin is the requested host, and that host is one of our names. Otherwise the page's own name
    leads here.
    """
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None or origin.lower() in shared.origins:
        return False
    return not (client_address.is_ours(shared, request) and _same_host(origin, client_address.host(shared, request)))


def _same_host(origin: str, host: str) -> bool:
    """Compared without the scheme, because a proxy in front of us may have terminated TLS."""
    try:
        page = urlsplit(origin)
        ours = urlsplit(f"//{host}")
        default = _PORTS.get(page.scheme, 0)
        return bool(page.hostname) and (page.hostname, page.port or default) == (ours.hostname, ours.port or default)
    except ValueError:
        return False


def not_ours() -> web.Response:
    """The response to a page of another site."""
    return plain(
        403, "This page belongs to another site, or the server does not know its own name: see web.origins and web.url"
    )


def wants_chat(request: web.BaseRequest) -> bool:
    return request.headers.get(hdrs.UPGRADE, "").lower() == "websocket"


def routes(shared: ListenerContext) -> list[web.RouteDef]:
    async def chat(request: web.Request) -> web.StreamResponse:
        if not wants_chat(request):
            return plain(426, "This address is for IRC over WebSocket; open / in a browser", Upgrade="websocket")
        if comes_from_elsewhere(request, shared):
            return not_ours()
        return await converse(request, shared)

    return [web.get(PATH, chat, allow_head=False)]


async def converse(request: web.Request, shared: ListenerContext) -> web.StreamResponse:
    """Open a session for a WebSocket and stay until it is over."""
    handler = request.protocol
    assert isinstance(handler, HttpHandler)
    # While the connection still counts as the proxy's, because only a proxy is trusted.
    site = client_address.site(shared, request)
    try:
        client_address.enter(shared, handler.accepted, request)
    except Refused as refused:
        return plain(429, str(refused))
    seconds = shared.settings.close_seconds
    socket = web.WebSocketResponse(
        protocols=tuple(_FRAMERS), compress=False, max_msg_size=MESSAGE_BYTES, timeout=seconds
    )
    await socket.prepare(request)
    transport = request.transport
    if transport is None:
        return socket
    # A high-water mark of 0: ``pause_writing`` then reports everything that is not accepted at once.
    transport.set_write_buffer_limits(high=0)
    chat = ChatSink(transport, socket, _FRAMERS.get(socket.ws_protocol or "", TEXT), seconds)
    peer = msgspec.structs.replace(handler.accepted.peer("web"), site=site)
    chat.session = shared.host.open_session(peer, chat)
    handler.chat = chat
    handler.accepted.in_session = True
    if not chat.backlog():
        chat.session.drained()
    try:
        await chat.read()
    finally:
        handler.chat_over("Connection closed")
    return socket
