"""The full screen on real terminals, with a real server and other programs."""

import asyncio
import contextlib
import re
import signal
import sys

import pytest

from tests.e2e.people import AtClassic, AtFullScreen, AtIrssi, Person
from tests.e2e.wire import Irc

PEOPLE = {"Alice": AtFullScreen, "Bob": AtFullScreen, "Carol": AtClassic, "irssi": AtIrssi}


@pytest.fixture
async def comes(tmp_path, server):
    """What lets people come, by nick and program, and waits until they are in; somebody may come again."""
    async with contextlib.AsyncExitStack() as closing:

        async def come(nick, kind):
            home = tmp_path / nick
            home.mkdir(exist_ok=True)
            person = kind(home, nick, server.port)
            closing.push_async_callback(person.close)
            await person.arrive()
            return person

        yield come


async def test_two_full_screens_a_prompt_line_and_irssi_chat(needs, comes):
    needs("irssi", "apt-get install irssi")
    people = [await comes(nick, kind) for nick, kind in PEOPLE.items()]
    for speaker in people:
        text = f"{speaker.nick} says hello"
        await speaker.say(text)
        await asyncio.gather(*[hearer.sees(speaker.nick, text) for hearer in people if hearer is not speaker])


async def test_anyone_who_leaves_ends_with_status_zero_and_finds_everything_again(comes):
    alice = await comes("Alice", AtFullScreen)
    await alice.say("said before")
    await alice.sees("Alice", "said before")
    await alice.say("/quit")
    assert await alice.terminal.ends() == 0
    again = await comes("Alice", AtFullScreen)
    await again.sees("Alice", "said before")


async def test_ctrl_c_asks_before_it_leaves(comes):
    alice = await comes("Alice", AtFullScreen)
    alice.terminal.type("half a thought")
    await alice.terminal.prompts("half a thought")
    alice.terminal.type("\x03")
    await alice.terminal.prompts("Alice ❯")
    alice.terminal.type("\x03")
    await alice.terminal.shows("Leave? (y/n)")
    alice.terminal.type("y")
    assert await alice.terminal.ends() == 0


async def test_what_is_written_while_the_server_is_away_arrives_once_when_it_is_back(server, comes):
    alice, bob = await comes("Alice", AtFullScreen), await comes("Bob", AtFullScreen)
    server.stop()
    await alice.terminal.shows("no connection")
    await alice.say("while nobody listens")
    await alice.terminal.shows("while nobody listens [waiting]")
    server.start()
    await bob.sees("Alice", "while nobody listens")
    await alice.sees("Alice", "while nobody listens")
    assert "\n".join(bob.terminal.lines).count("while nobody listens") == 1


async def test_what_was_not_sent_when_the_program_was_killed_is_sent_the_next_time(server, comes):
    alice = await comes("Alice", AtFullScreen)
    server.stop()
    await alice.terminal.shows("no connection")
    await alice.say("before the end")
    await alice.terminal.shows("before the end [waiting]")
    alice.terminal.process.send_signal(signal.SIGKILL)
    await alice.terminal.ends()
    server.start()
    bob = await comes("Bob", AtFullScreen)
    await comes("Alice", AtFullScreen)
    await bob.sees("Alice", "before the end")


async def test_a_server_that_is_not_there_is_named_in_one_line(tmp_path, server, comes):
    server.stop()
    alice = AtFullScreen(tmp_path, "Alice", server.port)
    try:
        assert await alice.terminal.ends() == 1
        told = "".join(alice.terminal.lines)
        assert told == f"chover: No connection to 127.0.0.1:{server.port}: Connection refused."
    finally:
        await alice.close()


class InShell(AtFullScreen):
    """The full screen, started by a shell with job control."""

    def __init__(self, home, nick, port, *options):
        Person.__init__(self, home, nick, "bash", "--norc", "--noprofile", "-i", PS1="$ ")
        self._command = f"{sys.executable} -m chover chat 127.0.0.1:{port} --nick {nick} {' '.join(options)}"

    async def arrive(self):
        await self.terminal.prompts("$")
        self.terminal.type(f"{self._command}\r")

    async def suspend(self):
        self.terminal.type("\x1a")
        await self.terminal.matches(r"\[1\]\+ +Stopped")
        await self.terminal.prompts("$")
        self.terminal.type("stty -a\r")
        await self.terminal.matches(r" icanon\b")
        await self.terminal.matches(r"(^| )echo ")


