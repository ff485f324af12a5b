"""Where other programs post messages to a channel: ``POST /hooks/TOKEN``."""

from __future__ import annotations

import asyncio
import math
from typing import Final

from aiohttp import web

from chover.edge.listener_context import ListenerContext
from chover.edge.web.answers import plain
from chover.ports import Hooks, NotPosted

MOST_BYTES: Final = 256 * 1024
"""Largest post in bytes, inclusive."""
PATIENCE_SECONDS: Final = 30.0
"""Time limit for receiving a post."""


def routes(shared: ListenerContext) -> list[web.RouteDef]:
    routes = HookRoutes(shared)
    path = "/hooks/{token}"
    return [web.post(path, routes.take), web.get(path, routes.explain)]


class HookRoutes:
    """Accepts posts, and explains how to post."""

    def __init__(self, shared: ListenerContext) -> None:
        self._shared = shared

    @property
    def _hooks(self) -> Hooks:
        hooks = self._shared.host.hooks
        if hooks is None:
            raise NotPosted(404, "This server has no hooks")
        return hooks

    async def take(self, request: web.Request) -> web.Response:
        token = request.match_info["token"]
        try:
            self._hooks.find(token)
            body = await _received(request)
            await self._hooks.post(token, body, {name.lower(): value for name, value in request.headers.items()})
        except NotPosted as error:
            return refused(error)
        return plain(200, "ok")

    async def explain(self, request: web.Request) -> web.Response:
        try:
            hook, channel = self._hooks.find(request.match_info["token"])
        except NotPosted as error:
            return refused(error)
        how = 'POST text or JSON such as {"text": "hello"} to this address'
        return plain(200, f"This hook works: it speaks in {channel} as {hook.name}. {how}")


def refused(error: NotPosted) -> web.Response:
    later = {"Retry_After": str(math.ceil(error.wait))} if error.wait else {}
    response = plain(error.status, str(error), **later)
    if error.status in {408, 413}:
        # The rest of it is not read.
        response.force_close()
    return response


async def _received(request: web.Request) -> bytes:
    """The body. Raises NotPosted if it is too large or too slow."""
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while chunk := await request.content.read(MOST_BYTES):
                body += chunk
                if len(body) > MOST_BYTES:
                    raise NotPosted(413, f"A post has at most {MOST_BYTES} bytes")
    except TimeoutError:
        raise NotPosted(408, f"The post did not arrive within {PATIENCE_SECONDS:g} seconds; send it again") from None
    return bytes(body)
