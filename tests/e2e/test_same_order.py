"""Two hundred people talk at once, and everybody sees the same conversation."""

import asyncio
import re

import pytest

PEOPLE = 200
LINES = 50
SAID = re.compile(rb"@(?:\S*;)?msgid=([^; ]+)\S* :(\S+)!\S+ PRIVMSG #lobby :([^\r]*)\r\n")
SECONDS = 60.0


class Person:
    """Says LINES lines, and remembers the msgids of all that is said, in the order in which they come."""

    def __init__(self, number, names):
        self.nick = f"p{number}"
        self.seen = []
        self.own = []
        self._names = names

    async def arrive(self, port):
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        self._send("CAP REQ :message-tags echo-message", f"NICK {self.nick}", f"USER {self.nick} 0 * :x", "CAP END")
        await self._reader.readuntil(f" 366 {self.nick} #lobby ".encode())

    def _send(self, *lines):
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode())

    def talk(self):
        self._send(*[f"PRIVMSG #lobby :line {number} of {self.nick}" for number in range(LINES)])

    async def listen(self):
        """Read until everything has come."""
        rest = b""
        while len(self.seen) < PEOPLE * LINES:
            data = await self._reader.read(262144)
            assert data, f"{self.nick} was cut off after {len(self.seen)} messages: {rest[-200:]!r}"
            whole, end, rest = (rest + data).rpartition(b"\n")
            for name, nick, text in SAID.findall(whole + end):
                # One object for each msgid, whoever saw it: two million of them would be 100 MB.
                self.seen.append(self._names.setdefault(name, name))
                if nick == self.nick.encode():
                    self.own.append(text.decode())

    async def leave(self):
        self._writer.close()
        await self._writer.wait_closed()


async def everybody_talks(people, port):
    """Have everybody come in, talk at the same time and hear all of it; the seconds that the talk took."""
    for person in people:
        await person.arrive(port)
    began = asyncio.get_running_loop().time()
    for person in people:
        person.talk()
    await asyncio.gather(*[person.listen() for person in people])
    return asyncio.get_running_loop().time() - began


@pytest.mark.timeout(SECONDS + 30)
async def test_two_hundred_people_see_the_identical_sequence_of_ten_thousand_messages(server, record_property):
    names = {}
    people = [Person(number, names) for number in range(PEOPLE)]
    async with asyncio.timeout(SECONDS):
        seconds = await everybody_talks(people, server.port)
    for person in people:
        await person.leave()
    record_property("seconds", round(seconds, 2))
    print(f"{PEOPLE} people, {PEOPLE * LINES} messages, {seconds:.2f} s")
    first = people[0].seen
    assert len(set(first)) == PEOPLE * LINES
    for person in people:
        assert person.seen == first
        assert person.own == [f"line {number} of {person.nick}" for number in range(LINES)]
