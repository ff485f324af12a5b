"""Uploads: POST, PUT and multipart forms to send files; GET, HEAD and DELETE under addresses that cannot be guessed.

The client's side is https://codeberg.org/emersion/soju/src/branch/master/doc/ext/filehost.md (soju.im/FILEHOST).
"""

from __future__ import annotations

import asyncio
import logging
import re
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final
from urllib.parse import quote, unquote

from aiohttp import (
    BadContentDispositionHeader,
    BadContentDispositionParam,
    BodyPartReader,
    MultipartReader,
    hdrs,
    web,
)
from aiohttp.http_exceptions import HttpProcessingError

from chover.edge.listener_context import ListenerContext
from chover.edge.web import client_address
from chover.edge.web.answers import plain
from chover.edge.web.chat import comes_from_elsewhere, not_ours
from chover.edge.web.downloads.ranges import PartOfFile, streamed_answer
from chover.edge.web.identity import denied, login_of, not_let_in
from chover.engine.ids import UserId
from chover.ports import Denied, File, Files, NotTaken, Obstacle, StoreError
from chover.ports.files import SERVER_FILES

_log = logging.getLogger(__name__)

PATH: Final = "/files"

# What aiohttp warns of is in the words of whoever sent the form, and would go to the server's log as it stands.
warnings.filterwarnings("ignore", category=BadContentDispositionHeader)
warnings.filterwarnings("ignore", category=BadContentDispositionParam)

GUEST: Final = UserId("")
CHUNK_BYTES: Final = 256 * 1024
IDLE_SECONDS: Final = 30.0
"""An upload is given up if no data arrives for so long."""
SLOWEST_BYTES: Final = 1024
"""Average bytes per second, checked after IDLE_SECONDS: a slower upload is given up."""
RETRY_SECONDS: Final = 60
AVATAR_CACHE: Final = "private, max-age=86400, immutable"
"""What a page shows beside names (``?avatar``) is not asked for again for a day: a new picture has a new address."""
EMOJI_CACHE: Final = "public, max-age=31536000, immutable"
LEFT_ALONE: Final = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'none'; sandbox; frame-ancestors 'none'"
)
"""Nothing in an upload is executed or loads anything, whatever a browser takes it for."""
STATUS: Final = {
    Obstacle.OFF: 404,
    Obstacle.GUESTS: 401,
    Obstacle.TOO_LARGE: 413,
    Obstacle.KIND: 415,
    Obstacle.QUOTA: 413,
    Obstacle.DISK: 507,
    Obstacle.BUSY: 429,
}
_FETCHED_AS: Final[dict[str, str | tuple[str, ...]]] = {
    "image": "image/",
    "audio": ("audio/", "video/"),
    "video": ("audio/", "video/"),
}
"""What a browser shows a file as (https://w3c.github.io/webappsec-fetch-metadata/), and its kinds for that."""
BROKEN: Final = (HttpProcessingError, ValueError, RuntimeError)
"""What aiohttp raises for a malformed form (RFC 7578)."""
_EXTENDED: Final = re.compile(r"filename\*=(?:UTF-8|utf-8)'[^']*'([^;\s]+)")
_NAME: Final = re.compile(r"""(?:^|[;\s])filename="((?:[^"\\]|\\.)*)"|(?:^|[;\s])filename=([^;\s]+)""")


def routes(shared: ListenerContext) -> list[web.RouteDef]:
    routes = FileRoutes(shared)
    one, name = "/{file:[A-Za-z0-9_-]{22}}", "/{name:[^/]+}"
    return [
        web.options(PATH, routes.options),
        web.post(PATH, routes.take),
        web.post(PATH + "/", routes.take),
        web.put(PATH + name, routes.take),
        *(web.get(PATH + one + end, routes.give) for end in ("", name)),
        *(web.delete(PATH + one + end, routes.remove) for end in ("", name)),
        web.get("/emoji" + one, routes.give_emoji),
    ]


