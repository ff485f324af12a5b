import asyncio
import contextlib
import io

import pytest

from chover.client.connection.dial import ServerAddress
from chover.client.upload import NotUploaded, UploadAddress, upload
from tests.client.screen.stage import CAPS, MemoryHost, stage

TAKEN = b"HTTP/1.1 201 Created\r\nLocation: /files/abc/tea%20time.png\r\n\r\nhere"


class Desk(MemoryHost):
    """A host with one file, and a server on loopback that answers what the test says."""

    def __init__(self, content: bytes, answer: bytes, *, early: bool = False) -> None:
        super().__init__()
        self.content, self.answer, self.early = content, answer, early
        self.heads: list[list[str]] = []
        self.bodies: list[bytes] = []

    def file(self, path):
        if path != "tea time.png":
            raise FileNotFoundError(2, "No such file or directory")
        return io.BytesIO(self.content)

    async def connect(self, server: ServerAddress):
        return await asyncio.open_connection(server.host, server.port)

    async def serve(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        self.heads.append(lines)
        if not self.early:
            size = next(int(line.split(": ")[1]) for line in lines if line.startswith("Content-Length"))
            self.bodies.append(await reader.readexactly(size))
        writer.write(self.answer)
        with contextlib.suppress(OSError):
            await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def desk(content=b"x" * 200_000, answer=TAKEN, **how):
    made = Desk(content, answer, **how)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/files"
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()


async def test_a_file_is_sent_with_its_name_and_its_address_comes_back():
    async with desk() as made:
        told = []
        place = UploadAddress(made.url, "alice", "secret")
        address = await upload(made, place, "tea time.png", lambda sent, size: told.append((sent, size)))
        assert address == made.url.replace("/files", "/files/abc/tea%20time.png")
        assert "POST /files HTTP/1.1" in made.heads[0]
        assert "Content-Type: image/png" in made.heads[0]
        assert "Content-Disposition: attachment; filename*=UTF-8''tea%20time.png" in made.heads[0]
        assert "Authorization: Basic YWxpY2U6c2VjcmV0" in made.heads[0]
        assert made.bodies == [b"x" * 200_000]
        assert told[0] == (0, 200_000)
        assert told[-1] == (200_000, 200_000)
        assert len(told) > 3


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 413 Too Large\r\n\r\nAt most 10 MB\nmore", "The server refused the file: At most 10 MB"),
        (b"HTTP/1.1 500 Oops\r\n\r\n", "The server refused the file: HTTP/1.1 500 Oops"),
        (b"HTTP/1.1 403 No\r\n\r\n\x1b[31mred\x1b[0m", r"The server refused the file: \[31mred\[0m"),
        (b"nonsense", "The server refused the file: nonsense"),
    ],
)
async def test_a_refusal_is_told_in_the_servers_words_and_harmless(answer, words):
    async with desk(answer=answer) as made:
        with pytest.raises(NotUploaded, match=words):
            await upload(made, UploadAddress(made.url), "tea time.png", lambda *_: None)


async def test_a_refusal_before_the_end_is_heard():
    async with desk(content=b"x" * 30_000_000, answer=b"HTTP/1.1 413 x\r\n\r\nToo large", early=True) as made:
        with pytest.raises(NotUploaded, match="Too large"):
            await upload(made, UploadAddress(made.url), "tea time.png", lambda *_: None)


async def test_a_file_that_is_not_there_is_named():
    async with desk() as made:
        with pytest.raises(NotUploaded, match=r"coffee\.png cannot be read: No such file or directory\."):
            await upload(made, UploadAddress(made.url), "coffee.png", lambda *_: None)


async def test_an_address_that_is_none_of_the_web_is_refused():
    with pytest.raises(NotUploaded, match="is not a web address"):
        await upload(Desk(b"", b""), UploadAddress("ftp://example.org/x"), "tea time.png", lambda *_: None)


async def test_a_password_never_goes_over_the_network_in_the_clear():
    place = UploadAddress("http://192.0.2.1/files", "alice", "secret")
    from chover.client.upload import _head  # noqa: PLC0415

    assert b"Authorization" not in _head(place, "x", 1)


async def test_the_address_lands_in_the_line_and_is_not_sent_by_itself():
    async with desk() as made, stage(host=made, caps=CAPS) as screen:
        await screen.online("Alice", "#lobby")
        screen.says(f":s 005 Alice soju.im/FILEHOST={made.url} :are supported")
        await screen.line("/upload tea time.png")
        while not screen.screen.line.buffer.text:
            await screen.settled()
        assert screen.screen.line.buffer.text == made.url.replace("/files", "/files/abc/tea%20time.png")
        assert screen.commands("PRIVMSG") == []
