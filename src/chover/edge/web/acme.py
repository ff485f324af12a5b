"""Where a certificate authority looks whether a domain leads here (RFC 8555, 8.3)."""

from __future__ import annotations

from aiohttp import web

from chover.edge.listener_context import ListenerContext


def routes(shared: ListenerContext) -> list[web.RouteDef]:
    async def answer(request: web.Request) -> web.Response:
        proof = shared.challenges.get(request.match_info["token"])
        if proof is None:
            raise web.HTTPNotFound
        return web.Response(body=proof.encode(), content_type="application/octet-stream")

    return [web.get("/.well-known/acme-challenge/{token}", answer)]
