"""A little reverse proxy below a path: what nginx, Caddy and Traefik do, with the headers that they send."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator

import aiohttp
from aiohttp import web

HOP = {"connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding", "upgrade"}
"""Headers that are of one connection alone (RFC 9110, 7.6.1), or of the content that aiohttp has unpacked."""


@contextlib.contextmanager
def proxying(port: int, path: str, **headers: str) -> Iterator[int]:
    """Takes ``path`` away and asks the server on ``port``; the port that it listens on. ``headers`` with _ for -."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    proxy = Proxy(f"http://127.0.0.1:{port}", path, told)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(proxy.open(), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(proxy.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Proxy:
    def __init__(self, server: str, path: str, headers: dict[str, str]) -> None:
        self._server, self._path, self._headers = server, path, headers

    async def open(self) -> int:
        self._client = aiohttp.ClientSession(auto_decompress=True)
        app = web.Application(client_max_size=10**8)
        app.router.add_route("*", self._path + "/{rest:.*}", self._pass_on)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return self._runner.addresses[0][1]

    async def close(self) -> None:
        await self._client.close()
        await self._runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        target = self._server + request.raw_path.removeprefix(self._path)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in {*HOP, "host"}}
        headers |= {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Host": request.host, "X-Forwarded-Proto": "http"}
        headers |= self._headers
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._converse(request, target, headers)
        async with self._client.request(
            request.method, target, headers=headers, data=await request.read(), allow_redirects=False
        ) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP}
            return web.Response(status=answer.status, headers=kept, body=await answer.read())

    async def _converse(self, request: web.Request, target: str, headers: dict[str, str]) -> web.StreamResponse:
        ours = {name: value for name, value in headers.items() if not name.lower().startswith("sec-websocket")}
        here = web.WebSocketResponse(protocols=["text.ircv3.net"])
        await here.prepare(request)
        async with self._client.ws_connect(target, headers=ours, protocols=["text.ircv3.net"]) as there:
            ways = [asyncio.ensure_future(_flow(here, there)), asyncio.ensure_future(_flow(there, here))]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
        await here.close()
        return here


Socket = web.WebSocketResponse | aiohttp.ClientWebSocketResponse


async def _flow(source: Socket, sink: Socket) -> None:
    async for message in source:
        await sink.send_str(message.data)
