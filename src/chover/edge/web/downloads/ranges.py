"""Which part of a file is requested (RFC 9110, 14): one part, or all of it if the request is not understood.

Several parts that do not touch are answered with the whole file, which a server may always do (14.2).
"""

from __future__ import annotations

import math
import os
import re
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web_request import BaseRequest
from multidict import CIMultiDict

from chover.ports import FileContent

GAP_BYTES: Final = 80
"""Parts that are no further apart are sent as one: a boundary between them would be as long."""
NEVER: Final = -1.0
"""The date of a content that lies elsewhere: only its tag says that it is current."""
_SPEC: Final = re.compile(r"([0-9]{1,19})-([0-9]{0,19})|-([0-9]{1,19})", re.ASCII)


class Unsatisfiable(Exception):
    """None of the requested parts exists: 416."""


class ByteRange(NamedTuple):
    """Bytes from ``first`` to ``last``, both inclusive, from 0."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"bytes={self.first}-{self.last}"


def part_of(text: str, size: int) -> ByteRange | None:
    """The part of a file of that size that a Range field requests; None for all of it. Raises Unsatisfiable."""
    unit, equals, specs = text.partition("=")
    found = [_SPEC.fullmatch(word.strip(" \t")) for word in specs.split(",") if word.strip(" \t")]
    # Another unit or an invalid range is ignored.
    if unit.strip().lower() != "bytes" or not equals or not found:
        return None
    parts = []
    for spec in found:
        if spec is None or (spec[2] and int(spec[2]) < int(spec[1])):
            return None
        first = int(spec[1]) if spec[1] else max(0, size - int(spec[3]))
        last = min(int(spec[2]), size - 1) if spec[2] else size - 1
        if first <= last:
            parts.append(ByteRange(first, last))
    if not parts:
        raise Unsatisfiable
    return _together(sorted(parts))


def _together(parts: list[ByteRange]) -> ByteRange | None:
    """The parts as one if they touch; None if they do not."""
    first, last = parts[0]
    for part in parts[1:]:
        if part.first > last + 1 + GAP_BYTES:
            return None
        last = max(last, part.last)
    return ByteRange(first, last)


def is_current(condition: str, etag: str, modified: float) -> bool:
    """Whether an If-Range field names the current file (13.1.5): by its strong tag, or by exactly its date."""
    if condition.startswith(('"', "W/")):
        return condition == f'"{etag}"'
    try:
        return int(parsedate_to_datetime(condition).timestamp()) == math.ceil(modified)
    except (ValueError, OverflowError):
        return False


class PartOfFile(web.FileResponse):
    """A file, or the requested part of it, with the request rewritten in a form that aiohttp understands."""

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter | None:
        asked = request.headers.getall(hdrs.RANGE, [])
        if not asked:
            return await super().prepare(request)
        headers = CIMultiDict(request.headers)
        headers.popall(hdrs.RANGE)
        conditions = headers.popall(hdrs.IF_RANGE, [])
        if request.method == hdrs.METH_GET and len(asked) == 1 and (part := self._part(asked[0], conditions)):
            headers[hdrs.RANGE] = str(part)
        return await super().prepare(request.clone(headers=headers))

    def _part(self, asked: str, conditions: list[str]) -> ByteRange | None:
        try:
            state = os.stat(self._path)  # noqa: PTH116 - as quick as it gets: it was found a moment ago
        except OSError:
            return None  # gone meanwhile, which is answered as that
        etag = f"{state.st_mtime_ns:x}-{state.st_size:x}"
        if not all(is_current(condition, etag, state.st_mtime) for condition in conditions):
            return None
        try:
            return part_of(asked, state.st_size)
        except Unsatisfiable:
            # aiohttp answers a range that begins behind the end with 416 and the size.
            return ByteRange(state.st_size, state.st_size)


async def streamed_answer(
    request: web.Request, content: FileContent, etag: str, headers: dict[str, str]
) -> web.StreamResponse:
    """An answer with a content that lies elsewhere than on this machine.

    ``etag`` names the content, which never changes. Raises OSError if it cannot be read, before anything is sent.
    """
    headers = {**headers, hdrs.ACCEPT_RANGES: "bytes", hdrs.ETAG: f'"{etag}"'}
    if f'"{etag}"' in {tag.strip() for tag in request.headers.get(hdrs.IF_NONE_MATCH, "").split(",")}:
        return web.Response(status=304, headers=headers)
    try:
        part = _wanted(request, content.size, etag)
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


def _wanted(request: web.Request, size: int, etag: str) -> ByteRange | None:
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
