"""The web side of a listener: aiohttp's application, made of the table of routes."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from chover.edge.accepted import AcceptedConnection
from chover.edge.listener_context import ListenerContext
from chover.edge.web.answers import make_safe, plain
from chover.edge.web.handler import HttpHandler
from chover.edge.web.legible import legible
from chover.edge.web.table import FAMILIES

# It warns about each client that asks for an unknown subprotocol, which does not concern operators.
logging.getLogger("aiohttp.websocket").setLevel(logging.ERROR)

SHUTDOWN_SECONDS = 1.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """Makes a handler for each HTTP connection."""

    def __init__(self, shared: ListenerContext, runner: web.AppRunner, server: web.Server) -> None:
        self._shared = shared
        self._runner = runner
        self._server = server

    @classmethod
    async def open(cls, shared: ListenerContext) -> Site:
        app = web.Application(middlewares=[explain])
        app.on_response_prepare.append(make_safe)
        for routes in FAMILIES:
            app.add_routes(routes(shared))
        runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_SECONDS)
        await runner.setup()
        assert runner.server
        runner.server.request_factory = legible(runner.server.request_factory)
        return cls(shared, runner, runner.server)

    def handler(self, accepted: AcceptedConnection) -> HttpHandler:
        return HttpHandler(self._server, self._shared, accepted)

    async def close(self) -> None:
        await self._runner.cleanup()


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Explain unknown paths and methods in words."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return plain(404, "There is nothing at this address. The chat is at /")
    except web.HTTPMethodNotAllowed as error:
        return plain(405, f"{error.method} is not allowed here", Allow=", ".join(sorted(error.allowed_methods)))
    except web.HTTPRequestEntityTooLarge:
        return plain(413, "This is more than the server accepts")
    except web.HTTPException as error:
        return plain(error.status, error.reason)
