"""Attacks on a server from one address, and what two people who talk from another address notice.

``python -m benchmarks.abuse`` runs all of them, ``python -m benchmarks.abuse history searches`` some. Each runs against
its own server with default limits. The same pair is measured on the same server before the attack.
"""

import asyncio
import contextlib
import json
import resource
import statistics
import subprocess
import sys
import time

from benchmarks.machine import print_header
from benchmarks.served import data_directory, serving

SETTINGS = """
[server]
host = "127.0.0.1"
[files]
guests = true
[history]
replay = 0
[limits]
{limits}
[store]
durability = "{{durability}}"
"""
WITHOUT = "history_share = 0\nhistory_share_per_address = 0"
"""As before the budget for reading history existed."""
PAIR = "127.0.0.2"
"""The address of the pair; the attackers use 127.0.0.1."""
SECONDS, EACH, PAIRS = 5.0, 0.05, 5
"""The interval between messages of a pair (in seconds), and the duration: few enough that nobody is slowed down."""
PATIENCE_SECONDS = 150.0
"""How long to wait for the attacker's connections to be closed."""
MESSAGES = 3000
"""Earlier messages in #lobby."""
CAPS = "batch server-time message-tags draft/chathistory soju.im/search draft/multiline"


# ---- the pair that is measured, in a process of its own


async def line_with(reader, word):
    while word not in (line := await reader.readline()):
        if not line:
            raise ConnectionError(f"lost while waiting for {word}")


async def come_in(port, nick, address, caps=""):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0), limit=1 << 24)
    writer.write(f"CAP REQ :{caps}\r\nNICK {nick}\r\nUSER {nick} 0 * :x\r\nCAP END\r\n".encode())
    await line_with(reader, b" 366 ")
    return reader, writer


async def talk(port):
    """Milliseconds from each message to its arrival at the other person, for all pairs."""
    return [one for took in await asyncio.gather(*[talk_of(port, pair) for pair in range(PAIRS)]) for one in took]


async def talk_of(port, pair):
    (_, speaker), (reader, hearer) = await come_in(port, f"ann{pair}", PAIR), await come_in(port, f"ben{pair}", PAIR)
    await asyncio.sleep(pair * EACH / PAIRS)
    took, until = [], time.perf_counter() + SECONDS
    while (began := time.perf_counter()) < until:
        speaker.write(f"PRIVMSG ben{pair} :{len(took)} \r\n".encode())
        await line_with(reader, f":{len(took)} ".encode())
        took.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(max(0.0, EACH - (time.perf_counter() - began)))
    speaker.close()
    hearer.close()
    return took


async def measured(port):
    command = [sys.executable, "-m", "benchmarks.abuse", "--pair", str(port)]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    answer, _ = await process.communicate()
    if process.returncode:
        sys.exit("the pair could not talk")
    return json.loads(answer)


# ---- the attacks: each is given a port, and a list for what it holds open


async def opened(port, number, first, held):
    """Open so many connections; each sends something once and then stays silent."""
    gate = asyncio.Semaphore(100)

    async def one():
        async with gate:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(first)
                held.append((reader, writer))

    await asyncio.gather(*[one() for _ in range(number)])


async def half_open(port, held):
    await opened(port, 2000, b"", held)


