"""Chat in scripts: what is piped in is said once and in order, what is said comes out, and the exit status is true."""

import contextlib
import json
import re
import select
import signal
import subprocess
import sys
import time

import pytest

from tests.e2e.people import STAMP, script
from tests.e2e.server import TROUBLE, chover, environment
from tests.e2e.wire import Irc, text
from tests.terminal import BOUND


@contextlib.contextmanager
def running(server, *arguments, program=("-m", "chover")):
    """A client on pipes, ended at the end."""
    client = subprocess.Popen(
        [sys.executable, *program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(server.home),
        bufsize=0,
    )
    with client:
        try:
            yield client
        finally:
            client.kill()


def at(server):
    return ("--server", f"127.0.0.1:{server.port}")


def next_line(client):
    """The next line of its output."""
    line, deadline = b"", time.monotonic() + BOUND
    while not line.endswith(b"\n"):
        readable, _, _ = select.select([client.stdout], [], [], max(0.0, deadline - time.monotonic()))
        byte = client.stdout.read(1) if readable else b""
        assert byte, f"the output ends with {line!r}"
        line += byte
    return line.decode()


def history(server):
    with Irc(server.port, "auditor") as auditor:
        return [text(line) for line in auditor.history()]


# ---- the script of the original


def test_lines_piped_into_the_script_are_all_sent_and_acknowledged(server):
    lines = [f"line {number} ☕" for number in range(60)]
    ended = subprocess.run(
        [sys.executable, str(script(server.home, server.port))],
        input="".join(f"{line}\n" for line in ["1", "Alice", *lines]),
        env=environment(server.home),
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines()[-2:] == ["[!] Client shutting down...", "[i] Done."]
    assert history(server) == lines


def test_the_script_without_a_server_says_so(tmp_path, server):
    server.stop()
    ended = subprocess.run(
        [sys.executable, str(script(tmp_path, server.port))],
        input="1\n\nhello\n",
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )
    assert ended.returncode == 1
    assert re.search(rf"^\[x\] Failed to connect to \S*:{server.port}\.$", ended.stdout, re.MULTILINE)
    assert ended.stderr == ""


# ---- send


def test_send_says_one_line_and_its_standard_input(server):
    ended = chover("send", "#lobby", "hello", "from", "a script", *at(server), home=server.home)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    lines = [f"{number} of many" for number in range(90)]
    ended = chover("send", "#lobby", *at(server), home=server.home, text="\n".join(lines))
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert history(server) == ["hello from a script", *lines]


def test_send_fails_with_one_line_when_it_is_not_acknowledged(server):
    ended = chover("send", "nobody", "hello", *at(server), home=server.home)
    assert ended.returncode == 1
    assert re.fullmatch(r"chover: not delivered to nobody: .*\n", ended.stderr)
    server.stop()
    ended = chover("send", "#lobby", "hello", *at(server), home=server.home)
    assert ended.returncode == 1
    assert re.fullmatch(rf"chover: .*127\.0\.0\.1:{server.port}.*\n", ended.stderr)


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_send_goes_on_after_a_restart_and_says_everything_once(serve, end):
    server = serve(CHOVER_LIMITS_FLOOD="false")
    with running(server, "send", "#lobby", *at(server)) as client, Irc(server.port, "watcher") as watcher:
        client.stdin.write(b"".join(b"first %d\n" % number for number in range(500)))
        watcher.expect("PRIVMSG #lobby :first 200$")
        getattr(server, end)()
        client.stdin.write(b"meanwhile\n")
        server.start()
        client.stdin.write(b"last\n")
        client.stdin.close()
        assert client.wait(BOUND) == 0
        assert not TROUBLE.search(client.stderr.read().decode())
    assert history(server) == [*[f"first {number}" for number in range(500)], "meanwhile", "last"]


# ---- tail


def test_tail_prints_what_is_said_as_lines(server):
    with Irc(server.port, "alice") as alice:
        alice.say("too early")
        with running(server, "tail", "#lobby", "--nick", "tailor", *at(server)) as client:
            alice.expect(":tailor!.* JOIN")
            alice.say("hello")
            assert re.fullmatch(rf"alice \| {STAMP} ❯ hello\n", next_line(client))
            client.send_signal(signal.SIGINT)
            assert client.wait(BOUND) == 0
            assert client.stderr.read() == b""


def test_tail_prints_json_and_misses_nothing_while_the_server_restarts(server):
    with (
        Irc(server.port, "alice") as alice,
        running(server, "tail", "#lobby", "--json", *at(server)) as client,
    ):
        alice.expect(":guest!.* JOIN")
        name = alice.say("before")
        line = json.loads(next_line(client))
        assert line.items() >= {
            "from": "alice", "target": "#lobby", "text": "before", "kind": "message", "msgid": name
        }.items()  # fmt: skip
        server.kill()
    server.start()
    with (
        running(server, "tail", "#lobby", "--json", *at(server)) as client,
        Irc(server.port, "alice") as alice,
    ):
        alice.expect(":guest!.* JOIN")
        alice.say("one")
        server.kill()
        server.start()
        with Irc(server.port, "bob") as bob:
            bob.say("two")
            bob.say("three")
            assert [json.loads(next_line(client))["text"] for _ in range(3)] == ["one", "two", "three"]


def test_tail_ends_without_a_word_when_nobody_reads_it(server):
    with Irc(server.port, "alice") as alice, running(server, "tail", "#lobby", *at(server)) as client:
        alice.expect(":guest!.* JOIN")
        client.stdout.close()
        alice.say("nobody reads this")
        client.wait(BOUND)
        assert client.stderr.read() == b""
