"""What an operator reads in the log of a real server, and what nobody ever does."""

import json
import re
import signal
import urllib.error
import urllib.request

import pytest

from tests.e2e.server import chover
from tests.e2e.wire import Irc

PASSWORD = "the-password-of-alice"
TEXT = "what-alice-says-to-bob"


def messages(server):
    """The lines of its own modules, without time and module."""
    return [line.split(": ", 1)[1] for line in server.log().splitlines() if " chover." in line]


def live_a_little(server):
    with Irc(server.port, "alice") as alice:
        alice.send(f"REGISTER * * {PASSWORD}")
        alice.expect("REGISTER SUCCESS alice")
        alice.say(TEXT)
        alice.send(f"OPER root {PASSWORD}")
        alice.expect(" 381 ")
        alice.send(f"QUIT :{TEXT}")
        alice.until_closed()
    with Irc(server.port) as again:
        again.send(f"PASS alice:{PASSWORD}", "NICK alice", "USER alice 0 * :Alice")
        again.expect(" 001 ")
        again.send("KILL alice :enough")
        again.expect(" 481 ")


@pytest.mark.single_process("workers tell their starts in other lines")
def test_the_log_tells_a_life_of_a_server_and_no_secrets(serve, tmp_path):
    file = tmp_path / "chover.toml"
    settings = f'[[operators]]\nname = "root"\npassword = "{PASSWORD}"\n'
    file.write_text(settings)
    server = serve("--config", str(file))
    live_a_little(server)
    told = chover("account", "suspend", "alice", "--reason", TEXT, "--data", str(server.data), home=server.home)
    assert told.returncode == 0, told.stderr
    file.write_text(f'{settings}[server]\nnetwork = "Two"\npassword = "{PASSWORD}"\n')
    assert chover("reload", "--data", str(server.data), home=server.home).returncode == 0
    file.write_text("[server\n")
    assert chover("reload", "--data", str(server.data), home=server.home).returncode == 1
    assert chover("stop", "--reason", "Back soon", "--data", str(server.data), home=server.home).returncode == 0
    server.wait()
    in_order(
        messages(server),
        rf"ChatOverSockets \S+ started as process {server.pid}: it listens on 127\.0\.0\.1:{server.port}, its data is",
        r"connected: alice \(irc\) from 127\.0\.0\.1:\d+$",
        r"registered: account alice from 127\.0\.0\.1$",
        r"logged in: alice \(irc\) from 127\.0\.0\.1:\d+ as account alice$",
        r"operator root: OPER by alice \(irc\) from 127",
        r"disconnected: alice \(irc\) from 127\.0\.0\.1:\d+$",
        r"logged in: alice .* as account alice$",
        r"connected: alice .*, account alice$",
        r"operator console: suspend-account alice$",
        r'reload: server.network: "ChatOverSockets" -> "Two"$',
        r"reload: server.password is new$",
        r"reload: .*; nothing was changed$",
        r"stopping: chover stop, and people are told: Back soon$",
        r"stopped$",
    )
    assert PASSWORD not in server.log()
    assert TEXT not in server.log()


def in_order(lines, *patterns):
    """Each pattern is found in a line behind that of the one before."""
    rest = iter(lines)
    for pattern in patterns:
        assert any(re.search(pattern, line) for line in rest), (pattern, lines)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_by_a_signal_names_it(server, number):
    server.signal(number)
    assert server.wait() == 0
    in_order(messages(server), f"stopping: signal {number.name}$", "stopped$")


def test_json_has_every_line_as_an_object(serve):
    server = serve(CHOVER_LOG_FORMAT="json", CHOVER_LIMITS_CONNECTIONS="1000")
    with Irc(server.port, "alice"):
        pass
    server.stop()
    rows = [json.loads(line) for line in server.log().splitlines()]
    assert {"info"} == {row["level"] for row in rows}
    assert any(row["message"].startswith("connected: alice") for row in rows)
    assert rows[-1]["message"] == "stopped"


def test_addresses_are_left_out_when_they_are_not_wanted_also_by_a_reload(serve, tmp_path):
    file = tmp_path / "chover.toml"
    file.write_text("[log]\naddresses = false\n")
    server = serve("--config", str(file))
    with Irc(server.port, "alice"):
        pass
    file.write_text("")
    assert chover("reload", "--data", str(server.data), home=server.home).returncode == 0
    with Irc(server.port, "bob"):
        pass
    server.stop()
    assert "connected: alice (irc)" in messages(server)
    assert any(line.startswith("connected: bob (irc) from 127.0.0.1:") for line in messages(server))


def test_a_damaged_form_writes_nothing_to_the_log(server):
    """What aiohttp warns of would stand there in the words of whoever sent it."""
    body = b"--b\r\nContent-Disposition: \x1b[31mred words; x\r\n\r\nhello\r\n--b--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    for headers in (kind, {"Content-Type": "a/b; c*"}):
        request = urllib.request.Request(f"http://127.0.0.1:{server.port}/files", body, headers)
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(request, timeout=20)
        with answer.value:
            assert answer.value.code < 500
    assert "red words" not in server.log()
    assert "Warning" not in server.log()
