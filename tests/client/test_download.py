"""Files of the server, fetched over the host's connection."""

import asyncio
import contextlib

import pytest

from chover.client.connection.dial import ServerAddress, connect
from chover.client.connection.trust import KnownServers
from chover.client.download import NotDownloaded, download
from tests.client.screen.stage import MemoryHost

FOUND = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


class FetchingHost(MemoryHost):
    async def connect(self, server: ServerAddress):
        return await connect(server, KnownServers())


@contextlib.asynccontextmanager
async def serving(answer):
    """A server that gives one answer to all, and notes what was asked."""
    asked, writers = [], []

    async def talk(reader, writer):
        writers.append(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
            writer.write(answer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/files/ID/tea.png", asked
    finally:
        server.close()
        await server.wait_closed()
        for writer in writers:
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def test_a_file_is_fetched_without_what_its_address_says_about_it():
    async with serving(FOUND) as (url, asked):
        assert await download(FetchingHost(), f"{url}#640x480", 100) == b"hello"
    [head] = asked
    assert head.startswith("GET /files/ID/tea.png HTTP/1.1\r\n")
    assert "Authorization" not in head
    assert "Cookie" not in head


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "it is no longer there"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n", "it is refused"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + bytes(101), "it is too large"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"64\r\n%s\r\n" % bytes(100) * 9,
            "it is too large",
        ),
        (b"nonsense\x1b[31m\r\n\r\n", ""),
        (b"", ""),
    ],
)
async def test_what_cannot_be_had_is_told_in_one_line(answer, reason):
    async with serving(answer) as (url, _):
        with pytest.raises(NotDownloaded, match=reason or None) as told:
            await download(FetchingHost(), url, 100)
    assert str(told.value).isprintable()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/files/ID/tea.png", "ftp://chat.test/files/ID/tea.png"])
async def test_a_server_that_is_not_there_or_no_web_address(url):
    with pytest.raises(NotDownloaded):
        await download(FetchingHost(), url, 100)