class FileRoutes:
    """Accepts uploads and serves them."""

    def __init__(self, shared: ListenerContext) -> None:
        self._shared = shared

    @property
    def _files(self) -> Files:
        return self._shared.host.files

    # ---- in

    async def options(self, request: web.Request) -> web.Response:
        return web.Response(status=204, headers={"Allow": "OPTIONS, POST", "Accept-Post": "*/*", **self._cors(request)})

    def _cors(self, request: web.Request) -> dict[str, str]:
        """For pages of the sites in ``web.origins`` (https://fetch.spec.whatwg.org/#http-cors-protocol)."""
        origin = request.headers.get(hdrs.ORIGIN, "")
        if origin.lower() not in self._shared.origins:
            return {}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Headers": "authorization, content-disposition, content-type",
            "Access-Control-Expose-Headers": "location",
            "Vary": "Origin",
        }

    async def take(self, request: web.Request) -> web.Response:
        if comes_from_elsewhere(request, self._shared):
            return not_ours()
        try:
            file, pixels = await self._received(request, await self._account(request))
        except Denied as error:
            return not_let_in(request, error)
        except NotTaken as refused:
            return _refused(request, refused)
        except TimeoutError:
            return plain(408, "It arrived too slowly, or not at all: send it again")
        except StoreError as error:
            return plain(507, str(error))
        site = client_address.site(self._shared, request)
        address = f"{site}{PATH}/{file.id}/{quote(file.name)}{_fragment(pixels, file.size)}"
        return plain(201, address, Location=address, **{k.replace("-", "_"): v for k, v in self._cors(request).items()})

    async def _account(self, request: web.Request) -> UserId:
        """The account whose upload it is; empty for a guest. Raises Denied."""
        login = await login_of(self._shared, request)
        return login.account.id if login else GUEST

    async def _received(self, request: web.Request, owner: UserId) -> tuple[File, tuple[int, int] | None]:
        """The upload, and width and height if it is a picture. Raises NotTaken and StoreError."""
        name, size, body = await _sent(request)
        upload = await self._files.begin(owner, name, size, client_address.peer(self._shared, request).address)
        try:
            async for chunk in body:
                await upload.write(chunk)
            return await upload.keep(), upload.pixels
        finally:
            await upload.drop()

    # ---- out

    async def give(self, request: web.Request) -> web.StreamResponse:
        try:
            found = await self._files.find(request.match_info["file"])
        except OSError as error:
            return _unreachable(error)
        if found is None:
            return plain(404, "There is no such file, or it has expired")
        file, content = found
        if not file.kind.startswith(_FETCHED_AS.get(request.headers.get("Sec-Fetch-Dest", ""), "")):
            return plain(415, "This is not what its name says, or too large to be shown")
        shown = "inline" if self._files.is_shown(file) else "attachment"
        headers = {
            hdrs.CONTENT_TYPE: file.kind,
            hdrs.CONTENT_DISPOSITION: f"{shown}; filename*=UTF-8''{quote(file.name, safe='')}",
            hdrs.CACHE_CONTROL: AVATAR_CACHE
            if "avatar" in request.query and shown == "inline"
            else "private, no-cache",
            "Content-Security-Policy": LEFT_ALONE,
        }
        if content.path is not None:
            return PartOfFile(content.path, chunk_size=CHUNK_BYTES, headers=headers)
        try:
            return await streamed_answer(request, content, file.digest, headers)
        except OSError as error:
            return _unreachable(error)

    async def give_emoji(self, request: web.Request) -> web.StreamResponse:
        """A picture of the server's emoji. One with another picture has another address, so browsers keep it."""
        try:
            found = await self._files.find(request.match_info["file"])
        except OSError:
            return plain(502, "The picture cannot be reached at the moment: try again later")
        if found is None or found[0].owner != SERVER_FILES:
            return plain(404, "There is no such emoji")
        file, content = found
        headers = {
            hdrs.CONTENT_TYPE: file.kind,
            hdrs.CACHE_CONTROL: EMOJI_CACHE,
            "Content-Security-Policy": LEFT_ALONE,
        }
        if content.path is not None:
            return PartOfFile(content.path, chunk_size=CHUNK_BYTES, headers=headers)
        return await streamed_answer(request, content, file.digest, headers)

    async def remove(self, request: web.Request) -> web.Response:
        try:
            owner = await self._account(request)
        except Denied as error:
            return not_let_in(request, error)
        if await self._files.remove(request.match_info["file"], owner):
            return plain(200, "The file is gone")
        return plain(404, "There is no such file of yours")


