"""One connection that speaks HTTP, and the session that a WebSocket makes of it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final, Protocol, cast

from aiohttp import web

from chover.edge.accepted import AcceptedConnection
from chover.edge.irc import why_lost
from chover.edge.web.answers import plain
from chover.ports import OpenSession

log: Final = logging.getLogger(__name__)

KEEP_ALIVE_SECONDS: Final = 75.0
"""A connection on which nothing is asked for so long is closed."""


class Chatting(Protocol):
    """What a WebSocket has made of the connection."""

    session: OpenSession

    def over(self, reason: str) -> None: ...


class HttpHandler(web.RequestHandler):
    """aiohttp's protocol for accepted sockets; it gives the connection back, and tells a session how its peer reads."""

    def __init__(self, server: web.Server, accepted: AcceptedConnection) -> None:
        loop = asyncio.get_running_loop()
        # No access log: addresses of people are nobody's business, and paths can hold secrets.
        super().__init__(server, loop=loop, keepalive_timeout=KEEP_ALIVE_SECONDS, access_log=cast("Any", None))
        self.accepted = accepted
        self.chat: Chatting | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.accepted.end = cast("asyncio.Transport", transport).abort
        super().connection_made(transport)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self.chat:
            self.chat.session.held_up()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.chat:
            self.chat.session.drained()

    def connection_lost(self, exc: BaseException | None) -> None:
        try:
            self.chat_over(why_lost(exc if isinstance(exc, Exception) else None))
            super().connection_lost(exc)
        finally:
            self.accepted.leave()

    def chat_over(self, reason: str) -> None:
        """Tell the session that its peer is gone; the second time does nothing."""
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
        """What is no HTTP is nothing to log, and neither is a peer who has left; a bug is."""
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
    """The first part of a path: what stands behind it may open something."""
    return path[1:].partition("/")[0]
