"""A client that goes on talking, with its outbox in a journal: a program of its own, so that it can be killed, too.

It says "message N" for each number, and prints ``given N`` when that is in the journal, ``kept N`` when the server has
acknowledged it, and ``offline`` when it has lost the server.
"""

import asyncio
import sys
from pathlib import Path

from chover.client.connection.connection import Connection
from chover.client.connection.connector import Tuning
from chover.client.connection.dial import ServerAddress
from chover.client.connection.registration import LoginIdentity
from chover.client.local.host import LocalHost
from chover.client.local.local_data import LocalData
from chover.client.notifications import Delivered, Offline
from chover.client.state import State

IN_FLIGHT = 24
HASTE = Tuning(first_pause=0.02, longest_pause=0.1)


class Talker:
    def __init__(self, port: int, home: Path, nick: str) -> None:
        self.host = LocalHost(home)
        self.state = State(history=0)
        self.connection = Connection(ServerAddress("127.0.0.1", port), LoginIdentity(nick), self.state, tuning=HASTE)
        self.local_data = LocalData(self.host, self.state, "server", nick)
        self.numbers = {each.nonce: int(each.text.removeprefix("message ")) for each in self.state.outbox}
        self.moved = asyncio.Event()

    async def run(self, first: int, last: int) -> None:
        await self.connection.open()
        listening = asyncio.create_task(self.listen())
        for number in range(first, last):
            while len(self.state.outbox) >= IN_FLIGHT:
                self.moved.clear()
                await self.moved.wait()
            nonce = self.host.nonce()
            self.numbers[nonce] = number
            self.state.say("#lobby", f"message {number}", nonce)
            self.local_data.write()
            say("given", number)
            self.connection.flush()
            await asyncio.sleep(0)
        while len(self.state.outbox):
            self.moved.clear()
            await self.moved.wait()
        listening.cancel()
        await self.connection.close()
        self.local_data.close()

    async def listen(self) -> None:
        while True:
            match await self.connection.next():
                case Delivered(nonce):
                    say("kept", self.numbers[nonce])
                    self.local_data.write()
                    self.moved.set()
                case Offline():
                    say("offline")


def say(*words: object) -> None:
    print(*words, flush=True)


if __name__ == "__main__":
    port, home, first, last, nick = sys.argv[1:]
    asyncio.run(Talker(int(port), Path(home), nick).run(int(first), int(last)))
