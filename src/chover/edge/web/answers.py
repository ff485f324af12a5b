"""Headers that every response has, and responses in plain text."""

from __future__ import annotations

from typing import Final

from aiohttp import web

CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self';"
    " connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
"""Only our own files are run or loaded, and nothing inline."""
SAFE: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_PARTS: Final = {"X-Content-Type-Options": "nosniff"}
"""Headers of parts of a page. A first load has sixty of them, so everything that can safely be left out is left out."""


class PartOfAPage(web.Response):
    """A script or a style sheet, which is subject to the policy of the page that loads it."""


async def make_safe(_request: web.Request, response: web.StreamResponse) -> None:
    """Add the safety headers, unless the route has set them, and hide the versions of our software."""
    response.headers.popall("Server", None)
    for name, value in (_PARTS if isinstance(response, PartOfAPage) else SAFE).items():
        response.headers.setdefault(name, value)


def plain(status: int, text: str, **headers: str) -> web.Response:
    """A line of text that must not be cached. ``headers`` are written with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(status=status, text=f"{text}\n", headers={**SAFE, "Cache-Control": "no-store", **named})
