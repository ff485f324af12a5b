"""Escape, a pause, and a command, as a terminal sends them: nothing is said that was not meant to be said."""

import asyncio
import contextlib
import itertools

import pytest

from tests.e2e.people import AtFullScreen
from tests.e2e.test_ssh import OverSsh
from tests.e2e.wire import Irc

PAUSES = (0, 0.02, 0.1, 0.3, 0.6, 1.2)
"""Seconds; the pause is what is tried here."""
STATES = {
    "nothing": "",
    "the switcher": "\x1bk",
    "a selected message": "\x1bs",
    "the search": "\x06",
    "the help": "\x1bOP",
}


@pytest.fixture(params=[AtFullScreen, OverSsh], ids=["direct", "SSH"])
async def alice(request, tmp_path, server, needs):
    if request.param is OverSsh:
        needs("ssh", "apt-get install openssh-client")
    person = request.param(tmp_path, "alice", server.port)
    async with contextlib.AsyncExitStack() as closing:
        closing.push_async_callback(person.close)
        await person.terminal.prompts("alice ❯")
        yield person


async def test_escape_a_pause_and_a_command(alice, server):
    with Irc(server.port, "bob") as bob:
        bob.say("hello")
        await alice.terminal.shows("hello")
        for number, (keys, pause) in enumerate(itertools.product(STATES.values(), PAUSES)):
            alice.terminal.type(keys)
            alice.terminal.type("\x1b")
            await asyncio.sleep(pause)
            alice.terminal.type(f"/msg bob secret {number}\r")
            came = await asyncio.to_thread(bob.until, "secret")
            said = [line for line in came if " PRIVMSG " in line]
            assert [line.rpartition(" PRIVMSG ")[2] for line in said] == [f"bob :secret {number}"], (keys, pause)
            alice.terminal.type("/goto #lobby\r")
            await alice.terminal.shows("1>#lobby")


@pytest.mark.parametrize("option", ["--classic", "--reader"])
async def test_escape_a_pause_and_a_command_in_a_face_of_lines(tmp_path, server, option):
    alice = AtFullScreen(tmp_path, "alice", server.port, option)
    try:
        with Irc(server.port, "bob") as bob:
            await alice.terminal.matches("❯|#lobby>")
            for number, pause in enumerate(PAUSES):
                alice.terminal.type("\x1b")
                await asyncio.sleep(pause)
                alice.terminal.type(f"/msg bob secret {number}\r")
                came = await asyncio.to_thread(bob.until, "secret")
                said = [line for line in came if " PRIVMSG " in line]
                assert [line.rpartition(" PRIVMSG ")[2] for line in said] == [f"bob :secret {number}"], pause
    finally:
        await alice.close()


async def test_an_arrow_whose_bytes_come_one_by_one_is_no_text(alice):
    alice.terminal.type("half")
    await alice.terminal.prompts("❯ half")
    for escape, rest in (("\x1b", "[D"), ("\x1b[", "D"), ("\x1b[D", "")):
        alice.terminal.type(escape)
        await asyncio.sleep(0.1)
        alice.terminal.type(rest)
    alice.terminal.type("!")
    await alice.terminal.prompts("❯ h!alf")
