import asyncio
import contextlib
import io
import subprocess
import sys

import pytest

from chover.client.connection.dial import ServerAddress, connect
from chover.client.connection.trust import KeyChanged, KnownServers
from chover.client.upload import NotUploaded, UploadAddress, upload
from tests.client.certificates import Certificate
from tests.client.screen.stage import CAPS, MemoryHost, stage

TAKEN = b"HTTP/1.1 201 Created\r\nLocation: /files/abc/tea%20time.png\r\n\r\nhere"


class Desk(MemoryHost):
    """A host with one file, and a server on loopback that answers what the test says."""

    def __init__(self, content, answer, *, early=False, silent=False, tls=None, known=None) -> None:
        super().__init__()
        self.content, self.answer, self.early = content, answer, early
        self.silent, self.tls, self.known = silent, tls, known or KnownServers()
        self.writers: list[asyncio.StreamWriter] = []
        self.heads: list[list[str]] = []
        self.bodies: list[bytes] = []

    def file(self, path):
        if path != "tea time.png":
            raise FileNotFoundError(2, "No such file or directory")
        return io.BytesIO(self.content)

    async def connect(self, server: ServerAddress):
        return await connect(server, self.known)

    async def serve(self, reader, writer):
        self.writers.append(writer)
        # A client that hangs up says no more than that.
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await self.talk(reader, writer)
        writer.close()

    async def talk(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        self.heads.append(lines)
        if not self.early:
            size = next(int(line.split(": ")[1]) for line in lines if line.startswith("Content-Length"))
            self.bodies.append(await reader.readexactly(size))
        if self.silent:
            await reader.read()
        writer.write(self.answer)
        await writer.drain()


@contextlib.asynccontextmanager
async def desk(content=b"x" * 200_000, answer=TAKEN, **how):
    made = Desk(content, answer, **how)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=made.tls)
    made.url = f"http{'s' if made.tls else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}/files"
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()
        for writer in made.writers:
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


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
        (b"HTTP/1.1 500 Oops\r\n\r\n", "The server refused the file: 500 Oops"),
        (b"HTTP/1.1 403 No\r\n\r\n\x1b[31mred\x1b[0m", r"The server refused the file: \[31mred\[0m"),
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


@pytest.mark.parametrize("answer", [b":irc 001 you :Welcome\r\n\r\n", b"HTTP/9.x what\r\n\r\n", b"SSH-2.0-x\r\n"])
async def test_an_answer_that_is_not_http_is_called_that(answer):
    async with desk(answer=answer) as made:
        with pytest.raises(NotUploaded, match=r"The connection broke \(its answer is not HTTP\); try again\."):
            await upload(made, UploadAddress(made.url), "tea time.png", lambda *_: None)


@pytest.mark.parametrize("answer", [b"", b"nonsense", b"HTTP/1.1 201 Created\r\nLocation: /files/a"])
async def test_a_server_that_hangs_up_before_it_has_answered_has_taken_nothing(answer):
    async with desk(answer=answer) as made:
        with pytest.raises(NotUploaded, match=r"The connection broke \(.+\); try again\."):
            await upload(made, UploadAddress(made.url), "tea time.png", lambda *_: None)


async def test_a_server_that_never_answers_is_not_waited_for(monkeypatch):
    monkeypatch.setattr("chover.client.upload.ANSWER_SECONDS", 0.05)
    async with desk(silent=True) as made:
        with pytest.raises(NotUploaded, match=r"The server received the file but does not answer; try again\."):
            await upload(made, UploadAddress(made.url), "tea time.png", lambda *_: None)


async def test_a_password_in_the_address_itself_is_sent_to_nobody():
    async with desk() as made:
        await upload(made, UploadAddress(made.url.replace("//", "//bob:hunter2@")), "tea time.png", lambda *_: None)
        assert not [line for line in made.heads[0] if line.startswith("Authorization")]
        assert f"Host: {made.url.split('/')[2]}" in made.heads[0]


async def test_a_redirection_is_not_followed():
    async with desk(answer=b"HTTP/1.1 307 Elsewhere\r\nLocation: http://192.0.2.1/\r\n\r\n") as made:
        with pytest.raises(NotUploaded, match="The server refused the file: 307 Elsewhere"):
            await upload(made, UploadAddress(made.url), "tea time.png", lambda *_: None)
        assert len(made.heads) == 1


async def test_an_upload_over_tls_is_made_to_the_server_whose_key_is_pinned(tmp_path):
    certificate = Certificate()
    async with desk(tls=certificate.context(tmp_path), known=KnownServers(tmp_path / "known")) as made:
        made.known.remember(made.url.split("/")[2], certificate.pin)
        address = await upload(made, UploadAddress(made.url, "a", "b"), "tea time.png", lambda *_: None)
        assert address == made.url.replace("/files", "/files/abc/tea%20time.png")
        assert made.bodies == [b"x" * 200_000]
        assert "Authorization: Basic YTpi" in made.heads[0]


async def test_another_key_than_the_pinned_one_is_sent_nothing(tmp_path):
    async with desk(tls=Certificate().context(tmp_path), known=KnownServers(tmp_path / "known")) as made:
        made.known.remember(made.url.split("/")[2], Certificate().pin)
        with pytest.raises(KeyChanged):
            await upload(made, UploadAddress(made.url, "a", "b"), "tea time.png", lambda *_: None)
        assert made.heads == []


def test_a_client_that_uploads_nothing_does_not_import_aiohttp():
    code = "import sys, chover.client.fullscreen_app, chover.client.prompt.reader; sys.exit('aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_a_file_that_is_not_there_is_named():
    async with desk() as made:
        with pytest.raises(NotUploaded, match=r"coffee\.png cannot be read: No such file or directory\."):
            await upload(made, UploadAddress(made.url), "coffee.png", lambda *_: None)


async def test_an_address_that_is_none_of_the_web_is_refused():
    with pytest.raises(NotUploaded, match="is not a web address"):
        await upload(Desk(b"", b""), UploadAddress("ftp://example.org/x"), "tea time.png", lambda *_: None)


async def test_a_password_never_goes_over_the_network_in_the_clear():
    place = UploadAddress("http://192.0.2.1/files", "alice", "secret")
    from chover.client.upload import _headers  # noqa: PLC0415

    assert "Authorization" not in _headers(place, "x", 1)


async def test_the_address_lands_in_the_line_and_is_not_sent_by_itself():
    async with desk() as made, stage(host=made, caps=CAPS) as screen:
        await screen.online("Alice", "#lobby")
        screen.says(f":s 005 Alice soju.im/FILEHOST={made.url} :are supported")
        await screen.line("/upload tea time.png")
        while not screen.screen.line.buffer.text:
            await screen.settled()
        assert screen.screen.line.buffer.text == made.url.replace("/files", "/files/abc/tea%20time.png")
        assert screen.commands("PRIVMSG") == []
