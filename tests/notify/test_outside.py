"""Posting to an address that somebody has named, with real sockets on loopback."""

import asyncio
import contextlib
import socket
import threading

import pytest
from aiohttp import web

from chover import lookup
from chover.notify import outside
from chover.notify.guard import Guard
from chover.notify.outside import DestinationUnreachable, OutgoingHttp


class There:
    """A program that is posted to."""

    def __init__(self):
        self.seen = []
        self.answer = web.Response
        self.port = 0

    async def take(self, request):
        self.seen.append((request.path, await request.read(), dict(request.headers)))
        return await self.answer() if asyncio.iscoroutinefunction(self.answer) else self.answer()

    def url(self, host="127.0.0.1"):
        return f"http://{host}:{self.port}/in"


@pytest.fixture
async def there():
    there = There()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", there.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    there.port = runner.addresses[0][1]
    yield there
    await runner.cleanup()


@pytest.fixture
async def opened():
    """Makes ways out, with networks that are allowed."""
    async with contextlib.AsyncExitStack() as stack:

        def open_(*networks):
            way = OutgoingHttp(Guard(networks))
            stack.push_async_callback(way.close)
            return way

        yield open_


async def test_what_is_posted_arrives_with_its_headers(there, opened):
    assert await opened("127.0.0.1").post(there.url(), b"hello", {"X-A": "b"}) == 200
    [(path, body, headers)] = there.seen
    assert (path, body, headers["X-A"]) == ("/in", b"hello", "b")
    assert headers["User-Agent"].startswith("chover/")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0.0.0.0", "127.1", "2130706433", "0x7f.1", "①②⑦.⓪.⓪.①", "[::1]", "[::ffff:127.0.0.1]",
     "[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b:1::7f00:1]", "[fec0::1]", "0177.0.0.1",
     "example.org@127.0.0.1"],
)  # fmt: skip
async def test_nobody_inside_is_reached_however_the_address_is_written(there, opened, host):
    with pytest.raises(DestinationUnreachable):
        await opened().post(there.url(host), b"hello", {})
    assert not there.seen


async def test_beside_one_that_is_reached_the_one_that_is_not_allowed_is_left_alone(there, opened):
    """Two addresses of this machine: the second alone is allowed."""
    other = There()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", other.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.2", 0).start()
    other.port = runner.addresses[0][1]
    way = opened("127.0.0.2")
    assert await way.post(other.url("127.0.0.2"), b"hello", {}) == 200
    with pytest.raises(DestinationUnreachable):
        await way.post(there.url(), b"hello", {})
    other.answer = lambda: web.Response(status=302, headers={"Location": there.url()})
    assert await way.post(other.url("127.0.0.2"), b"again", {}) == 302
    assert [len(other.seen), len(there.seen)] == [2, 0]
    await runner.cleanup()


async def test_a_dns_that_hangs_keeps_no_thread_from_others(opened, monkeypatch):
    hanging = threading.Event()
    monkeypatch.setattr(lookup.socket, "getaddrinfo", lambda *_, **__: hanging.wait(10) * [])
    monkeypatch.setattr(outside, "addresses_of", lookup.Lookups(lookup._resolve, seconds=0.05).find)
    way = opened()
    posts = [way.post(f"https://name{number}.example.org/", b"", {}) for number in range(40)]
    answers = await asyncio.gather(*posts, return_exceptions=True)
    assert all(isinstance(answer, DestinationUnreachable) for answer in answers)
    async with asyncio.timeout(5):
        assert await asyncio.to_thread(lambda: "free") == "free"
    hanging.set()


async def test_why_it_is_not_reached_is_told(there, opened):
    with pytest.raises(DestinationUnreachable, match=r"127\.0\.0\.1 is not in the public network"):
        await opened().post(there.url(), b"hello", {})


async def test_a_name_is_judged_by_where_it_leads_when_it_is_connected_to(there, opened, monkeypatch):
    """The first answer is public, the second is not: DNS rebinding."""
    way = opened("127.0.0.1")
    resolved = []

    async def resolve(host, port, **_):
        resolved.append(host)
        address = "10.0.0.1" if len(resolved) > 1 else "127.0.0.1"
        family = socket.AF_INET
        return [{"hostname": host, "host": address, "port": port, "family": family, "proto": 0, "flags": 0}]

    monkeypatch.setattr(way._session.connector, "_resolve_host", resolve)
    there.answer = lambda: web.Response(headers={"Connection": "close"})
    assert await way.post(there.url("rebind.test"), b"one", {}) == 200
    with pytest.raises(DestinationUnreachable, match=r"10\.0\.0\.1 is not in the public network"):
        await way.post(there.url("rebind.test"), b"two", {})
    assert len(resolved) == 2
    assert [body for _, body, _ in there.seen] == [b"one"]


async def test_a_redirect_is_an_answer_and_not_followed(there, opened):
    there.answer = lambda: web.Response(status=307, headers={"Location": "/elsewhere"})
    assert await opened("127.0.0.1").post(there.url(), b"hello", {}) == 307
    assert [path for path, _, _ in there.seen] == ["/in"]


async def test_cookies_are_not_brought_again(there, opened):
    way = opened("127.0.0.1")
    there.answer = lambda: web.Response(headers={"Set-Cookie": "a=b"})
    await way.post(there.url(), b"one", {})
    await way.post(there.url(), b"two", {})
    assert "Cookie" not in there.seen[1][2]


async def test_a_proxy_of_the_environment_is_not_used(there, opened, monkeypatch):
    monkeypatch.setenv("http_proxy", there.url())
    with pytest.raises(DestinationUnreachable):
        await opened().post("http://10.0.0.1/", b"hello", {})
    assert not there.seen


async def test_anyone_who_does_not_answer_is_waited_for_so_long(there, opened, monkeypatch):
    monkeypatch.setattr(outside, "SECONDS", 0.2)
    forever = asyncio.Event()

    async def never():
        await forever.wait()
        return web.Response()

    there.answer = never
    with pytest.raises(DestinationUnreachable, match="no answer within"):
        await opened("127.0.0.1").post(there.url(), b"hello", {})
    forever.set()


async def test_an_endless_answer_is_not_read(there, opened):
    there.answer = lambda: web.Response(body=b"x" * 50_000_000)
    assert await opened("127.0.0.1").post(there.url(), b"hello", {}) == 200


async def test_what_speaks_no_http_is_told(opened):
    async def mumble(_, writer):
        writer.write(b"220 mail.example.org ESMTP\r\n")
        writer.close()

    server = await asyncio.start_server(mumble, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(DestinationUnreachable):
        await opened("127.0.0.1").post(f"http://127.0.0.1:{port}/", b"hello", {})
    server.close()
    await server.wait_closed()
