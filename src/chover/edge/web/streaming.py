"""Answers with a content that lies elsewhere than on this machine: whole, or the part that was requested."""

from __future__ import annotations

from typing import Final

from aiohttp import hdrs, web

from chover.edge.web.ranges import ByteRange, Unsatisfiable, is_current, part_of
from chover.ports import FileContent

NEVER: Final = -1.0
"""The content has no date: only its tag says that it is current."""


async def answer(request: web.Request, content: FileContent, etag: str, headers: dict[str, str]) -> web.StreamResponse:
    """``etag`` names the content, which never changes. Raises OSError if it cannot be read, before anything is sent."""
    headers = {**headers, hdrs.ACCEPT_RANGES: "bytes", hdrs.ETAG: f'"{etag}"'}
    if f'"{etag}"' in {tag.strip() for tag in request.headers.get(hdrs.IF_NONE_MATCH, "").split(",")}:
        return web.Response(status=304, headers=headers)
    try:
        part = _part(request, content.size, etag)
    except Unsatisfiable:
        return web.Response(status=416, headers={**headers, hdrs.CONTENT_RANGE: f"bytes */{content.size}"})
    first, last = part or ByteRange(0, content.size - 1)
    if part:
        headers[hdrs.CONTENT_RANGE] = f"bytes {first}-{last}/{content.size}"
    response = web.StreamResponse(status=206 if part else 200, headers=headers)
    response.content_length = last + 1 - first
    if request.method == hdrs.METH_HEAD or last < first:
        await response.prepare(request)
        return response
    return await _streamed(request, response, content, ByteRange(first, last))


def _part(request: web.Request, size: int, etag: str) -> ByteRange | None:
    """The part that is sent; None for all of it. Raises Unsatisfiable."""
    asked = request.headers.getall(hdrs.RANGE, [])
    conditions = request.headers.getall(hdrs.IF_RANGE, [])
    if len(asked) != 1 or request.method != hdrs.METH_GET:
        return None
    if not all(is_current(condition, etag, NEVER) for condition in conditions):
        return None
    return part_of(asked[0], size)


async def _streamed(
    request: web.Request, response: web.StreamResponse, content: FileContent, part: ByteRange
) -> web.StreamResponse:
    chunks = content.read(*part)
    begun = await anext(chunks, b"")
    await response.prepare(request)
    await response.write(begun)
    try:
        async for chunk in chunks:
            await response.write(chunk)
    except OSError as error:
        # The client sees that it ends too early.
        raise ConnectionResetError(*error.args) from error
    await response.write_eof()
    return response
