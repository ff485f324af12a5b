"""``chover restart``: the program runs anew, and whoever has a plain connection does not notice."""

import re
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.server import chover
from tests.e2e.test_shutdown import tls
from tests.e2e.wire import Irc, text
from tests.terminal import BOUND


def restart(server):
    done = chover("restart", "--data", str(server.data), home=server.home)
    assert done.returncode == 0, done.stderr
    return done.stdout


def members(person, channel):
    person.send(f"NAMES {channel}")
    return {nick for line in person.until(" 366 ") if " 353 " in line for nick in line.split(" :")[-1].split()}


@pytest.mark.single_process("workers hand no connections over when they restart")
def test_plain_connections_go_on_with_all_that_they_had(server):
    with Irc(server.port, "alice") as alice, Irc(server.port, "bob") as bob:
        bob.send("JOIN #tea", "MODE bob +i", "AWAY :at lunch", "MONITOR + carol,alice")
        bob.expect(" 730 ")
        alice.send("JOIN #tea", "CAP REQ :echo-message message-tags")
        alice.expect("CAP .* ACK")
        bob.expect(":alice!.* JOIN #tea")
        assert re.fullmatch(r"restarted in \d+\.\d s; 2 connections by now\n", restart(server))
        assert server.process.poll() is None
        alice.send("PRIVMSG #tea :still here?")
        alice.expect("PRIVMSG #tea :still here")
        bob.expect(":alice!.*PRIVMSG #tea :still here")
        alice.send("WHOIS bob")
        answer = "\n".join(alice.until(" 318 "))
        assert "301 alice bob :at lunch" in answer
        bob.send("MODE bob", "MONITOR L")
        assert any(line.endswith(" +i") for line in bob.until(" 221 "))
        assert "carol" in "\n".join(bob.until(" 733 "))
        assert members(alice, "#tea") == {"@bob", "alice"}
        with Irc(server.port, "carol"):
            bob.expect(" 730 .*carol")


@pytest.mark.single_process("workers hand no connections over when they restart")
def test_what_is_sent_meanwhile_is_said_once_and_in_order(serve):
    server = serve(CHOVER_LIMITS_FLOOD="false")
    with Irc(server.port, "alice") as alice, Irc(server.port, "bob") as bob:
        alice.send(*[f"PRIVMSG #lobby :{number}" for number in range(2000)])
        restart(server)
        alice.send(*[f"PRIVMSG #lobby :{number}" for number in range(2000, 2500)])
        came = [text(line) for line in bob.until("PRIVMSG #lobby :2499$") if " PRIVMSG #lobby " in line]
    assert came == [str(number) for number in range(2500)]


@pytest.mark.single_process("workers hand no connections over when they restart")
def test_a_line_that_is_half_sent_is_finished_after_it(server):
    with Irc(server.port, "alice") as alice, Irc(server.port, "bob") as bob:
        alice.send_bytes(b"PRIVMSG #lobby :one th")
        restart(server)
        alice.send_bytes(b"ought\r\n")
        bob.expect(":alice!.* PRIVMSG #lobby :one thought")


def test_nobody_who_comes_meanwhile_is_refused(server):
    refused, came = 0, 0
    with ThreadPoolExecutor(1) as beside:
        restarting = beside.submit(restart, server)
        while not restarting.done():
            try:
                with socket.create_connection(("127.0.0.1", server.port), BOUND) as newcomer:
                    newcomer.sendall(b"PING :x\r\n")
                    came += 1
            except OSError:
                refused += 1
    assert "restarted" in restarting.result()
    assert (refused, came > 0) == (0, True)


@pytest.mark.single_process("workers hand no connections over when they restart")
def test_anyone_who_cannot_go_on_is_told_and_the_others_see_them_leave(server):
    with Irc(server.port, "alice") as alice, tls(server.port) as encrypted:
        encrypted.sendall(b"NICK tess\r\nUSER tess 0 * :Tess\r\n")
        alice.expect(":tess!.* JOIN")
        restart(server)
        alice.expect(":tess!.* QUIT :The server is restarting")
        rest = b""
        while more := encrypted.recv(65536):
            rest += more
        assert rest.endswith(b"ERROR :The server is restarting\r\n")
        assert members(alice, "#lobby") == {"alice"}


def test_settings_that_cannot_be_read_leave_the_server_as_it_is(serve, tmp_path):
    config = tmp_path / "chover.toml"
    config.write_text("[limits]\nflood = false\n")
    server = serve("--config", str(config))
    with Irc(server.port, "alice") as alice:
        config.write_text("[limits]\nflood = 'perhaps'\n")
        done = chover("restart", "--data", str(server.data), home=server.home)
        assert done.returncode == 1
        assert "limits.flood" in done.stderr
        alice.send("PING :there")
        alice.expect("PONG .*there")


@pytest.mark.single_process("workers hand no connections over when they restart")
def test_limits_for_newcomers_do_not_end_those_who_were_there(serve, tmp_path):
    config = tmp_path / "chover.toml"
    config.write_text("[limits]\nconnection_rate_per_address = 0\n")
    server = serve("--config", str(config))
    with Irc(server.port, "a") as one, Irc(server.port, "b") as two, Irc(server.port, "c") as three:
        config.write_text("[limits]\nconnection_rate_per_address = 1\nconnection_burst_per_address = 1\n")
        restart(server)
        for person in (one, two, three):
            person.send("PING :still")
            person.expect("PONG .*still")
        assert members(one, "#lobby") == {"a", "b", "c"}