@pytest.mark.parametrize(("option", "prompt"), [("", "Alice ❯"), ("--classic", "❯"), ("--reader", "#lobby>")])
async def test_ctrl_z_goes_to_the_shell_and_fg_comes_back_on_a_terminal_of_another_size(
    tmp_path, server, comes, option, prompt
):
    bob = await comes("Bob", AtFullScreen)
    alice = InShell(tmp_path, "Alice", server.port, option)
    try:
        await alice.arrive()
        await alice.terminal.prompts(prompt)
        alice.terminal.type("half a thought")
        await alice.terminal.prompts(f"{prompt} half a thought")
        await alice.suspend()
        alice.terminal.resize(60, 16)
        await bob.say("said meanwhile")
        await bob.sees("Bob", "said meanwhile")
        alice.terminal.type("fg\r")
        await alice.terminal.prompts(f"{prompt} half a thought")
        await alice.terminal.shows("said meanwhile")
        await alice.say(" and the rest")
        await bob.terminal.matches("Alice half a thought and the rest$")
        assert not [line for line in bob.terminal.lines if "Alice fg" in line]
        await alice.say("/quit")
        await alice.terminal.prompts("$")
    finally:
        await alice.close()


async def test_a_connection_that_was_lost_while_it_was_suspended_is_made_again(tmp_path, server, comes):
    alice = InShell(tmp_path, "Alice", server.port)
    try:
        await alice.arrive()
        await alice.terminal.prompts("Alice ❯")
        await alice.suspend()
        server.stop()
        server.start()
        alice.terminal.type("fg\r")
        await alice.terminal.prompts("Alice ❯")
        bob = await comes("Bob", AtFullScreen)
        await alice.terminal.shows("Bob joined")
        await alice.say("no longer away")
        await bob.sees("Alice", "no longer away")
    finally:
        await alice.close()


async def test_a_long_action_comes_as_actions_that_fit_and_nothing_waits(comes, server):
    nick = "a" * 20
    alice = await comes(nick, AtFullScreen)
    with Irc(server.port, "bob") as bob:
        families = "👨‍👩‍👧‍👦" * 40
        await alice.say(f"/me counts {families} the end")
        came = await asyncio.to_thread(bob.until, "the end")
        lines = [line.partition(" ")[2] if line[0] == "@" else line for line in came if "ACTION" in line]
        assert len(lines) > 1
        assert all(len(line.encode()) <= 510 for line in lines)
        texts = [re.search("\x01ACTION (.*)\x01$", line)[1] for line in lines]
        assert "".join(texts).replace(" ", "") == f"counts{families}theend"
        assert not [text for text in texts if "\u200d" in (text[0], text[-1])]
        await alice.terminal.matches(" end$")
        assert not [line for line in alice.terminal.lines if "to send" in line or "[sending]" in line]


async def test_invite_link_shows_a_code_until_a_key_is_pressed(comes):
    alice = await comes("Alice", AtFullScreen)
    await alice.say("/register * correct-horse-9")
    await alice.terminal.shows("You are now logged in as Alice")
    await alice.say("/join #tea")
    await alice.terminal.shows(">#tea")
    await alice.say("/invite-link 3")
    await alice.terminal.prompts("any key closes it ❯")
    await alice.terminal.matches("█{30}")
    alice.terminal.type("x")
    await alice.terminal.prompts("Alice ❯")
    await alice.terminal.shows("Anyone who has one of these")


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
async def test_a_draft_of_several_lines_is_there_after_a_restart(comes, server, tmp_path, end):
    alice = await comes("Alice", AtFullScreen)
    alice.terminal.type("half a\x1b\rthought")
    await alice.terminal.shows("thought")
    async with asyncio.timeout(30):
        while not any("thought" in file.read_text() for file in (tmp_path / "Alice").rglob("servers/*.json")):
            await asyncio.sleep(0.05)
    alice.terminal.process.send_signal(end)
    await alice.terminal.ends()
    again = AtFullScreen(tmp_path / "Alice", "Alice", server.port)
    try:
        await again.terminal.shows("Alice ❯ half a")
        await again.terminal.shows("thought")
    finally:
        await again.close()
