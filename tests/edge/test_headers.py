"""Whatever stands in the headers of a request: an answer that is nobody's bug, and nothing in the log."""

import asyncio
import contextlib
import logging
import re
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.edge.conftest import Port
from tests.edge.test_web_files import ALICE, Doorman, by

from chover.config import FilesSettings
from chover.files.blobs import BlobStore
from chover.files.uploads import Uploads
from chover.store.sqlite.store import SqliteStore

CHAT = (
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
FILE = "/files/FILE/notes.txt"
REQUESTS = (
    ("GET", "/"), ("GET", "/irc"), ("GET", "/app.js"), ("GET", "/metrics"), ("GET", "/healthz"), ("GET", "/nowhere"),
    ("GET", FILE), ("HEAD", FILE), ("DELETE", "/files/FILE"), ("POST", "/files"), ("PUT", "/files/x"),
    ("OPTIONS", "/files"), ("POST", "/hooks/x"), ("GET", "/hooks/x"),
)  # fmt: skip
NAMES = [
    "Authorization", "Range", "If-Range", "If-None-Match", "If-Match", "If-Modified-Since", "If-Unmodified-Since",
    "Origin", "Host", "Content-Length", "Content-Disposition", "Content-Type", "Content-Encoding",
    "Transfer-Encoding", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Extensions", "Upgrade", "Connection", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host",
    "X-Forwarded-Prefix", "Forwarded", "Cookie", "Accept-Encoding", "Accept", "Expect", "User-Agent", "Referer",
    "X-GitHub-Event",
]  # fmt: skip
ODD = [
    b"", b",", b"*", b"W/", b'"', b";;=", b"\xff", b"\xed\xa0\x80", b"Basic \xff", b"Basic AAAA", b"Bearer \xff",
    b"Basic =", b"bytes=0-1,3-", b"bytes=\xd9\xa1-", b"bytes=9999999999999999999-", b"bytes=-0",
    b"Mon, 99 Foo 99999 99:99:99 +9999", b"Mon, 01 Jan 0001 00:00:00 -0000",
    b"Mon, 01 Jan 99999999999999999999 00:00:00 GMT", b"1 Jan 2020 0:0:0 +" + b"9" * 30, b"-1", b"1_0", b"+5",
    b"99999999999999999999999", b"http://[::1", b"http://a:99999", b"[::1", b"a:b:c", b"a@b", b"null",
    b"fe80::1%\xff", b"::ffff:1.2.3.4, \xff", b"multipart/form-data", b"multipart/form-data; boundary=",
    b"multipart/form-data; boundary=\xff", b"a/b; c*", b"text/\xff; charset=\xff", b"chunked", b"gzip", b"deflate",
    b"br",    b"100-continue", b"websocket", b"form-data; filename*=UTF-8''%ff", b'attachment; filename="\\',
    b"a=b; =; \xff=\xff", b"x" * 8000, b"x" * 9000, b"\0", b"\x7f",
]  # fmt: skip
values = st.one_of(st.sampled_from(ODD), st.binary(max_size=40).map(lambda data: re.sub(rb"[\r\n]", b"", data)))
headers = st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=4)


WAIT_SECONDS = 0.5
"""For an answer: requests whose body never ends have none."""


class Asking:
    """A port with files and accounts, on a loop of its own."""

    def __init__(self, runner, directory):
        self._runner, self._directory = runner, directory
        self._port = Port()

    async def open(self):
        self._store = SqliteStore.open(self._directory / "data", durability="process")
        await self._store.registry.accounts.create(ALICE, {})
        host = self._port.host
        host.files = Uploads(
            FilesSettings(max_bytes=100_000), self._store.uploads, BlobStore(self._directory / "files")
        )
        host.accounts = SimpleNamespace(login=Doorman())
        await self._port.open()
        await self._port.listener.web_ready()
        self._port.listener.follow_web(metrics_token="secret")
        authorization = by("alice")["Authorization"]
        answer = await self.asked(
            f"PUT /files/notes.txt HTTP/1.1\r\nHost: x\r\nAuthorization: {authorization}\r\n"
            "Content-Length: 5\r\nConnection: close\r\n\r\nhello".encode()
        )
        self.file = re.search(rb"/files/([\w-]{22})", answer)[1].decode()

    async def asked(self, request):
        """How the answer begins; empty where the server waits for more, which never comes."""
        client = await self._port.connect()
        client.send(request)
        try:
            with contextlib.suppress(TimeoutError, ConnectionError):
                async with asyncio.timeout(WAIT_SECONDS):
                    return await client.reader.read(4096)
            return b""
        finally:
            self._port.clients.remove(client)
            await client.close()

    def status(self, request):
        answer = self._runner.run(self.asked(request))
        return int(answer.split(b" ", 2)[1]) if answer else 0

    async def close(self):
        await self._port.close()
        await self._store.close()


@pytest.fixture
def asking(tmp_path):
    with asyncio.Runner() as runner:
        asking = Asking(runner, tmp_path)
        runner.run(asking.open())
        yield asking
        runner.run(asking.close())


@pytest.fixture
def said(caplog):
    """What was logged, but for what a busy machine is told by asyncio."""
    caplog.set_level(logging.INFO)
    return lambda: [one.getMessage() for one in caplog.records if not one.getMessage().startswith("Executing ")]


def test_nothing_in_a_header_is_a_bug_or_fills_the_log(asking, said):
    @settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(REQUESTS), headers, st.booleans(), st.booleans())
    @example(("PUT", "/files/x"), [("Authorization", b"Basic \xff")], False, False)
    @example(("GET", "/metrics"), [("Authorization", b"Bearer \xff")], False, False)
    @example(("GET", "/nowhere"), [("Expect", b"\xff")], False, False)
    @example(("GET", FILE), [("If-Modified-Since", b"Mon, 01 Jan 99999999999999999999 00:00:00 GMT")], False, False)
    @example(("GET", FILE), [("If-Range", b"1 Jan 2020 0:0:0 +" + b"9" * 30), ("Range", b"bytes=0-")], False, False)
    def check(request, headers, chat, knows):
        method, path = request
        lines = [name.encode() + b": " + value for name, value in headers]
        if not any(name == "Host" for name, _ in headers):
            lines.append(b"Host: x")
        if knows:
            lines.append(b"Authorization: " + by("alice")["Authorization"].encode())
        start = f"{method} {path.replace('FILE', asking.file)} HTTP/1.1\r\n".encode()
        raw = start + b"".join(line + b"\r\n" for line in lines) + CHAT * chat + b"Connection: close\r\n\r\nhello"
        assert asking.status(raw) < 500, raw
        assert not said(), raw

    check()


@pytest.mark.parametrize("given_", [b"Basic \xff", b"Basic \xc3\xa9\xc3\xa9==", b"Bearer \xff", b"\xff \xff"])
def test_an_authorization_that_is_not_ascii_is_refused(asking, said, given_):
    raw = b"POST /files HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: " + given_ + b"\r\n\r\n"
    assert asking.status(raw) == 401
    assert not said()


@pytest.mark.parametrize(
    "path", [b"/\xff", b"/hooks/\xff", b"/hooks/%ff", b"/files/%ff", b"/files/%00", b"/%", b"//", b"*"]
)
def test_nothing_in_a_path_is_a_bug(asking, said, path):
    for method in (b"GET", b"PUT", b"POST", b"OPTIONS"):
        assert asking.status(method + b" " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") < 500
    assert not said()