async def half_tls(port, held):
    await opened(port, 1000, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", held)


async def slow_http(port, held):
    """A header that never ends, with a letter every half second."""
    await opened(port, 500, b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", held)
    await letters(held)


async def letters(held):
    while True:
        await asyncio.sleep(0.5)
        for _, writer in held:
            writer.write(b"a")


async def silent_websockets(port, held):
    hello = (
        b"GET /irc HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    await opened(port, 500, hello, held)


async def half_ssh(port, held):
    await opened(port, 200, b"SSH-2.0-half\r\n", held)


async def uploads(port, held):
    await opened(port, 100, b"PUT /files/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 4096, held)


async def crowd(port, number, held, line, word):
    """Guests who each repeat a request as soon as it is answered."""

    async def one(name):
        reader, writer = await come_in(port, f"bad{name}", "127.0.0.1", CAPS)
        held.append((reader, writer))
        while True:
            writer.write(line)
            await line_with(reader, word)

    await asyncio.gather(*[one(name) for name in range(number)], return_exceptions=True)


async def history(port, held):
    await crowd(port, 20, held, b"CHATHISTORY LATEST #lobby * 500\r\nPING x\r\n", b" PONG ")


async def searches(port, held):
    terms = " ".join(f"{letter}{other}*" for letter in "abcdefghij" for other in "klmnopqrst")
    await crowd(port, 20, held, f"SEARCH :text={terms}\r\nPING x\r\n".encode(), b" PONG ")


async def open_batches(port, held):
    """Guests who begin a multi-line message and never end it."""

    async def one(name):
        reader, writer = await come_in(port, f"bad{name}", "127.0.0.1", CAPS)
        held.append((reader, writer))
        number = 0
        while True:
            number += 1
            lines = [f"BATCH +{number} draft/multiline #lobby", *[f"@batch={number} PRIVMSG #lobby :{'x' * 300}"] * 30]
            writer.write("".join(f"{line}\r\n" for line in [*lines, "PING x"]).encode())
            await line_with(reader, b" PONG ")

    await asyncio.gather(*[one(name) for name in range(50)], return_exceptions=True)


async def deaf(port, held):
    """Guests who request history and never read it."""
    for name in range(50):
        reader, writer = await come_in(port, f"bad{name}", "127.0.0.1", CAPS)
        reader._transport.pause_reading()
        writer.write(b"CHATHISTORY LATEST #lobby * 500\r\n" * 40)
        held.append((reader, writer))


ATTACKS = {
    "half-open": (half_open, "2,000 connections that say nothing"),
    "half-tls": (half_tls, "1,000 TLS handshakes left half way"),
    "slow-http": (slow_http, "500 HTTP requests, a letter at a time"),
    "websockets": (silent_websockets, "500 WebSockets that say nothing"),
    "half-ssh": (half_ssh, "200 SSH key exchanges left half way"),
    "uploads": (uploads, "100 uploads left half way"),
    "history": (history, "20 guests who loop CHATHISTORY, 500 messages each"),
    "searches": (searches, "20 guests who loop searches with 100 terms"),
    "batches": (open_batches, "50 guests with batches that never end"),
    "deaf": (deaf, "50 guests who ask for history and never read"),
}


TRICKLES = {"slow-http": letters}
"""Connections that continue to send after the pairs have talked."""


async def fill(port):
    """Write messages to read in #lobby."""
    _, writer = await come_in(port, "filler", PAIR, "")
    for start in range(0, MESSAGES, 30):
        writer.write("".join(f"PRIVMSG #lobby :message {start + n} {'word ' * 20}\r\n" for n in range(30)).encode())
        await writer.drain()
    reader, other = await come_in(port, "fence", PAIR)
    writer.write(b"PRIVMSG fence :done\r\n")
    await line_with(reader, b"fence :done")
    writer.close()
    other.close()


async def run(name, served):
    attack, _ = ATTACKS[name]
    before, rss = await measured(served.port), served.rss()
    held = []
    task = asyncio.create_task(attack(served.port, held))
    during = await measured(served.port)
    grown = served.rss() - rss
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    alive = open_of(held)
    closed = await seconds_until_closed(name, held) if alive else 0.0
    for _, writer in held:
        writer.transport.abort()
    return before, during, grown, alive, closed


def open_of(held):
    # The answer so far is not read, so that at_eof() would not be true.
    return sum(not reader._eof and not reader.exception() for reader, _ in held)


async def seconds_until_closed(name, held):
    """How long it takes to close connections that do nothing new; None for longer than PATIENCE_SECONDS."""
    goes_on = asyncio.create_task(TRICKLES[name](held)) if name in TRICKLES else None
    for reader, _ in held:
        # A client that reads nothing does not see the end either.
        reader._transport.resume_reading()
        reader.feed_data = lambda _data: None
    began = time.perf_counter()
    while open_of(held) and time.perf_counter() - began < PATIENCE_SECONDS:
        await asyncio.sleep(0.1)
    took = time.perf_counter() - began
    if goes_on:
        goes_on.cancel()
    return None if open_of(held) else took


def told(took):
    percentiles = statistics.quantiles(took, n=100)
    return f"{statistics.median(took):6.1f} {percentiles[98]:6.1f} {max(took):6.1f}"


def report(name, what, limits):
    with data_directory() as data:
        with serving(data, settings=SETTINGS.format(limits="flood = false")) as served:
            asyncio.run(fill(served.port))
        with serving(data, settings=SETTINGS.format(limits=limits)) as served:
            before, during, grown, alive, closed = asyncio.run(run(name, served))
    after = f"> {PATIENCE_SECONDS:.0f} s" if closed is None else f"{closed:.0f} s"
    print(f"| {what:<58} | {told(before)} | {told(during)} | {alive:5} | {after} | {grown:5.1f} |", flush=True)


def main():
    if sys.argv[1:2] == ["--pair"]:
        print(json.dumps(asyncio.run(talk(int(sys.argv[2])))))
        return
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65536), most))
    print_header(f"{PAIRS} pairs, each a message in {EACH * 1000:g} ms for {SECONDS:g} s", "10 bytes", "power")
    print("| attack | before: p50 p99 longest, ms | during: the same | open at the end | closed after | memory, MiB |")
    print("|---|---|---|---|---|---|", flush=True)
    for name in sys.argv[1:] or ATTACKS:
        if name == "history":
            report(name, f"{ATTACKS[name][1]}, without a budget", WITHOUT)
        report(name, ATTACKS[name][1], "")


if __name__ == "__main__":
    main()
