"""The health of this server, for external monitoring."""

from __future__ import annotations

from aiohttp import web

from chover.edge.listener_context import ListenerContext
from chover.edge.web.answers import plain


def routes(shared: ListenerContext) -> list[web.RouteDef]:
    async def healthz(_request: web.Request) -> web.Response:
        ailment = await shared.host.ailment()
        if ailment:
            return plain(503, ailment)
        warning = shared.host.clock_warning()
        return plain(200, f"ok, but {warning}" if warning else "ok")

    return [web.get("/healthz", healthz)]
