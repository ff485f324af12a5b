"""Clients that connect by TLS, WebSocket or SSH, join, and are silent: a process of its own.

``idle_clients KIND PORT COUNT CAPS``: client number n is in ``#idle<n/100>``. It prints a line when all have joined,
and keeps them until its standard input ends.
"""

import asyncio
import ssl
import sys

import aiohttp
import asyncssh

AT_ONCE = 64
MEMBERS = 100


def context():
    made = ssl.create_default_context()
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    return made


def channel_of(number):
    return f"#idle{number // MEMBERS}"


def hello(number, caps):
    return [
        f"CAP REQ :{caps}",
        f"NICK i{number}",
        "USER i 0 * :i",
        "CAP END",
        f"JOIN {channel_of(number)}",
        "PING last",
    ]


class Silent(asyncio.Protocol):
    def __init__(self, number, caps):
        self._number, self._caps = number, caps
        self.joined = asyncio.get_running_loop().create_future()
        self._tail = b""

    def connection_made(self, transport):
        transport.write("".join(f"{line}\r\n" for line in hello(self._number, self._caps)).encode())

    def data_received(self, data):
        if not self.joined.done():
            self._tail = self._tail[-20:] + data
            if b" PONG " in self._tail:
                self.joined.set_result(None)

    def connection_lost(self, error):
        sys.exit(f"client {self._number} lost its connection: {error}")


async def by_tls(port, number, caps, shared):
    loop = asyncio.get_running_loop()
    _, client = await loop.create_connection(lambda: Silent(number, caps), "127.0.0.1", port, ssl=shared["tls"])
    await client.joined
    return client


async def by_websocket(port, number, caps, shared):
    if "http" not in shared:
        shared["http"] = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    socket = await shared["http"].ws_connect(
        f"http://127.0.0.1:{port}/irc", protocols=["text.ircv3.net"], heartbeat=None
    )
    for line in hello(number, caps):
        await socket.send_str(line)
    while " PONG " not in await socket.receive_str():
        pass
    return socket


async def by_ssh(port, number, caps, shared):
    del caps
    shared.setdefault("key", asyncssh.generate_private_key("ssh-ed25519"))
    call = await asyncssh.connect(
        "127.0.0.1",
        port,
        username=f"i{number}",
        known_hosts=None,
        config=None,
        agent_path=None,
        client_keys=[shared["key"]],
    )
    screen = await call.create_process(term_type="xterm-256color", term_size=(120, 40), encoding=None)
    seen = b""
    while b"#lobby" not in seen:
        seen = seen[-20:] + await screen.stdout.read(65536)
    return call, screen


KINDS = {"tls": by_tls, "websocket": by_websocket, "ssh": by_ssh}


async def main(kind, port, count, caps):
    gate, shared = asyncio.Semaphore(4 if kind == "ssh" else AT_ONCE), {"tls": context()}

    async def one(number):
        async with gate:
            return await KINDS[kind](port, number, caps, shared)

    kept = await asyncio.gather(*map(one, range(count)))
    print(len(kept), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    sys.stdout.flush()
    # The end of this process is the end of its connections.
    import os  # noqa: PLC0415

    os._exit(0)


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
