"""Pictures of the server's emoji. A name with another picture has another address, so browsers keep them."""

from __future__ import annotations

from typing import Final

from aiohttp import hdrs, web

from chover.edge.listener_context import ListenerContext
from chover.edge.web.answers import plain
from chover.edge.web.files import CHUNK_BYTES, LEFT_ALONE
from chover.edge.web.ranges import PartOfFile, streamed_answer
from chover.ports.files import SERVER_FILES

_CACHE: Final = "public, max-age=31536000, immutable"


def routes(shared: ListenerContext) -> list[web.RouteDef]:
    async def give(request: web.Request) -> web.StreamResponse:
        try:
            found = await shared.host.files.find(request.match_info["file"])
        except OSError:
            return plain(502, "The picture cannot be reached at the moment: try again later")
        if found is None or found[0].owner != SERVER_FILES:
            return plain(404, "There is no such emoji")
        file, content = found
        headers = {
            hdrs.CONTENT_TYPE: file.kind,
            hdrs.CACHE_CONTROL: _CACHE,
            "Content-Security-Policy": LEFT_ALONE,
        }
        if content.path is not None:
            return PartOfFile(content.path, chunk_size=CHUNK_BYTES, headers=headers)
        return await streamed_answer(request, content, file.digest, headers)

    return [web.get("/emoji/{file:[A-Za-z0-9_-]{22}}", give)]