def _unreachable(error: OSError) -> web.Response:
    _log.error("an upload could not be read: %s", error)
    return plain(502, "The file cannot be reached at the moment: try again later")


def _refused(request: web.Request, refused: NotTaken) -> web.Response:
    if refused.obstacle is Obstacle.GUESTS:
        return denied(request, str(refused))
    later = {"Retry_After": str(RETRY_SECONDS)} if refused.obstacle is Obstacle.BUSY else {}
    return plain(STATUS[refused.obstacle], str(refused), **later)


def _fragment(pixels: tuple[int, int] | None, size: int) -> str:
    """Width and height of a picture, or the bytes of another file, as a URL fragment.

    Clients ignore it, unless they want to reserve space or to show what it is without asking.
    """
    return f"#{pixels[0]}x{pixels[1]}" if pixels else f"#size={size}"


async def _sent(request: web.Request) -> tuple[str, int | None, AsyncIterator[bytes]]:
    """Name, announced size and content: the body itself, or the first file of a form."""
    if request.content_type != "multipart/form-data":
        name = request.match_info.get("name") or _name(request.headers.get(hdrs.CONTENT_DISPOSITION, ""))
        return name, request.content_length, _chunks(request)
    async for part in _parts(request):
        if isinstance(part, BodyPartReader) and part.filename:
            return part.filename, None, _of_form(part)
    raise NotTaken(Obstacle.KIND, "This form contains no file")


async def _parts(request: web.Request) -> AsyncIterator[BodyPartReader | MultipartReader]:
    try:
        async for part in await request.multipart():
            if part is not None:
                yield part
    except BROKEN as error:
        raise _damaged() from error


def _chunks(request: web.Request) -> AsyncIterator[bytes]:
    return _in_time(lambda: request.content.read(CHUNK_BYTES))


def _of_form(part: BodyPartReader) -> AsyncIterator[bytes]:
    return _in_time(lambda: _read(part))


async def _in_time(read: Callable[[], Awaitable[bytes]]) -> AsyncIterator[bytes]:
    """What is read, until nothing more comes. Raises TimeoutError for what comes too slowly."""
    clock = asyncio.get_running_loop().time
    began, size = clock(), 0
    while True:
        async with asyncio.timeout(IDLE_SECONDS):
            chunk = await read()
        if not chunk:
            return
        size += len(chunk)
        if size < (clock() - began - IDLE_SECONDS) * SLOWEST_BYTES:
            raise TimeoutError
        yield chunk


def _damaged() -> NotTaken:
    return NotTaken(Obstacle.KIND, "This form is damaged; send the file by itself")


async def _read(part: BodyPartReader) -> bytes:
    try:
        return await part.read_chunk(CHUNK_BYTES)
    except BROKEN as error:
        raise _damaged() from error


def _name(disposition: str) -> str:
    """The file name in Content-Disposition, or empty; the one in UTF-8 if there are two (RFC 6266, 4.3)."""
    if extended := _EXTENDED.search(disposition):
        return unquote(extended[1])
    found = _NAME.search(disposition)
    if not found:
        return ""
    quoted, bare = found.groups()
    return re.sub(r"\\(.)", r"\1", quoted or "") or bare or ""
