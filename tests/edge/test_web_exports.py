"""Exports over HTTP: only by their secret, as a file, and nothing is read for nobody."""

import aiohttp
import pytest

from chover.ports import NotExported, OpenExport


class FakeExports:
    """One export of two blocks, whose secret is secret."""

    def __init__(self):
        self.opened = 0
        self.ended = 0
        self.busy = False

    async def open(self, secret):
        if secret != "secret":
            raise NotExported("There is no such export", later=False)
        if self.busy:
            raise NotExported("Others are exporting", later=True)
        self.opened += 1
        return OpenExport("chat-of-ädä.jsonl", self._blocks())

    async def _blocks(self):
        try:
            yield b'{"type":"export"}\n'
            yield b'{"type":"message"}\n'
        finally:
            self.ended += 1


@pytest.fixture
async def site(port):
    port.host.exports = FakeExports()
    await port.open()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port.number}") as session:
        yield session


async def test_it_is_a_file_that_nobody_keeps_on_the_way(site, port):
    async with site.get("/exports/secret") as response:
        assert (response.status, await response.text()) == (200, '{"type":"export"}\n{"type":"message"}\n')
        assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''chat-of-%C3%A4d%C3%A4.jsonl"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert port.host.exports.ended == 1


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "guessed", 404), ("HEAD", "secret", 405)])
async def test_nothing_is_read_for_nobody(site, port, method, path, status):
    async with site.request(method, f"/exports/{path}") as response:
        assert response.status == status
    assert port.host.exports.opened == 0


async def test_too_many_at_once_are_told_when_to_come_again(site, port):
    port.host.exports.busy = True
    async with site.get("/exports/secret") as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "60")


async def test_a_server_without_exports_says_so(site, port):
    port.host.exports = None
    async with site.get("/exports/secret") as response:
        assert response.status == 404
