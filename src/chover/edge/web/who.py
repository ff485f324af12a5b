"""Who asks: the connection's peer, or whom a trusted proxy brings."""

from __future__ import annotations

import re
from typing import Final, cast

from aiohttp import hdrs, web

from chover.edge.hall import Hall
from chover.edge.visit import Visit
from chover.edge.web.door import HttpDoor
from chover.ports import Peer

_FOR: Final = "X-Forwarded-For"
_PROTO: Final = "X-Forwarded-Proto"
_HOST: Final = "X-Forwarded-Host"
_PREFIX: Final = "X-Forwarded-Prefix"
_PATH: Final = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)+(?=/?$)")
PREFIX_CHARS: Final = 100
"""Of a path that a proxy has taken away; a longer one is not believed."""
_SECURE: Final = frozenset({"https", "wss"})


def _visit(request: web.BaseRequest) -> Visit:
    return cast("HttpDoor", request.protocol).visit


def _forwarded(request: web.BaseRequest) -> str:
    return ",".join(request.headers.getall(_FOR, []))


def peer(hall: Hall, request: web.BaseRequest) -> Peer:
    """Who asks this one thing; the same connection of a proxy may bring somebody else next time.

    Whoever comes with X-Forwarded-For has a proxy in between, believed or not, and is never taken for this machine.
    """
    visit, forwarded = _visit(request), _forwarded(request)
    address = hall.trusted.behind(visit.address, forwarded) if forwarded else visit.address
    via = visit.address if forwarded else visit.via
    return Peer(address, 0 if forwarded else visit.port, "web", is_secure(hall, request), via=via)


def is_secure(hall: Hall, request: web.BaseRequest) -> bool:
    """Whether TLS protects the way from the one who asks, as far as it is known here."""
    visit = _visit(request)
    said = request.headers.get(_PROTO, "").lower() in _SECURE
    return said if _PROTO in request.headers and hall.trusted.includes(visit.address) else visit.tls


def host(hall: Hall, request: web.BaseRequest) -> str:
    """The host that was asked, as the one who asks knows it."""
    said = request.headers.get(_HOST, "").partition(",")[0].strip()
    return said if said and hall.trusted.includes(_visit(request).address) else request.headers.get(hdrs.HOST, "")


def site(hall: Hall, request: web.BaseRequest) -> str:
    """Where this server's pages are, as the one who asks knows it: ``https://chat.example.org/chat``.

    A path that a proxy has taken away is known from the proxy, or else from the setting.
    """
    asked = f"{'https' if is_secure(hall, request) else 'http'}://{host(hall, request)}"
    if path := prefix(hall, request):
        return asked + path
    return hall.url if hall.url == asked or hall.url.startswith(asked + "/") else asked


def prefix(hall: Hall, request: web.BaseRequest) -> str:
    """The path in front of ours that a trusted proxy has taken away, like ``/chat``; empty for none, or for no path."""
    said = request.headers.get(_PREFIX, "")
    believed = len(said) <= PREFIX_CHARS and hall.trusted.includes(_visit(request).address)
    found = _PATH.match(said) if believed else None
    return found[0] if found else ""


def enter(hall: Hall, visit: Visit, request: web.BaseRequest) -> None:
    """From now on the connection is the one's who asks: counted, and known to the session. Raises Refused."""
    asking = peer(hall, request)
    visit.tls = asking.tls
    if asking.address != visit.address:
        hall.brought(visit, asking.address, 0)
    visit.via = asking.via
