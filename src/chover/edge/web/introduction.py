"""What the page shows before anybody connects: the server's name, its welcome, and the ways in."""

from __future__ import annotations

import msgspec
from aiohttp import web

from chover.edge.listener_context import ListenerContext


def routes(shared: ListenerContext) -> list[web.RouteDef]:
    async def introduce(_request: web.Request) -> web.Response:
        body = msgspec.json.encode(shared.host.introduction())
        return web.Response(body=body, content_type="application/json", headers={"Cache-Control": "no-cache"})

    return [web.get("/introduction.json", introduce)]
