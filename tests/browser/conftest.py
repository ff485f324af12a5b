"""A real server, and people who look at it in Chromium.

These tests have a pytest process of their own (`make test`, `.ci/run`): Playwright's blocking calls and pytest-asyncio
both want the loop of the main thread.
"""

import asyncio
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.devices import POINTER, Device
from tests.browser.visitor import Visitor
from tests.doubles.post import Post
from tests.e2e.conftest import serving
from tests.e2e.server import Server
from tests.terminal import BOUND

SWITCHES = ("--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP chat.home.arpa 127.0.0.1")
"""A host name that the browser does not trust as it trusts 127.0.0.1."""


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@contextmanager
def launched(playwright: Playwright, program: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=program, args=list(SWITCHES))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, needs: Callable[[str, str], str]) -> Iterator[Browser]:
    """The system's Chromium; where the distribution has it, the one without a window: a quarter less work."""
    shell = shutil.which("chromium-headless-shell")
    with launched(playwright, shell or needs("chromium", "apt-get install chromium")) as browser:
        yield browser


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start a server: ``serve(CHOVER_LIMITS_FLOOD="false")``; each call another one."""
    with serving(tmp_path) as start:
        yield start


@pytest.fixture
def server(serve: Callable[..., Server]) -> Server:
    """A server with all its defaults."""
    return serve()


class Mailbox:
    """What a server mails, in a thread of its own."""

    def __init__(self) -> None:
        self._post = Post()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(BOUND)

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._post.attend, "127.0.0.1", 0)

    @property
    def settings(self) -> dict[str, str]:
        port = self._server.sockets[0].getsockname()[1]
        return {"CHOVER_MAIL_HOST": "127.0.0.1", "CHOVER_MAIL_PORT": str(port), "CHOVER_MAIL_TLS": "none"}

    def code(self) -> str:
        """The code in the mail that was sent: it has arrived, because the page has asked for it."""
        found = re.search(rb"The code (?:is|for .* is) (\S+)\.\s+Enter it", self._post.mail.replace(b"=\r\n", b""))
        assert found, self._post.mail
        return found[1].decode()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._server.close()
        self._loop.close()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    opened = Mailbox()
    yield opened
    opened.close()


@pytest.fixture
def device(request: pytest.FixtureRequest) -> Device:
    """The default device of visitors (tests/browser/devices.py)."""
    chosen: Device = getattr(request, "param", POINTER)
    return chosen


@pytest.fixture
def visit(chromium: Browser, device: Device) -> Iterator[Callable[..., Visitor]]:
    """A person's browser at the page of a server: ``visit(server, "ann", device=TOUCH)``.

    Without a nick, it is at the sign-in page.

    Anything that the browser complains about, including violations of the content policy, fails the test.
    """
    visitors: list[Visitor] = []

    def come(server: Server, nick: str = "", **how: object) -> Visitor:
        visitors.append(Visitor(chromium, server, **{"device": device, **how}))
        if nick:
            visitors[-1].come_in(nick)
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that the tests of a module share; its limits slow nobody down."""
    with serving(tmp_path_factory.mktemp("shared")) as start:
        yield start(CHOVER_LIMITS_FLOOD="false")
