"""The end of a server is as orderly as its life: everybody is told, everything is written, nothing is left behind."""

import contextlib
import hashlib
import re
import shutil
import signal
import socket
import ssl
import time

import pytest

from tests.e2e.server import chover
from tests.e2e.wire import Irc, Original, text
from tests.terminal import BOUND

KEPT = {"chover.db", "chover.pid", "search.db", "ssh_host_ed25519_key", "tls-certificate.pem", "tls-key.pem"}


def said(lines):
    return [text(line) for line in lines if " PRIVMSG #lobby " in line]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.single_process("it lists the files of SQLite")
def test_a_signal_tells_everybody_why_and_leaves_a_clean_database(server, number):
    with Irc(server.port, "alice") as alice, Original(server.port) as raw, tls(server.port) as encrypted:
        raw.send_bytes(raw.header(b"Raw"))
        alice.expect(":Raw!.* JOIN")
        encrypted.sendall(b"NICK tess\r\nUSER tess 0 * :Tess\r\n")
        alice.expect(":tess!.* JOIN")
        server.signal(number)
        assert alice.until_closed()[-1] == "ERROR :The server is shutting down"
        assert raw.shows("shutting down").splitlines()[-1] == "[!] The server is shutting down"
        assert raw.read() == b""
        assert everything(encrypted).endswith(b"ERROR :The server is shutting down\r\n")
    assert server.wait() == 0
    assert {path.name for path in server.data.iterdir()} == KEPT


