"""What a caller sends is not kept, and who does not listen is not listened to: seen with asyncssh on both ends."""

import asyncio
import socket

import asyncssh
import pytest

from chover.edge.ssh.connection import SshConnection, take_languages

BOUND = 20
PASSWORD = "right"


class Session(asyncssh.SSHServerSession):
    def connection_made(self, chan):
        self.channel = chan
        self.languages = take_languages(chan)

    def shell_requested(self):
        return True


class Server(asyncssh.SSHServer):
    def __init__(self):
        self.session = Session()
        self.asked = asyncio.Event()
        self.answer = asyncio.Event()

    def connection_made(self, conn):
        self.connection = conn

    def begin_auth(self, username):
        return username == "alice"

    def password_auth_supported(self):
        return True

    async def validate_password(self, username, password):
        with self.connection.finding_out():
            self.asked.set()
            await self.answer.wait()
        return password == PASSWORD

    def session_requested(self):
        return self.session

    def reads(self):
        return self.connection.valve._pipe.is_reading()


def sockets():
    """The two ends of a connection, whose buffers are small, so that little fills them."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
        far = socket.socket()
        far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        far.connect(listening.getsockname())
        near, _ = listening.accept()
    for sock in (near, far):
        sock.setblocking(False)
    return near, far


@pytest.fixture
async def pair():
    """A server, and the socket of who calls it."""
    server = Server()
    near, far = sockets()
    key = asyncssh.generate_private_key("ssh-ed25519")
    options = await asyncssh.SSHServerConnectionOptions.construct(
        server_host_keys=[key], server_factory=lambda: server, line_editor=False
    )
    loop = asyncio.get_running_loop()
    await loop.connect_accepted_socket(lambda: SshConnection(loop, options), near)
    yield server, far
    server.connection.abort()
    await server.connection.wait_closed()


async def call(far, username="mallory", **more):
    options = {"known_hosts": None, "config": None, "agent_path": None, "client_keys": None, **more}
    return await asyncssh.connect(sock=far, username=username, **options)


async def until(true):
    async with asyncio.timeout(BOUND):
        while not true():
            await asyncio.sleep(0)


async def test_only_variables_about_the_language_are_taken(pair):
    server, far = pair
    async with await call(far) as connection:
        process = await connection.create_process(env={"LANG": "de_DE.UTF-8", "EDITOR": "sh"})
        for pair_of in ((b"MORE", b"x" * 1000), (b"LC_ALL", b"x" * 41), (b"LC_MESSAGES", b"de\x1b[2J")):
            name, value = (len(text).to_bytes(4) + text for text in pair_of)
            assert await process.channel._make_request(b"env", name, value) is False
        assert server.session.languages == {"LANG": "de_DE.UTF-8"}
        assert dict(server.session.channel.get_environment_bytes()) == {}


async def test_anyone_who_takes_no_answers_is_not_read_from_until_they_are_taken(pair):
    server, far = pair
    async with await call(far) as connection:
        process = await connection.create_process()
        connection._transport.pause_reading()
        server.connection.valve._pipe.set_write_buffer_limits(0)
        asking = []
        while server.reads():
            asking += [asyncio.ensure_future(process.channel._make_request(b"nothing@example.org")) for _ in range(100)]
            await asyncio.sleep(0)
        connection._transport.resume_reading()
        async with asyncio.timeout(BOUND):
            assert set(await asyncio.gather(*asking)) == {False}
        assert server.reads()


async def test_nothing_is_collected_while_a_password_is_looked_up(pair):
    server, far = pair
    calling = asyncio.ensure_future(call(far, "alice", password=PASSWORD))
    await server.asked.wait()
    assert not server.reads()
    server.answer.set()
    async with await calling:
        await until(server.reads)


async def test_anyone_who_hangs_up_while_a_password_is_looked_up_is_gone_afterwards(pair):
    server, far = pair
    calling = asyncio.ensure_future(call(far, "alice", password=PASSWORD))
    await server.asked.wait()
    calling.cancel()
    await asyncio.wait([calling])
    server.answer.set()
    async with asyncio.timeout(BOUND):
        await server.connection.wait_closed()
