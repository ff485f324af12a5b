"""``chover`` without a command, as somebody sees it on a terminal."""

import socket
import subprocess
import sys

import pytest
from tests.client.scripted import scripted
from tests.terminal import environment, terminal

MENU = ["0 ── TCP Server", "1 ── TCP Client"]


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def test_without_a_command_a_terminal_shows_the_originals_menu(tmp_path):
    async with terminal("-m", "chover", HOME=str(tmp_path)) as screen:
        await screen.prompts("selection >")
        assert screen.lines == [*MENU, "selection >"]
        screen.type("2\r")
        await screen.shows("Please type 0 or 1.")
        screen.type("\x04")
        assert await screen.ends() == 0


async def test_0_starts_a_server_that_says_how_to_connect(tmp_path, free_port):
    settings = {
        "CHOVER_SERVER_HOST": "127.0.0.1",
        "CHOVER_SERVER_PORT": str(free_port),
        "CHOVER_SERVER_DATA_DIR": str(tmp_path / "data"),
    }
    async with terminal("-m", "chover", HOME=str(tmp_path), **settings) as screen:
        await screen.prompts("selection >")
        screen.type("0\r")
        await screen.shows(f"listens on 127.0.0.1:{free_port}. Ctrl-C stops it.")
        await screen.shows("chat from here")
        screen.type("\x03")
        assert await screen.ends() == 0


async def test_1_asks_for_a_name_and_chats(tmp_path):
    async with scripted() as server:
        at = {"CHOVER_SERVER_HOST": "127.0.0.1", "CHOVER_SERVER_PORT": str(server.port)}
        async with terminal("-m", "chover", HOME=str(tmp_path), TERM="dumb", **at) as screen:
            await screen.prompts("selection >")
            screen.type("1\r")
            await screen.prompts("username >")
            screen.type("alice\r")
            await (await server.accept()).gone()  # the look whether a server is there
            peer = await server.accept()
            await peer.register()
            assert peer.nick == "alice"


def test_a_script_gets_one_line_and_the_status_of_wrong_usage(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "chover"], env=environment(HOME=str(tmp_path)),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "chover: missing command (see chover --help)\n"