@contextlib.contextmanager
def tls(port):
    """A TLS connection that trusts anybody."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", port), BOUND) as plain,
        context.wrap_socket(plain) as encrypted,
    ):
        yield encrypted


def everything(connection):
    """What comes until the end."""
    data = b""
    while more := connection.recv(65536):
        data += more
    return data


@pytest.mark.single_process("the other node may end before it has heard the last messages, which are kept")
def test_what_is_queued_for_a_slow_reader_is_delivered_before_the_end(serve):
    server = serve(CHOVER_LIMITS_FLOOD="false", CHOVER_LIMITS_SEND_QUEUE_BYTES="16777216")
    with Irc(server.port, "slow") as slow, Irc(server.port, "alice") as alice:
        alice.send(*[f"PRIVMSG #lobby :{number} {'x' * 400}" for number in range(9000)])
        alice.expect("PRIVMSG #lobby :8999 ")
        server.signal(signal.SIGTERM)
        assert alice.until_closed()[-1].startswith("ERROR ")
        lines = slow.until_closed()
    assert [line.split()[0] for line in said(lines)] == [str(number) for number in range(9000)]
    assert lines[-1] == "ERROR :The server is shutting down"
    assert server.wait() == 0


def test_what_anybody_saw_before_the_end_is_there_after_it(serve):
    server = serve(CHOVER_LIMITS_FLOOD="false")
    with Irc(server.port, "bob") as bob, Irc(server.port, "alice") as alice:
        alice.send(*[f"PRIVMSG #lobby :{number}" for number in range(3000)])
        alice.expect("PRIVMSG #lobby :100$")
        server.signal(signal.SIGTERM)
        seen_by_alice, seen_by_bob = said(alice.until_closed()), said(bob.until_closed())
    assert server.wait() == 0
    server.start()
    with Irc(server.port, "carol") as carol:
        history = said(carol.history())
    assert history == [str(number) for number in range(len(history))]
    assert len(history) > 100
    assert seen_by_bob == history[: len(seen_by_bob)]
    assert seen_by_alice == history[101 : 101 + len(seen_by_alice)]


# ---- the operator


def test_chover_stop_tells_people_the_reason_and_returns_when_the_server_is_gone(server):
    with Irc(server.port, "alice") as alice:
        ended = chover("stop", "--reason", "Back in an hour", "--data", str(server.data), home=server.home)
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "stopped\n", "")
        assert server.process.wait(1) == 0
        assert alice.until_closed()[-1] == "ERROR :Back in an hour"
    ended = chover("stop", "--data", str(server.data), home=server.home)
    assert ended.returncode == 1
    assert re.fullmatch(r"chover: no server is running on .*; start one with: chover serve\n", ended.stderr)


@pytest.mark.single_process("chover who names the workers, too")
def test_chover_who_shows_who_is_on(server):
    assert chover("who", "--data", str(server.data), home=server.home).stdout == "nobody is online\n"
    with Irc(server.port, "alice") as alice, Original(server.port) as raw:
        raw.send_bytes(raw.header(b"Raw"))
        alice.expect(":Raw!.* JOIN")
        rows = chover("who", "--data", str(server.data), home=server.home).stdout.splitlines()
    assert rows[0].split() == ["NICK", "FROM", "PROTOCOL", "SINCE", "CHANNELS", "VERSION"]
    assert re.fullmatch(r"alice +127\.0\.0\.1:\d+ +irc +\S+ \S+ +#lobby", rows[1])
    assert re.fullmatch(r"Raw +127\.0\.0\.1:\d+ +legacy +\S+ \S+ +#lobby +25\.6\.16", rows[2])


@pytest.fixture
def renewable(serve, tmp_path):
    """A server whose certificate is configured, and a way to renew that."""
    pairs = [serve(), serve()]
    names = ("tls-certificate.pem", "tls-key.pem")
    for pair in pairs:
        pair.stop()

    def renew(pair):
        for name in names:
            shutil.copy(pair.data / name, tmp_path / name)

    renew(pairs[0])
    cert, key = (str(tmp_path / name) for name in names)
    return serve(CHOVER_TLS_CERT=cert, CHOVER_TLS_KEY=key), lambda: renew(pairs[1])


def fingerprint(port):
    with tls(port) as encrypted:
        return hashlib.sha256(encrypted.getpeercert(binary_form=True)).digest().hex(":").upper()


def test_chover_reload_takes_up_a_renewed_certificate_and_disturbs_nobody(renewable):
    server, renew = renewable
    before = fingerprint(server.port)
    assert before in server.ready
    with Irc(server.port, "alice") as alice, tls(server.port):
        renew()
        ended = chover("reload", "--data", str(server.data), home=server.home)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert "certificate" in ended.stdout
        assert fingerprint(server.port) != before
        alice.say("undisturbed")


def test_a_reload_says_what_waits_for_the_next_start(serve, tmp_path):
    file = tmp_path / "chover.toml"
    file.write_text('[server]\nnetwork = "One"\n')
    server = serve("--config", str(file))
    file.write_text('[server]\nnetwork = "Two"\nname = "two.example"\n')
    ended = chover("reload", "--data", str(server.data), home=server.home)
    assert ended.stdout.splitlines() == [
        'server.name: "" -> "two.example" (from the next start on)',
        'server.network: "One" -> "Two"',
    ]
    with Irc(server.port, "alice") as alice:
        alice.send("VERSION")
        alice.expect("NETWORK=Two")


def test_sighup_takes_up_a_renewed_certificate(renewable):
    server, renew = renewable
    before = fingerprint(server.port)
    renew()
    server.signal(signal.SIGHUP)
    deadline = time.monotonic() + BOUND
    while fingerprint(server.port) == before:
        assert time.monotonic() < deadline, "the old certificate is still shown"


def test_a_certificate_that_cannot_be_read_changes_nothing(renewable):
    server, _ = renewable
    before = fingerprint(server.port)
    (server.home.parent / "tls-key.pem").write_text("no key")
    ended = chover("reload", "--data", str(server.data), home=server.home)
    assert ended.returncode == 1
    assert re.fullmatch(r"chover: .*tls-key\.pem contains no private key in PEM: use a file that does\n", ended.stderr)
    assert fingerprint(server.port) == before
