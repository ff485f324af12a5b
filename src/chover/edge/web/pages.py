"""The web client's files: made and compressed once."""

from __future__ import annotations

import asyncio
import functools
import gzip
import hashlib
import re
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from aiohttp import hdrs, web

from chover.edge.listener_context import ListenerContext, PageRequests
from chover.edge.web import client_address
from chover.edge.web.answers import PartOfAPage, plain
from chover.edge.web.assets import translations, versioned
from chover.edge.web.assets.comments import without_comments
from chover.edge.web.chat import comes_from_elsewhere, converse, not_ours, wants_chat

_FILES: Final = Path(__file__).parents[2] / "web"
MISDIRECTED: Final = (
    "This server does not know that it has the name by which you came here. Its operator can tell it: server.address,"
    " web.url or web.origins in its settings. By its IP address it can be reached meanwhile"
)
"""For a name that is not ours, because the page could not connect from there (``edge.own_names``)."""
INDEX: Final = versioned.INDEX
KINDS: Final = {
    ".html": "text/html; charset=utf-8",
    # Modules and workers are always UTF-8 (https://html.spec.whatwg.org/#fetch-a-single-module-script).
    ".js": "text/javascript",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json; charset=utf-8",
}
"""The media types of the web client's files. Files of other types are not served."""
_MADE: Final = {**KINDS, ".map": "application/json", ".json": "application/json"}
"""The same with what is made of them."""
_FOR_EVER: Final = "max-age=31536000, immutable"
"""For an address whose contents never change (RFC 8246)."""
_PARTS: Final = frozenset({KINDS[".js"], KINDS[".css"]})
"""A worker, the exception, is subject to the policy of its own file."""
_ASKED: Final = "no-cache"
_TEXTS: Final = frozenset({".html", ".js", ".css"})
_NO_GZIP: Final = re.compile(r"\bgzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")


class StaticFile(NamedTuple):
    name: str
    kind: str
    body: bytes
    gzipped: bytes
    """Empty if that is not smaller."""
    tag: str
    kept: str
    """Cache-Control."""


@functools.cache
def load() -> dict[str, StaticFile]:
    """The files of the web client by their path below it, with /. Takes some 30 ms: call it in a thread first."""
    return {
        path.relative_to(_FILES).as_posix(): _file(path)
        for path in sorted(_FILES.rglob("*"))
        if path.suffix in KINDS and not any(part.startswith(".") for part in path.relative_to(_FILES).parts)
    }


@functools.cache
def version() -> dict[str, StaticFile]:
    """What is made of them for a visit (``assets.versioned``), by its path: the page, and what belongs to its version.

    Takes some 50 ms: call it in a thread first.
    """
    texts = {name: page.body.decode() for name, page in load().items() if Path(name).suffix in _TEXTS}
    made = versioned.made({**texts, **translations.made()})
    files = {f"{made.folder}{name}": _static(name, text.encode(), _FOR_EVER) for name, text in made.files.items()}
    return {INDEX: _static(INDEX, made.page.encode(), _ASKED), **files}


def _file(path: Path) -> StaticFile:
    body = path.read_bytes()
    if path.suffix in {".js", ".css"}:
        body = without_comments(body.decode()).encode()
    # Icons are referenced by every button, so they are requested often.
    return _static(path.name, body, "max-age=60" if path.suffix == ".svg" else _ASKED)


def _static(name: str, body: bytes, kept: str) -> StaticFile:
    gzipped = gzip.compress(body, mtime=0)
    tag = hashlib.blake2b(body, digest_size=5).hexdigest()
    packed = gzipped if len(gzipped) < len(body) else b""
    return StaticFile(Path(name).name, _MADE[Path(name).suffix], body, packed, tag, kept)


def routes(shared: ListenerContext) -> list[web.RouteDef]:
    pages = {**load(), **version()}

    async def index(request: web.Request) -> web.StreamResponse:
        # Clients of other servers may look for IRC at any path.
        if not wants_chat(request):
            note(request)
            known = hdrs.HOST not in request.headers or client_address.is_ours(shared, request)
            return answer(request, pages[INDEX]) if known else plain(421, MISDIRECTED)
        if comes_from_elsewhere(request, shared):
            return not_ours()
        return await converse(request, shared)

    note = partial(_note, shared.page_requests)
    return [web.get("/", index), *(web.get(f"/{name}", _serving(page, note)) for name, page in pages.items())]


def _note(requests: PageRequests, request: web.Request) -> None:
    """Remember that a browser is loading the page. Others open no connections ahead."""
    if request.headers.get(hdrs.USER_AGENT, "").startswith("Mozilla/"):
        requests.note(client_address.accepted_of(request).address, asyncio.get_running_loop().time())


def _serving(
    page: StaticFile, note: Callable[[web.Request], None]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.StreamResponse:
        note(request)
        return answer(request, page)

    return serve


def answer(request: web.BaseRequest, page: StaticFile) -> web.Response:
    """A file, or 304 if the browser has it already (RFC 9110, 13.1.2)."""
    packed = bool(page.gzipped) and takes_gzip(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
    # Each encoding is a separate representation and needs its own tag.
    tag = f'"{page.tag}z"' if packed else f'"{page.tag}"'
    headers = {hdrs.ETAG: tag, hdrs.CACHE_CONTROL: page.kept, hdrs.VARY: hdrs.ACCEPT_ENCODING}
    kind = PartOfAPage if page.kind in _PARTS and page.name != versioned.WORKER else web.Response
    if _has_it(request, tag.strip('"')):
        return kind(status=304, headers=headers)
    headers[hdrs.CONTENT_TYPE] = page.kind
    if packed:
        headers[hdrs.CONTENT_ENCODING] = "gzip"
    return kind(body=page.gzipped if packed else page.body, headers=headers)


def takes_gzip(accepted: str) -> bool:
    """Whether Accept-Encoding allows gzip; ``*`` alone is treated as no."""
    return "gzip" in accepted and not _NO_GZIP.search(accepted)


def _has_it(request: web.BaseRequest, tag: str) -> bool:
    known = request.headers.getall(hdrs.IF_NONE_MATCH, [])
    tags = {word.strip().removeprefix("W/").strip('"') for line in known for word in line.split(",")}
    return tag in tags or "*" in tags
