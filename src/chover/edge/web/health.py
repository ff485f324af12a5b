"""Whether this server does its work, for those who watch it from outside."""

from __future__ import annotations

from aiohttp import web

from chover.edge.hall import Hall
from chover.edge.web.answers import plain


def routes(hall: Hall) -> list[web.RouteDef]:
    async def healthz(_request: web.Request) -> web.Response:
        ailment = await hall.host.ailment()
        return plain(503, ailment) if ailment else plain(200, "ok")

    return [web.get("/healthz", healthz)]
