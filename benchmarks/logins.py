"""500 logins at once while two people chat: how long their messages take. At most 50 ms at p99.

Password hashes have their default cost. Half of the clients log in by SASL PLAIN (Argon2id), half by
SCRAM-SHA-256; each has a connection of its own. Two people in another process alternately send a line every 5 ms. The
time of a line is from the write of its sender to the read of the other. The same is measured before, without logins.

``--turns`` measures how long the server's loop was busy in one turn. Other work on the machine does not change that,
but the other figures of such a run are worthless.
"""

import argparse
import asyncio
import base64
import json
import multiprocessing
import os
import secrets
import statistics
import sys
import time

import uvloop
from scramp import ScramClient

from benchmarks.machine import print_header
from benchmarks.served import OPEN, data_directory, serving
from chover.accounts.passwords import Passwords
from chover.engine.ids import UserId
from chover.ports import Account
from chover.store.sqlite.store import SqliteStore

CHANNEL = "#bench"
EVERY_SECONDS = 0.005
PASSWORD = "correct horse battery staple"
PATIENCE_SECONDS = 120
SETTINGS = OPEN + '[accounts]\nhash_cost = "normal"\n'


async def register(data, count):
    """Make accounts with one password, whose verifiers are computed once: only the logins should cost anything."""
    store = SqliteStore.open(data / "data", durability="process")
    passwords = Passwords("normal", scram=True)
    try:
        credentials = await passwords.make(PASSWORD)
        for number in range(count):
            name = f"user{number}"
            await store.registry.accounts.create(
                Account(UserId("a" + secrets.token_hex(8)), name, name, 1), credentials
            )
    finally:
        passwords.close()
        await store.close()


# ---- those who log in ------------------------------------------------------------------------------------------------


class Login:
    """One connection that logs in."""

    def __init__(self, nick, reader, writer):
        self.nick, self._reader, self._writer = nick, reader, writer

    def send(self, line):
        self._writer.write(f"{line}\r\n".encode())

    def respond(self, data):
        self.send(f"AUTHENTICATE {base64.b64encode(data.encode()).decode()}")

    async def until(self, word):
        """Return the line that contains the text."""
        while word not in (line := (await self._reader.readline()).decode()):
            if not line:
                raise ConnectionError(f"{self.nick} lost its connection")
        return line

    async def challenge(self):
        return base64.b64decode((await self.until("AUTHENTICATE ")).split()[1]).decode()


async def by_plain(login):
    login.send("AUTHENTICATE PLAIN")
    await login.until("AUTHENTICATE +")
    login.respond(f"\0{login.nick}\0{PASSWORD}")


async def by_scram(login):
    exchange = ScramClient(["SCRAM-SHA-256"], login.nick, PASSWORD)
    login.send("AUTHENTICATE SCRAM-SHA-256")
    await login.until("AUTHENTICATE +")
    login.respond(exchange.get_client_first())
    exchange.set_server_first(await login.challenge())
    # The client's own work, which is as much as the server's for PLAIN, off the loop of all these clients.
    login.respond(await asyncio.to_thread(exchange.get_client_final))
    exchange.set_server_final(await login.challenge())
    login.send("AUTHENTICATE +")


async def log_in(port, count, scram):
    """Log in all at once. Returns the seconds of each."""
    connections = []

    async def one(number):
        started = time.perf_counter()
        connections.append(await asyncio.open_connection("127.0.0.1", port))
        login = Login(f"user{number}", *connections[-1])
        for line in ("CAP REQ :sasl", f"NICK {login.nick}", "USER u 0 * :u"):
            login.send(line)
        await (by_scram if number % 100 < scram else by_plain)(login)
        await login.until(" 903 ")
        login.send("CAP END")
        await login.until(" 001 ")
        return time.perf_counter() - started

    async with asyncio.timeout(PATIENCE_SECONDS):
        return await asyncio.gather(*[one(number) for number in range(count)])


def crowd(port, count, scram, pipe):
    """The process of the clients that log in. It waits for a line before it begins."""
    # Five hundred clients are not on the server's machine in life: they step back behind it.
    os.nice(5)
    pipe.recv()
    try:
        pipe.send(uvloop.run(log_in(port, count, scram)))
    finally:
        pipe.close()


# ---- those who chat --------------------------------------------------------------------------------------------------


