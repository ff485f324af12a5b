"""Pictures of link previews: checked copies, so that nobody's browser asks the sites that they come from."""

from __future__ import annotations

from typing import Final

from aiohttp import hdrs, web

from chover.edge.listener_context import ListenerContext
from chover.edge.web.answers import plain
from chover.edge.web.downloads.files import LEFT_ALONE

_PLACE: Final = "/previews/{signature:[A-Za-z0-9_-]{22}}/{name:[A-Za-z0-9_-]{1,2000}}"


def routes(shared: ListenerContext) -> list[web.RouteDef]:
    async def give(request: web.Request) -> web.Response:
        previews = shared.host.previews
        found = await previews.picture(**request.match_info) if previews is not None else None
        if found is None:
            return plain(404, "There is no such picture, or it cannot be fetched at the moment")
        headers = {
            hdrs.CONTENT_TYPE: found.kind,
            hdrs.CACHE_CONTROL: "private, max-age=86400",
            "Content-Security-Policy": LEFT_ALONE,
        }
        return web.Response(body=found.data, headers=headers)

    return [web.get(_PLACE, give)]
