"""One HTTP connection, and the session that a WebSocket makes of it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final, Protocol, cast

from aiohttp import web

from chover import server_log
from chover.edge.accepted import AcceptedConnection
from chover.edge.irc import why_lost
from chover.edge.listener_context import ListenerContext
from chover.edge.web.answers import plain
from chover.ports import OpenSession

log: Final = logging.getLogger(__name__)

KEEP_ALIVE_SECONDS: Final = 75.0
"""A connection without a request for so long is closed."""
_TOO_SLOW: Final = (
    b"HTTP/1.1 408 Request Timeout\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
    b"This request came too slowly: send it again\n"
)


class Chatting(Protocol):
    """What a WebSocket has turned the connection into."""

    session: OpenSession

    def over(self, reason: str) -> None: ...


class HttpHandler(web.RequestHandler):
    """aiohttp's protocol for accepted sockets.

    It releases the connection, and tells a session whether its peer keeps up.
    """

    def __init__(self, server: web.Server, shared: ListenerContext, accepted: AcceptedConnection) -> None:
        loop = asyncio.get_running_loop()
        # No access log, because people's addresses are private, and paths can contain secrets.
        super().__init__(server, loop=loop, keepalive_timeout=KEEP_ALIVE_SECONDS, access_log=cast("Any", None))
        self.accepted = accepted
        self.chat: Chatting | None = None
        self._shared = shared
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.accepted.end = cast("asyncio.Transport", transport).abort
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._waits_for_head():
            self._head_is_here()
        elif self._head_timer is None:
            seconds = self._shared.settings.head_seconds
            self._head_timer = asyncio.get_running_loop().call_later(seconds, self._head_is_late)

    def _waits_for_head(self) -> bool:
        """Whether what came was the beginning of a request: no body, no frame, and no whole head."""
        idle = self._request_count == 0 or (self._waiter is not None and not self._waiter.done())
        return idle and not self._messages and self.transport is not None

    def _head_is_here(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_is_late(self) -> None:
        """Otherwise a peer that sends a byte now and then could stay as long as an idle connection."""
        self._shared.slow_requests += 1
        log.info("given up: an HTTP request that came too slowly%s", server_log.from_address(self.accepted.address))
        if self.transport is not None:
            self.transport.write(_TOO_SLOW)
        self.force_close()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self.chat:
            self.chat.session.held_up()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.chat:
            self.chat.session.drained()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._head_is_here()
        try:
            self.chat_over(why_lost(exc if isinstance(exc, Exception) else None))
            super().connection_lost(exc)
        finally:
            self.accepted.leave()

    def chat_over(self, reason: str) -> None:
        """Tell the session that its peer is gone; does nothing the second time."""
        chat, self.chat = self.chat, None
        if chat:
            chat.over(reason)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - aiohttp's own words, which are not ours
    ) -> web.StreamResponse:
        """A malformed request is not logged, nor is a peer who has left; a bug is."""
        if status >= 500 and not isinstance(exc, ConnectionError):
            log.error("a web request failed: %s /%s", request.method, _family(request.path), exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun already")
        text = (
            "This is a bug in the server; its log has the details"
            if status >= 500
            else "This is not an HTTP/1.1 request"
        )
        response = plain(status, text)
        response.force_close()
        return response


def _family(path: str) -> str:
    """The first part of a path: the rest may be secret."""
    return path[1:].partition("/")[0]
