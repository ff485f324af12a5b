"""Where owners fetch what they have said: ``GET /exports/SECRET``, an address that NickServ makes."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Final
from urllib.parse import quote

from aiohttp import hdrs, web

from chover.edge.listener_context import ListenerContext
from chover.edge.web.answers import plain
from chover.ports import NotExported, OpenExport, StoreError

PATH: Final = "/exports/{secret}"
KIND: Final = "application/jsonl; charset=utf-8"
PATIENCE_SECONDS: Final = 60.0
"""For one block to be taken: whoever reads no further is let go."""


def routes(shared: ListenerContext) -> list[web.RouteDef]:
    async def give(request: web.Request) -> web.StreamResponse:
        exports = shared.host.exports
        if exports is None:
            return plain(404, "This server has no exports")
        try:
            export = await exports.open(request.match_info["secret"])
        except NotExported as error:
            return plain(503, str(error), Retry_After="60") if error.later else plain(404, str(error))
        except StoreError as error:
            return plain(503, str(error), Retry_After="60")
        return await _given(request, export)

    # A question for the head alone would read everything for nothing.
    return [web.get(PATH, give, allow_head=False)]


async def _given(request: web.Request, export: OpenExport) -> web.StreamResponse:
    disposition = f"attachment; filename*=UTF-8''{quote(export.name, safe='')}"
    headers = {hdrs.CONTENT_TYPE: KIND, hdrs.CONTENT_DISPOSITION: disposition, hdrs.CACHE_CONTROL: "no-store"}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    async with aclosing(export.blocks) as blocks:
        async for block in blocks:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await response.write(block)
    await response.write_eof()
    return response
