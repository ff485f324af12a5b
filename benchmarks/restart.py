"""``chover restart`` with N open connections: how long somebody who chats waits, and who has to reconnect.

Somebody sends a line and waits for its echo, again and again. The longest wait is reported, before and during the
restart. Target: under 2 s with 1,000 connections, none of them ended, no line lost or repeated.
"""

import argparse
import asyncio
import time

from benchmarks.machine import print_header
from benchmarks.served import chover, data_directory, serving

EVERY_SECONDS = 0.005
SETTLE_SECONDS = 1.0


async def connect(port, nick):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"CAP REQ :echo-message\r\nNICK {nick}\r\nUSER {nick} 0 * :{nick}\r\nCAP END\r\n".encode())
    while b" 001 " not in (line := await reader.readline()):
        assert line, "the server has ended the connection"
    return reader, writer


async def read_all(reader):
    while await reader.read(65536):
        pass


class Talker:
    """Sends a line, waits for its echo, and sends the next."""

    def __init__(self, reader, writer):
        self._reader, self._writer = reader, writer
        self.said, self.longest, self.stopped = 0, 0.0, False

    async def talk(self):
        self._writer.write(b"JOIN #bench\r\n")
        while not self.stopped:
            begun = time.perf_counter()
            self._writer.write(b"PRIVMSG #bench :line %d\r\n" % self.said)
            await self._echo(b":line %d\r\n" % self.said)
            self.longest = max(self.longest, time.perf_counter() - begun)
            self.said += 1
            await asyncio.sleep(EVERY_SECONDS)

    async def _echo(self, end):
        while True:
            line = await self._reader.readline()
            assert line, "the server has ended the connection"
            if b" PRIVMSG " in line:
                assert line.endswith(end), f"{line!r} came instead of {end!r}"
                return


async def measure(port, data, count):
    """The longest waits in ms before and during the restart, the ended connections, and the command's output."""
    crowd = [await connect(port, f"c{number}") for number in range(count)]
    reading = [asyncio.create_task(read_all(reader)) for reader, _ in crowd]
    talker = Talker(*await connect(port, "talker"))
    talking = asyncio.create_task(talker.talk())
    await asyncio.sleep(SETTLE_SECONDS)
    before, talker.longest = talker.longest * 1000, 0.0
    command = await asyncio.create_subprocess_exec(
        *chover("restart", "--data", str(data / "data")), stdout=asyncio.subprocess.PIPE
    )
    told, _ = await command.communicate()
    await asyncio.sleep(SETTLE_SECONDS)
    talker.stopped = True
    await talking
    ended = sum(task.done() for task in reading)
    for _, writer in crowd:
        writer.close()
    return before, talker.longest * 1000, ended, told.decode().strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=1000)
    clients = parser.parse_args().clients
    print_header(f"{clients} idle connections and one that chats", "10 bytes", "power")
    with data_directory() as data, serving(data) as served:
        before, over, ended, told = asyncio.run(measure(served.port, data, clients))
    print(f"  longest wait for an echo: {before:.0f} ms before, {over:.0f} ms over the restart")
    print(f"  connections ended: {ended}; the command said: {told}")


if __name__ == "__main__":
    main()
