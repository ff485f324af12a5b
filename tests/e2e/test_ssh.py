"""The client over SSH, with real ssh programs; and everything else that SSH could do, which this one does not."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import stat
import subprocess

import asyncssh
import pytest

from tests.e2e.people import AtFullScreen, Person
from tests.e2e.server import chover
from tests.e2e.wire import Irc
from tests.terminal import BOUND

QUIET = ("-F", "none", "-o", "UserKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR")


class OverSsh(AtFullScreen):
    """``ssh -p PORT NICK@HOST``; ``key`` is a file."""

    def __init__(self, home, nick, port, key=None, *options):
        by = ("-i", str(key), "-o", "IdentitiesOnly=yes") if key else ("-o", "PubkeyAuthentication=no")
        Person.__init__(self, home, nick, "ssh", "-tt", *QUIET, *by, *options, "-p", str(port), f"{nick}@127.0.0.1")


@pytest.fixture
def ssh(needs):
    return needs("ssh", "apt-get install openssh-client")


@pytest.fixture
async def calls(tmp_path, server, ssh):
    async with contextlib.AsyncExitStack() as closing:

        async def call(nick, key=None, *options, kind=OverSsh):
            home = tmp_path / nick
            home.mkdir(exist_ok=True)
            person = kind(home, nick, server.port, *([key, *options] if kind is OverSsh else []))
            closing.push_async_callback(person.close)
            return person

        yield call


@pytest.fixture
def key(tmp_path):
    """A key of Alice's."""
    path = tmp_path / "alice_key"
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(path)
    path.chmod(0o600)
    return path