class Chatter(asyncio.Protocol):
    """Notes when a line with a number arrives."""

    def __init__(self):
        self.rest, self.arrived = b"", {}
        self.ready = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.write = transport.write

    def data_received(self, data):
        now = time.perf_counter()
        *lines, self.rest = (self.rest + data).split(b"\r\n")
        for line in lines:
            if b" 366 " in line and not self.ready.done():
                self.ready.set_result(None)
            elif b" PRIVMSG " in line:
                self.arrived[int(line.rpartition(b":")[2])] = now


async def sit_down(port, nick):
    _, chatter = await asyncio.get_running_loop().create_connection(Chatter, "127.0.0.1", port)
    chatter.write(f"NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\nJOIN {CHANNEL}\r\n".encode())
    await chatter.ready
    return chatter


async def chat(two, until, first=0):
    """Send a line every 5 ms, alternately, until ``until`` is done. Returns the milliseconds of each."""
    sent, number, loop = {}, first, asyncio.get_running_loop()
    due = loop.time()
    while not until.done():
        sent[number] = time.perf_counter()
        two[number % 2].write(f"PRIVMSG {CHANNEL} :{number}\r\n".encode())
        number += 1
        due += EVERY_SECONDS
        await asyncio.sleep(max(0.0, due - loop.time()))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while any(line not in two[1 - line % 2].arrived for line in sent):
            await asyncio.sleep(0.01)
    return [(two[1 - line % 2].arrived[line] - at) * 1000 for line, at in sent.items()]


def told(values):
    ordered = sorted(values)
    at = lambda share: ordered[min(len(ordered) - 1, int(share * len(ordered)))]  # noqa: E731
    return f"p50 {at(0.5):.2f} ms, p95 {at(0.95):.2f} ms, p99 {at(0.99):.2f} ms, longest {ordered[-1]:.1f} ms"


async def measure(port, count, scram, seconds):
    parent, child = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=crowd, args=(port, count, scram, child))
    process.start()
    child.close()
    two = [await sit_down(port, nick) for nick in ("anna", "bert")]
    warm = await chat(two, asyncio.ensure_future(asyncio.sleep(1)))
    quiet = await chat(two, asyncio.ensure_future(asyncio.sleep(seconds)), len(warm))
    started = time.perf_counter()
    parent.send("go")
    logins = asyncio.ensure_future(asyncio.to_thread(parent.recv))
    busy = await chat(two, logins, len(warm) + len(quiet))
    took = time.perf_counter() - started
    process.join(PATIENCE_SECONDS)
    return quiet, busy, logins.result(), took


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logins", type=int, default=500)
    parser.add_argument("--scram", type=int, default=50, help="percent of the logins that use SCRAM")
    parser.add_argument("--seconds", type=float, default=5.0, help="seconds without logins, before them")
    parser.add_argument("--cost", choices=("normal", "cheap"), default="normal", help="cost of a password hash")
    parser.add_argument("--turns", action="store_true")
    parser.add_argument("--durability", choices=("power", "process"), default="power")
    options = parser.parse_args()
    with data_directory() as data:
        asyncio.run(register(data, options.logins))
        turns = data / "turns.json" if options.turns else None
        settings = SETTINGS.replace("normal", options.cost)
        with serving(data, options.durability, settings=settings, turns=turns) as served:
            before = served.cpu()
            quiet, busy, logins, took = asyncio.run(
                measure(served.port, options.logins, options.scram, options.seconds)
            )
            cpu = served.cpu() - before
        timed = json.loads(turns.read_text()) if turns else {}
    print_header(f"{options.logins} logins, {options.scram} % by SCRAM", "4 bytes", options.durability)
    print(f"  nobody logs in:  {told(quiet)}, n={len(quiet)}")
    print(f"  meanwhile:       {told(busy)}, n={len(busy)}")
    print(f"  the logins:      {took:.1f} s in all, median {statistics.median(logins):.1f} s; {cpu:.1f} s of CPU")
    if timed:
        long = ", ".join(f"{count} of {ms} ms" for ms, count in timed["milliseconds"])
        print(f"  of {timed['turns']:,} turns: {long or 'none'} and more; the longest {timed['longest']:.1f} ms")
        return
    sys.exit(sorted(busy)[int(0.99 * len(busy))] > 50)


if __name__ == "__main__":
    main()
