"""Everybody chats with everybody, whatever they chat with: real programs on real terminals."""

import asyncio
import contextlib
import re

import pytest

from chover import __version__
from tests.e2e.people import (
    STAMP,
    AtIrssi,
    AtOpenssl,
    AtTheOriginal,
    AtTheScript,
    AtWeeChat,
    ServingTheScript,
    free_port,
)
from tests.e2e.wire import Irc

PEOPLE = {
    "Alice": AtTheScript,
    "Bob": AtTheScript,
    "irssi": AtIrssi,
    "weechat": AtWeeChat,
    "ssl": AtOpenssl,
    "Raw": AtTheOriginal,
}
WHERE = r"127\.0\.0\.1:\d+"


@pytest.fixture
async def server(tmp_path):
    """The script's server on its terminal."""
    (tmp_path / "server").mkdir()
    serving = ServingTheScript(tmp_path / "server", free_port())
    try:
        await serving.arrive()
        yield serving
    finally:
        await serving.close()


@pytest.fixture
async def comes(tmp_path, server):
    """What lets people come, by nick and program, and waits until they are in."""
    async with contextlib.AsyncExitStack() as closing:

        async def come(nick, kind):
            home = tmp_path / nick
            home.mkdir()
            person = kind(home, nick, server.port)
            closing.push_async_callback(person.close)
            await person.arrive()
            return person

        yield come


async def test_everybody_chats_with_everybody(needs, server, comes):
    for program in ("irssi", "weechat-headless", "openssl"):
        needs(program, f"apt-get install {program}")
    people = [await comes(nick, kind) for nick, kind in PEOPLE.items()]
    for speaker in people:
        text = f"{speaker.nick} says hello"
        await speaker.say(text)
        await asyncio.gather(*[hearer.sees(speaker.nick, text) for hearer in people if hearer is not speaker])
        said = await server.terminal.shows(text)
        assert re.fullmatch(rf"{speaker.nick} \| {STAMP} ❯ {text}", said)


async def test_the_script_serves_with_the_originals_lines(server, comes):
    assert server.terminal.lines[:6] == [
        "0 ── TCP Server",
        "1 ── TCP Client",
        "selection > 0",
        "Ctrl C to EXIT",
        f"chover ver.{__version__}",
        "(c) 2025 ljzh04",
    ]
    assert re.fullmatch(
        rf"\[\*\] Server <[0-9.]+>: listening on 0\.0\.0\.0:{server.port}\.\.\.", server.terminal.lines[6]
    )
    raw = await comes("Raw", AtTheOriginal)
    came = await server.terminal.shows("[+]")
    assert re.fullmatch(rf"\[\+\] Connected: {WHERE} username: Raw \(ver\. 25\.6\.16\)\.", came)
    await raw.say("one")
    await server.terminal.shows("❯ one")
    await raw.close()
    gone = await server.terminal.shows("[-]")
    assert gone == came.replace("[+] Connected", "[-] Disconnected")
    assert await server.leave() == 0
    assert server.terminal.lines[-2:] == ["[!] Server shutting down...", "[i] Done."]


async def test_the_console_shows_the_lobby_alone_and_nothing_that_could_harm_it(server):
    with Irc(server.port, "alice") as alice, Irc(server.port, "bob") as bob:
        alice.send("PRIVMSG bob :for you alone", "JOIN #elsewhere", "PRIVMSG #elsewhere :far away")
        bob.expect("PRIVMSG bob :for you alone")
        alice.fence()
        alice.say("red \x1b[31m and a bell \x07 here")
        line = await server.terminal.shows("red")
        assert re.fullmatch(rf"alice \| {STAMP} ❯ red .*and a bell .*here", line)
        assert not [line for line in server.terminal.lines if "alone" in line or "far away" in line]
        place = next(y for y, row in enumerate(server.terminal.screen.display) if "red" in row)
        assert {cell.fg for cell in server.terminal.screen.buffer[place].values()} == {"default"}


async def test_the_client_of_the_script_sees_what_was_said_comes_back_and_leaves(server, comes, tmp_path):
    raw = await comes("Raw", AtTheOriginal)
    await raw.say("said before")
    await server.terminal.shows("said before")
    alice = await comes("Alice", AtTheScript)
    await alice.sees("Raw", "said before")
    await alice.say("mine")
    await raw.sees("Alice", "mine")

    assert await server.leave() == 0
    await alice.terminal.shows("[!] Server disconnected.")
    await alice.say("while nobody listens")
    again = ServingTheScript(tmp_path / "server", server.port)
    try:
        await again.arrive()
        said = await again.terminal.shows("while nobody listens")
        assert re.fullmatch(rf"Alice \| {STAMP} ❯ while nobody listens", said)
        await alice.say("/q")
        assert await alice.terminal.ends() == 0
        assert alice.terminal.lines[-2:] == ["[!] Client shutting down...", "[i] Done."]
        await again.terminal.shows("[-] Disconnected")
    finally:
        await again.close()
