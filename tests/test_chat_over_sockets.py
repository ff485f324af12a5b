"""The original's front door, against our own server, with real processes on pseudo-terminals."""

import asyncio
import contextlib
import io
import re
import socket
import sys
import threading

import chatOverSockets as script  # noqa: N813 - it is one
import pytest

from tests.client.scripted import scripted
from tests.terminal import ROOT, environment, terminal

MENU = ["0 ── TCP Server", "1 ── TCP Client"]


def on_port(port):
    """The script, as somebody would have it who changed HOST and PORT at its end."""
    return ["-c", f"import sys, chatOverSockets; sys.exit(chatOverSockets.main('127.0.0.1', {port}))"]


@contextlib.asynccontextmanager
async def served(tmp_path):
    """The server's terminal, and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with terminal(*on_port(port), TZ="UTC", CHOVER_SERVER_DATA_DIR=str(tmp_path / "data")) as console:
        await console.prompts("selection >")
        console.type("0\r")
        await console.shows(f"listening on 127.0.0.1:{port}...")
        yield console, port


@contextlib.asynccontextmanager
async def joined(port, name):
    """The terminal of somebody who has come in."""
    async with terminal(*on_port(port), TZ="UTC") as screen:
        await screen.prompts("selection >")
        screen.type("1\r")
        await screen.prompts("username >")
        screen.type(f"{name}\r")
        await screen.prompts("❯")
        yield screen


async def test_the_menu_is_the_originals():
    async with terminal("chatOverSockets.py") as screen:
        await screen.prompts("selection >")
        assert screen.lines == [*MENU, "selection >"]


async def test_wrong_menu_input_asks_again():
    async with terminal("chatOverSockets.py") as screen:
        await screen.prompts("selection >")
        screen.type("two\r")
        await screen.shows("selection > two")
        await screen.prompts("selection >")


async def test_leaving_the_menu_by_ctrl_d_is_clean():
    async with terminal("chatOverSockets.py") as screen:
        await screen.prompts("selection >")
        screen.type("\x04")
        assert await screen.ends() == 0
        assert screen.lines[:2] == MENU
        assert len(screen.lines) == 3


async def test_leaving_the_menu_by_ctrl_c_is_clean():
    async with terminal("chatOverSockets.py") as screen:
        await screen.prompts("selection >")
        assert await screen.interrupted() == 0
        assert screen.lines[:2] == MENU
        assert len(screen.lines) == 3


async def test_two_people_chat_as_the_originals_readme_shows(tmp_path):
    async with served(tmp_path) as (console, port):
        async with joined(port, "Alice") as alice:
            assert alice.lines[:7] == [
                *MENU, "selection > 1", "Ctrl C to EXIT", "username > Alice",
                f"chover ver.{script.ChoverBase.version}", "(c) 2025 ljzh04",
            ]  # fmt: skip
            assert alice.lines[7] == "Welcome, begin a new conversation."
            assert re.fullmatch(r"You \| \w{3} \d\d \d\d \[\d\d:\d\d [AP]M\] ❯", alice.lines[8])
            alice.type("Hello everyone!\r")
            await console.shows("❯ Hello everyone!")
            async with joined(port, "Bob") as bob:
                assert re.fullmatch(r"Alice \| \w{3} \d\d \[\d\d:\d\d [AP]M\] ❯ Hello everyone!", bob.lines[7])
                bob.type("Hi Alice, how are you?\r")
                said = await alice.shows("Hi Alice, how are you?")
                assert re.fullmatch(r"Bob \| \w{3} \d\d \[\d\d:\d\d [AP]M\] ❯ Hi Alice, how are you\?", said)
                bob.type("/q\r")
                assert await bob.ends() == 0
            await console.shows("[-] Disconnected:")
        came = await console.shows("[+] Connected:")
        version = re.escape(script.ChoverBase.version)
        assert re.fullmatch(rf"\[\+\] Connected: 127\.0\.0\.1:\d+ username: Alice \(ver\. {version}\)\.", came)


async def test_stopping_the_server_is_said_at_both_ends(tmp_path):
    async with served(tmp_path) as (console, port), joined(port, "Alice") as alice:
        console.type("\x03")
        assert await console.ends() == 0
        stopping, gone, done = console.lines[-3:]
        assert (stopping, done) == ("[!] Server shutting down...", "[i] Done.")
        assert gone.startswith("[-] Disconnected: ")
        await alice.shows("[!] Server disconnected.")
        alice.type("/q\r")
        assert await alice.ends() == 0


async def test_the_name_and_the_lines_may_come_from_a_pipe(tmp_path):
    async with served(tmp_path) as (console, port):
        process = await asyncio.create_subprocess_exec(
            sys.executable, *on_port(port),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT, env=environment(),
        )  # fmt: skip
        async with asyncio.timeout(20):
            out, _ = await process.communicate(b"1\nAlice\none\ntwo\n")
        assert process.returncode == 0
        assert "username > " in out.decode()
        await console.shows("❯ two")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("other", "choose another with PORT at the end of chatOverSockets.py"),
        ("data", "stop it or choose another with CHOVER_SERVER_DATA_DIR"),
    ],
)
async def test_a_server_that_cannot_start_says_why_and_names_what_this_script_has(tmp_path, data, told):
    async with (
        served(tmp_path) as (_, port),
        terminal(*on_port(port), CHOVER_SERVER_DATA_DIR=str(tmp_path / data)) as second,
    ):
        await second.prompts("selection >")
        second.type("0\r")
        assert await second.ends() == 1
        # Where the terminal breaks the line depends on the length of the path: blanks do not count.
        said = "".join(second.lines).replace(" ", "")
        assert told.replace(" ", "") in said
        assert "--" not in said


def test_a_port_that_is_none_is_told_by_its_name_here(capsys):
    assert script.ChoverServer("", 70000).run_over_tcp() == 1
    assert "server.port is 70000 by PORT at the end of chatOverSockets.py" in capsys.readouterr().err


async def test_nobody_listening_is_said_as_the_original_does():
    async with scripted() as server:
        server.deaf()
        async with terminal(*on_port(server.port)) as screen:
            await screen.prompts("selection >")
            screen.type("1\r")
            await screen.prompts("username >")
            screen.type("\r")
            assert await screen.ends() == 1
            assert f"[x] Failed to connect to 127.0.0.1:{server.port}." in screen.lines
            assert "Connection refused." in screen.lines[-1]


# ---- as a module


def test_the_originals_words_are_there():
    base = script.ChoverBase("", 55555)
    assert (base.BUFFER_SIZE, base.HEADER_FORMAT, base.HEADER_SIZE) == (1024, "!16s16s", 32)
    assert (base.unknown_version, base.default_username) == ("4.0.4", "guest")
    assert (base.HOST, base.PORT) == ("", 55555)


def test_the_local_address_is_one_of_this_machines():
    with socket.socket() as probe:
        probe.bind((script.ChoverBase("", 0).get_local_ip(), 0))
        assert probe.getsockname()[0] != "0.0.0.0"


def test_server_and_client_work_off_the_main_thread(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CHOVER_SERVER_DATA_DIR", str(tmp_path / "data"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = script.ChoverServer("127.0.0.1", port)
    serving = threading.Thread(target=server.run_over_tcp, kwargs={"banner": True})
    serving.start()
    assert server.ready.wait(20)
    statuses = []
    client = script.ChoverClient("127.0.0.1", port)
    client.set_username("Alice")
    monkeypatch.setattr(sys, "stdin", io.StringIO("hello\n"))
    chatting = threading.Thread(target=lambda: statuses.append(client.run_over_tcp()))
    chatting.start()
    chatting.join(20)
    server.shutdown_tcp_server()
    serving.join(20)
    assert statuses == [0]
    assert not serving.is_alive()
    out = capsys.readouterr().out
    assert script.BANNER in out
    assert "❯ hello" in out
    assert out.endswith("[i] Done.\n")