@contextlib.asynccontextmanager
async def connected(server):
    """A program that shows a key that is nobody's."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    async with asyncssh.connect(
        "127.0.0.1", server.port, known_hosts=None, config=None, agent_path=None, username="mallory", client_keys=[key]
    ) as connection:
        yield connection


def run(server, program, *arguments):
    return subprocess.run(
        [program, *QUIET, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=False
    )


async def twice(person, text):
    lines = lambda: sum(text in line for line in person.terminal.lines) == 2  # noqa: E731
    await person.terminal._until(lines, f"{text}, twice")


async def test_a_guest_chats_with_nothing_but_ssh(server, calls):
    alice, bob = await calls("alice"), await calls("Bob", kind=AtFullScreen)
    await alice.arrive()
    await bob.arrive()
    await alice.say("from far away")
    await bob.sees("alice", "from far away")
    await bob.say("hello back")
    await alice.sees("Bob", "hello back")
    await alice.say("/quit")
    assert await alice.terminal.ends() == 0


@pytest.mark.single_process("CLIENTS does not name the protocol of devices on other nodes")
async def test_a_key_that_was_added_logs_in_and_is_shown_without_its_secret(server, calls, key):
    with Irc(server.port) as irc:
        irc.send("NICK alice", "USER a 0 * :A")
        irc.expect(r" 001 ")
        irc.send("PRIVMSG NickServ :REGISTER correct-horse-battery")
        irc.expect(r" 900 ")
        line = asyncssh.read_private_key(key).export_public_key().decode().strip()
        irc.send(f"PRIVMSG NickServ :KEY ADD {line}")
        irc.expect(r"The SSH key SHA256:\S+ logs you in")
        irc.send("PRIVMSG NickServ :KEY ADD nonsense")
        irc.expect(r"That is not a public key")
        alice = await calls("somebody", key)
        await alice.terminal.prompts("alice ❯")
        irc.send("PRIVMSG NickServ :CLIENTS")
        irc.expect(r"by ssh")
        fingerprint = asyncssh.read_private_key(key).get_fingerprint()
        irc.send("PRIVMSG NickServ :KEY LIST")
        irc.expect(fingerprint.replace("+", r"\+"))
        irc.send(f"PRIVMSG NickServ :KEY REMOVE {fingerprint}")
        irc.expect(r"no longer logs anybody in")
    stranger = await calls("stranger", key)
    await stranger.terminal.prompts("stranger ❯")


async def test_the_key_of_this_connection_is_added_by_one_command(server, calls, key):
    with Irc(server.port) as irc:
        irc.send("NICK alice", "USER a 0 * :A", "PRIVMSG NickServ :REGISTER correct-horse-battery")
        irc.expect(r" 900 ")
    alice = await calls("alice", key)
    await alice.terminal.shows("/login alice")
    await alice.say("/login alice correct-horse-battery")
    await alice.terminal.prompts("alice ❯")
    await alice.say("/key add")
    alice.terminal.type("\x1b2")
    await alice.terminal.shows("logs you in from now on")
    again = await calls("again", key)
    await again.terminal.prompts("alice ❯")


async def test_a_name_that_is_registered_asks_for_its_password(server, calls):
    with Irc(server.port) as irc:
        irc.send("NICK alice", "USER a 0 * :A", "PRIVMSG NickServ :REGISTER correct-horse-battery")
        irc.expect(r" 900 ")
    alice = await calls("alice")
    await alice.terminal.shows("Password of alice:")
    alice.terminal.type("wrong\r")
    await twice(alice, "Password of alice:")
    alice.terminal.type("correct-horse-battery\r")
    await alice.terminal.prompts("alice ❯")


async def test_the_host_key_is_made_once_and_shown(server):
    async with connected(server) as first:
        shown = first.get_server_host_key().get_fingerprint()
    assert f"SSH {shown}" in server.ready
    assert stat.S_IMODE((server.data / "ssh_host_ed25519_key").stat().st_mode) == 0o600
    server.stop()
    server.start()
    async with connected(server) as second:
        assert second.get_server_host_key().get_fingerprint() == shown


async def test_a_broken_connection_ends_the_session_at_once(server, calls):
    bob = await calls("Bob", kind=AtFullScreen)
    await bob.arrive()
    alice = await calls("alice")
    await alice.arrive()
    await bob.terminal.shows("alice joined")
    alice.terminal.process.kill()
    await bob.terminal.matches("alice .*(left|quit|went)|← alice")


async def test_anyone_who_is_put_out_does_not_come_back_by_the_same_call(server, calls):
    alice = await calls("alice")
    await alice.arrive()
    server.stop()
    assert await alice.terminal.ends() == 0


async def test_the_server_knows_who_calls_from_where(server):
    async with connected(server) as connection:
        process = await connection.create_process(term_type="xterm", encoding=None)
        await painted(process, b"#lobby")
        host, port = connection.get_extra_info("sockname")[:2]
        who = await asyncio.to_thread(chover, "who", "--data", str(server.data), home=server.home)
        assert re.search(rf"^mallory +{re.escape(host)}:{port} +ssh ", who.stdout, re.MULTILINE), who.stdout


@pytest.mark.single_process("each node has a process for SSH")
async def test_the_process_that_speaks_ssh_may_die_and_is_replaced(server, calls):
    bob = await calls("Bob", kind=AtFullScreen)
    await bob.arrive()
    alice = await calls("alice")
    await alice.arrive()
    await bob.terminal.shows("alice joined")
    (worker,) = children(server.pid)
    os.kill(worker, signal.SIGKILL)
    assert await alice.terminal.ends() == 255
    await bob.terminal.matches("alice .*(left|quit|went)|← alice")
    async with asyncio.timeout(BOUND):
        while "ended (status -9)" not in server.log():
            await asyncio.sleep(0)
    again = await calls("again")
    await again.arrive()
    await again.say("everything else went on")
    await bob.sees("again", "everything else went on")


@pytest.mark.single_process("each node has a process for SSH")
async def test_it_does_not_outlive_a_server_that_was_killed(server):
    async with connected(server) as connection:
        process = await connection.create_process(term_type="xterm", encoding=None)
        await painted(process, b"#lobby")
        (worker,) = children(server.pid)
        server.kill()
        async with asyncio.timeout(BOUND):
            await connection.wait_closed()
            while runs(worker):
                await asyncio.sleep(0)


@pytest.mark.single_process("each node has a process for SSH")
async def test_an_orderly_end_leaves_none_behind(server):
    async with connected(server) as connection:
        process = await connection.create_process(term_type="xterm", encoding=None)
        await painted(process, b"#lobby")
        (worker,) = children(server.pid)
        # What a terminal and systemd do: everybody gets the signal.
        os.kill(worker, signal.SIGTERM)
        os.kill(worker, signal.SIGINT)
        ending = asyncio.ensure_future(asyncio.to_thread(server.stop))
        await painted(process, b"The server is shutting down")
        assert await ending == 0
        assert not runs(worker)


def children(pid):
    """The processes that a process has started."""
    rows = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [int(child) for child, parent in map(str.split, rows.splitlines()) if int(parent) == pid]


def runs(pid):
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state) and not state.startswith("Z")


async def test_a_window_that_changes_is_painted_anew(server):
    async with connected(server) as connection:
        process = await connection.create_process(term_type="xterm", term_size=(80, 24), encoding=None)
        await painted(process, b"#lobby")
        process.change_terminal_size(132, 40)
        await painted(process, b"\x1b[39;")


async def painted(process, wanted):
    """Wait until the screen has written this; all that it wrote."""
    seen = b""
    async with asyncio.timeout(BOUND):
        while wanted not in seen:
            seen += await process.stdout.read(65536)
    return seen


# ---- the ways out of it


async def test_no_command_is_run(server, ssh):
    ended = run(server, "ssh", "-p", str(server.port), "mallory@127.0.0.1", "id")
    assert ended.returncode == 255
    assert "uid=" not in ended.stdout
    async with connected(server) as connection:
        for command in ("id", "sh -i", "scp -t /tmp", ""):
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.create_process(command or "true", term_type="xterm")


async def test_no_files_go_either_way(server, ssh):
    assert run(server, "sftp", "-P", str(server.port), "mallory@127.0.0.1:/etc/passwd", "/dev/null").returncode == 255
    assert run(server, "scp", "-P", str(server.port), "mallory@127.0.0.1:/etc/passwd", "/dev/null").returncode
    assert run(server, "scp", "-O", "-P", str(server.port), "mallory@127.0.0.1:/etc/passwd", "/dev/null").returncode
    async with connected(server) as connection:
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.start_sftp_client()


async def test_nothing_is_forwarded(server, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as secret:
        async with connected(server) as connection:
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.open_connection("127.0.0.1", secret.getsockname()[1])
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.open_unix_connection(str(server.data / "admin.sock"))
            with pytest.raises(asyncssh.ChannelListenError):
                await connection.start_server(lambda *_: None, "127.0.0.1", 0)
            with pytest.raises(asyncssh.ChannelListenError):
                await connection.start_unix_server(lambda *_: None, str(tmp_path / "listening"))
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.open_tun()
        secret.setblocking(False)
        with pytest.raises(BlockingIOError):
            secret.accept()


async def test_no_agent_is_forwarded(server):
    async with connected(server) as connection:
        process = await connection.create_process(term_type="xterm", encoding=None)
        await painted(process, b"#lobby")
        # What ssh -A asks for; it does not tell whether it got it.
        assert not await process.channel._make_request(b"auth-agent-req@openssh.com")


async def test_no_windows_are_forwarded(server, needs):
    needs("xauth", "apt-get install xauth")  # without it even a door that forwards them says no
    async with connected(server) as connection:
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.create_process(term_type="xterm", x11_forwarding=True, x11_display="127.0.0.1:9")


async def test_nothing_is_compressed(server):
    with pytest.raises(asyncssh.KeyExchangeFailed):
        await asyncssh.connect(
            "127.0.0.1", server.port, known_hosts=None, config=None, username="mallory", compression_algs=["zlib"]
        )


async def test_variables_that_are_sent_change_nothing(server):
    async with connected(server) as connection:
        sent = {"NO_COLOR": "1", "EDITOR": "sh", "COLORTERM": "truecolor"}
        process = await connection.create_process(term_type="xterm", env=sent, encoding=None)
        seen = await painted(process, b"#lobby")
        assert re.search(rb"\x1b\[[0-9;]*3[1-8]", seen), "NO_COLOR was obeyed"
        process.stdin.write(b"\x18\x05")
        await painted(process, b"does not work over SSH")


async def test_without_a_terminal_it_says_so(server, ssh):
    ended = run(server, "ssh", "-T", "-p", str(server.port), "mallory@127.0.0.1")
    assert (ended.returncode, ended.stdout.strip()) == (
        1,
        "This is a chat: connect with a terminal (ssh -t), and without a command.",
    )


async def test_one_terminal_for_each_connection(server):
    async with connected(server) as connection:
        await connection.create_process(term_type="xterm")
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.create_process(term_type="xterm")


async def test_the_client_has_no_editor_no_files_and_no_other_servers(server, calls, tmp_path):
    alice = await calls("alice")
    await alice.arrive()
    alice.terminal.type("\x18\x05")
    await alice.terminal.shows("does not work over SSH")
    await alice.say("/upload /etc/passwd")
    await twice(alice, "does not work over SSH")
    with socket.create_server(("127.0.0.1", 0)) as secret:
        await alice.say(f"/connect 127.0.0.1:{secret.getsockname()[1]}")
        await alice.terminal.shows("Over SSH there is only this server.")
        secret.setblocking(False)
        with pytest.raises(BlockingIOError):
            secret.accept()
    await alice.say("still here")
    await alice.sees("alice", "still here")
    assert "root:" not in "\n".join(alice.terminal.lines)
