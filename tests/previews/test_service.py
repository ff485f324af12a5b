"""Previews of pages of a real server, which is friendly or not."""

import asyncio

import pytest
from aiohttp import web

from chover.notify import outside
from chover.notify.guard import Guard
from chover.notify.outside import OutgoingHttp
from chover.previews import service as module
from chover.previews.service import LinkPreviews
from tests.previews.test_pictures import sized

PAGE = '<title>Tea</title><meta property="og:image" content="/pot.png">'


class Site:
    """A web site that counts what is asked of it."""

    def __init__(self):
        self.asked = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def answer(self, request):
        self.asked.append(request.path)
        await self.gate.wait()
        match request.path:
            case "/pot.png":
                return web.Response(body=sized(640, 480), content_type="image/png")
            case "/huge.png":
                return web.Response(body=bytes(3_000_000), content_type="image/png")
            case "/round":
                raise web.HTTPFound("/round")
            case "/inside":
                raise web.HTTPFound("http://127.0.0.2:9/")
            case "/gone":
                raise web.HTTPNotFound
            case "/film":
                return web.Response(body=b"film", content_type="video/mp4")
            case "/packed":
                return web.Response(body=b"x", content_type="text/html", headers={"Content-Encoding": "br"})
            case "/endless":
                return await self.endless(request)
            case "/heavy":
                return web.Response(
                    text='<title>Tea</title><meta property="og:image" content="/huge.png">', content_type="text/html"
                )
        return web.Response(text=PAGE, content_type="text/html")

    async def endless(self, request):
        answer = web.StreamResponse(headers={"Content-Type": "text/html"})
        await answer.prepare(request)
        await answer.write(PAGE.encode())
        try:
            while True:
                await answer.write(b"x" * 65_536)
        except ConnectionError:
            return answer


@pytest.fixture
async def site():
    found = Site()
    app = web.Application()
    app.router.add_get("/{any:.*}", found.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    place = web.TCPSite(runner, "127.0.0.1", 0)
    await place.start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    found.gate.set()
    await runner.cleanup()


@pytest.fixture
async def previews():
    http = OutgoingHttp(Guard(["127.0.0.1"]))

    async def reach():
        return http

    made = LinkPreviews(reach, b"k" * 32)
    made.http = http
    yield made
    await made.close()
    await http.close()


async def test_a_page_is_fetched_once_for_everybody_and_its_picture_is_ours(previews, site):
    first, second = await asyncio.gather(previews.of(f"{site.url}/", "ann"), previews.of(f"{site.url}/", "bob"))
    assert first == second == await previews.of(f"{site.url}/", "carol")
    assert (first.title, first.site, first.width, first.height) == ("Tea", "127.0.0.1", 640, 480)
    assert sorted(site.asked) == ["/", "/pot.png"]
    place, signature, name = first.picture.split("/")
    assert place == "previews"
    assert (await previews.picture(signature, name)).kind == "image/png"
    assert sorted(site.asked) == ["/", "/pot.png"]


async def test_a_picture_that_nobody_signed_is_not_fetched(previews, site):
    _, signature, _ = (await previews.of(f"{site.url}/", "ann")).picture.split("/")
    for name in ("aHR0cDovL2V2aWwuZXhhbXBsZS8", "%%%", "é", ""):
        assert await previews.picture(signature, name) is None
    assert len(site.asked) == 2


async def test_another_node_fetches_the_picture_that_this_one_has_signed(previews, site):
    _, signature, name = (await previews.of(f"{site.url}/", "ann")).picture.split("/")

    async def reach():
        return previews.http

    assert (await LinkPreviews(reach, b"k" * 32).picture(signature, name)).width == 640
    assert await LinkPreviews(reach, b"x" * 32).picture(signature, name) is None


async def test_an_endless_page_is_read_to_a_limit(previews, site):
    assert (await previews.of(f"{site.url}/endless", "ann")).title == "Tea"


async def test_a_picture_that_is_too_large_is_left_out(previews, site):
    found = await previews.of(f"{site.url}/heavy", "ann")
    assert (found.title, found.picture) == ("Tea", "")


@pytest.mark.parametrize("path", ["/round", "/inside", "/gone", "/film", "/packed", "/huge.png"])
async def test_anything_else_has_no_preview_and_is_not_asked_again(previews, site, path):
    assert await previews.of(site.url + path, "ann") is None
    count = len(site.asked)
    assert await previews.of(site.url + path, "ann") is None
    assert len(site.asked) == count


async def test_a_link_to_a_picture_is_that_picture(previews, site):
    found = await previews.of(f"{site.url}/pot.png", "ann")
    assert (found.title, found.width) == ("", 640)
    assert found.picture


async def test_nothing_inside_the_network_is_asked(site):
    http = OutgoingHttp(Guard())

    async def reach():
        return http

    assert await LinkPreviews(reach, b"k" * 32).of(f"{site.url}/", "ann") is None
    assert site.asked == []
    await http.close()


async def test_a_slow_page_is_given_up_and_the_others_do_not_wait_for_it(previews, site, monkeypatch):
    monkeypatch.setattr(outside, "GET_SECONDS", 0.3)
    site.gate.clear()
    assert await previews.of(f"{site.url}/slow", "ann") is None
    site.gate.set()
    assert (await previews.of(f"{site.url}/quick", "ann")).title == "Tea"


async def test_so_many_are_fetched_at_once_and_the_rest_is_told_and_counted(previews, site, monkeypatch):
    monkeypatch.setattr(module, "WAITING", 2)
    site.gate.clear()
    under_way = [asyncio.ensure_future(previews.of(f"{site.url}/{number}", f"p{number}")) for number in range(8)]
    await asyncio.sleep(0)
    assert await previews.of(f"{site.url}/more", "ann") is None
    site.gate.set()
    assert all(await asyncio.gather(*under_way))
    counted = {sample.labels["outcome"]: sample.value for sample in previews.measures()[0].samples}
    assert counted == {"made": 8, "too many": 1, "kept": 0, "nothing": 0, "failed": 0}
