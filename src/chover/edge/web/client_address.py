"""The client's address: the connection's peer, or what a trusted proxy reports."""

from __future__ import annotations

import re
from typing import Final, cast

from aiohttp import hdrs, web

from chover.edge.accepted import AcceptedConnection
from chover.edge.listener_context import ListenerContext
from chover.edge.web.handler import HttpHandler
from chover.ports import Peer
from chover.wire.address import host_and_port

_FOR: Final = "X-Forwarded-For"
_PROTO: Final = "X-Forwarded-Proto"
_HOST: Final = "X-Forwarded-Host"
_PREFIX: Final = "X-Forwarded-Prefix"
_PATH: Final = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)+(?=/?$)")
PREFIX_CHARS: Final = 100
"""Longest path prefix that a proxy has removed; a longer one is ignored."""
_SECURE: Final = frozenset({"https", "wss"})


def accepted_of(request: web.BaseRequest) -> AcceptedConnection:
    return cast("HttpHandler", request.protocol).accepted


def _forwarded(request: web.BaseRequest) -> str:
    return ",".join(request.headers.getall(_FOR, []))


def peer(shared: ListenerContext, request: web.BaseRequest) -> Peer:
    """The peer of one request; the same connection of a proxy may forward somebody else next time.

    A request with X-Forwarded-For came through a proxy, trusted or not, and is never taken for this machine.
    """
    accepted, forwarded = accepted_of(request), _forwarded(request)
    address = shared.trusted.behind(accepted.address, forwarded) if forwarded else accepted.address
    via = accepted.address if forwarded else accepted.via
    return Peer(address, 0 if forwarded else accepted.port, "web", is_secure(shared, request), via=via)


def is_secure(shared: ListenerContext, request: web.BaseRequest) -> bool:
    """Whether TLS protects the connection from the client, as far as is known here."""
    accepted = accepted_of(request)
    said = request.headers.get(_PROTO, "").lower() in _SECURE
    return said if _PROTO in request.headers and shared.trusted.includes(accepted.address) else accepted.tls


def host(shared: ListenerContext, request: web.BaseRequest) -> str:
    """The host that was requested, as the client knows it."""
    said = request.headers.get(_HOST, "").partition(",")[0].strip()
    return (
        said if said and shared.trusted.includes(accepted_of(request).address) else request.headers.get(hdrs.HOST, "")
    )


def is_ours(shared: ListenerContext, request: web.BaseRequest) -> bool:
    """Whether the requested host is this server, as far as is known here."""
    return shared.names.includes(host(shared, request))


def site(shared: ListenerContext, request: web.BaseRequest) -> str:
    """The base URL of this server's pages, as the client knows it: ``https://chat.example.org/chat``.

    A path that a proxy has removed is known from the proxy, or from the setting. If the client used a name that is not
    ours, the result is the setting, or the address at which the connection was accepted.
    """
    scheme = "https" if is_secure(shared, request) else "http"
    if not is_ours(shared, request):
        return shared.url or f"{scheme}://{_here(request)}"
    asked = f"{scheme}://{host(shared, request)}"
    if path := prefix(shared, request):
        return asked + path
    return shared.url if shared.url == asked or shared.url.startswith(asked + "/") else asked


def _here(request: web.BaseRequest) -> str:
    """The address at which the connection was accepted, in the form for a URL."""
    transport = request.transport
    name, port = transport.get_extra_info("sockname")[:2] if transport else ("localhost", 0)
    return host_and_port(name, port)


def prefix(shared: ListenerContext, request: web.BaseRequest) -> str:
    """The path prefix that a trusted proxy has removed, like ``/chat``; empty for none, or for an invalid one."""
    said = request.headers.get(_PREFIX, "")
    believed = len(said) <= PREFIX_CHARS and shared.trusted.includes(accepted_of(request).address)
    found = _PATH.match(said) if believed else None
    return found[0] if found else ""


def enter(shared: ListenerContext, accepted: AcceptedConnection, request: web.BaseRequest) -> None:
    """Count the connection under the client's address from now on, and use it for the session. Raises Refused."""
    asking = peer(shared, request)
    accepted.tls = asking.tls
    if asking.address != accepted.address:
        shared.brought(accepted, asking.address, 0)
    accepted.via = asking.via
