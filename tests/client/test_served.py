"""The full screen for who is elsewhere: the server is played by the test, at the other end of the socket."""

import asyncio
import socket

import pytest

from chover import i18n
from chover.client.served import ServedUi, Turns
from chover.ports import Caller, Peer

BOUND = 20


class Screen:
    term = "xterm"

    def __init__(self, language=""):
        self.languages = {"LANG": language} if language else {}
        self.text = ""
        self.waits = 0
        self.changed = asyncio.Event()

    def size(self):
        return 80, 24

    def write(self, text):
        self.text += text
        self.changed.set()

    def backlog(self):
        return self.waits

    async def shows(self, text):
        async with asyncio.timeout(BOUND):
            while text not in self.text:
                self.changed.clear()
                await self.changed.wait()


class Served:
    """A front end, and the server's end of its connection."""

    def __init__(self, password="", language="", turns=None):
        self.ours, theirs = socket.socketpair()
        self.screen = Screen(language)
        caller = Caller("alice", Peer("192.0.2.1", 5, "ssh"), password)
        self.ui = ServedUi(turns or Turns(), caller, theirs, self.screen)

    async def begin(self):
        self.running = asyncio.ensure_future(self.ui.run())
        self.reader, self.writer = await asyncio.open_connection(sock=self.ours)
        await self.hears("CAP LS 302")
        self.says(":srv CAP * LS :message-tags server-time batch")
        self.registered = await self.hears("USER ")
        self.says(":srv 001 alice :Welcome")

    def says(self, *lines):
        self.writer.write("".join(f"{line}\r\n" for line in lines).encode())

    async def hears(self, text):
        """All lines up to the one that holds this."""
        lines = []
        async with asyncio.timeout(BOUND):
            while not lines or text not in lines[-1]:
                lines.append((await self.reader.readuntil(b"\n")).decode())
                if lines[-1].startswith("CAP REQ"):
                    self.says(f":srv CAP * ACK {lines[-1].removeprefix('CAP REQ ').strip()}")
        return lines

    async def ends(self):
        async with asyncio.timeout(BOUND):
            await self.running

    async def close(self):
        self.ui.gone()
        await self.ends()
        self.writer.close()


@pytest.fixture
async def served():
    served = Served("alice:right")
    yield served
    await served.close()


async def test_it_comes_in_by_the_connection_it_was_given(served):
    await served.begin()
    assert "PASS alice:right\r\n" in served.registered
    served.says(":alice!a@h JOIN #lobby", ":srv 366 alice #lobby :End")
    await served.screen.shows("#lobby")


async def test_the_end_of_the_session_is_its_end_with_the_servers_last_word(served):
    await served.begin()
    served.says(":alice!a@h JOIN #lobby", ":srv 366 alice #lobby :End")
    await served.screen.shows("#lobby")
    served.says("ERROR :The server is shutting down")
    served.writer.write_eof()
    await served.ends()
    assert served.screen.text.endswith("The server is shutting down\r\n")


async def test_a_session_that_ends_before_anything_was_painted_is_the_end_too(served):
    await served.begin()
    served.says("ERROR :No")
    served.writer.write_eof()
    await served.ends()
    assert served.screen.text.endswith("No\r\n")


async def test_a_terminal_that_is_gone_ends_the_session_without_a_goodbye(served):
    await served.begin()
    served.says(":alice!a@h JOIN #lobby", ":srv 366 alice #lobby :End")
    await served.screen.shows("#lobby")
    served.ui.gone()
    await served.ends()
    async with asyncio.timeout(BOUND):
        assert b"QUIT" not in await served.reader.read()


async def test_what_was_typed_before_it_was_painted_is_not_lost(served):
    served.ui.typed("early words")
    await served.begin()
    served.says(":alice!a@h JOIN #lobby", ":srv 366 alice #lobby :End")
    await served.screen.shows("early words")


async def test_frames_wait_for_a_terminal_that_takes_nothing(served):
    await served.begin()
    served.says(":alice!a@h JOIN #lobby", ":srv 366 alice #lobby :End")
    await served.screen.shows("#lobby")
    served.screen.waits = 1
    served.says(*[f":bob!b@h PRIVMSG #lobby :number {number}" for number in range(100)], "PING :fence")
    await served.hears("PONG")
    served.says("PING :again")
    await served.hears("PONG")
    assert "number 99" not in served.screen.text
    served.screen.waits = 0
    served.ui.drained()
    await served.screen.shows("number 99")


async def settled(*sessions):
    for session in sessions:
        await session.begin()
        session.says(":alice!a@h JOIN #lobby", ":srv 366 alice #lobby :End")


async def test_two_people_in_one_process_each_have_their_language():
    turns = Turns()
    german, english = Served(language="de_DE.UTF-8", turns=turns), Served(turns=turns)
    try:
        await settled(german, english)
        await german.screen.shows("Du bist allein hier.")
        await english.screen.shows("You are alone here.")
        for number in range(5):
            # Both are painted in the same turns, and each turn is asked for by either of them.
            for one, other in ((german, english), (english, german)):
                one.ui.typed(f"/nothing{number}\r")
                other.ui.resized()
                one.ui.resized()
                other.ui.typed(f"/nothing{number}\r")
            await german.screen.shows(f"/nothing{number} gibt es nicht.")
            await english.screen.shows(f"There is no /nothing{number}.")
        assert "There is no" not in german.screen.text
        assert "gibt es nicht" not in english.screen.text
        german.ui.typed("/set language en\r")
        await german.screen.shows("language is en now.")
        english.ui.typed("/set language de\r")
        await english.screen.shows("language ist jetzt de.")
        assert i18n.language() == i18n.ENGLISH
    finally:
        await german.close()
        await english.close()
