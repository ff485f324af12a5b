"""A ban on a real server: by the command line, while it runs and while it does not, at every door."""

import asyncio
import contextlib
import json
import socket
import ssl
import struct
import sys
import time
from functools import partial

import pytest

from tests.e2e.people import Person
from tests.e2e.server import chover
from tests.e2e.wire import Irc
from tests.terminal import BOUND

ELSEWHERE = "127.0.0.2"
"""Another address of this machine's loopback, which Linux has without being told."""


def connected(server, address):
    try:
        return socket.create_connection(("127.0.0.1", server.port), BOUND, source_address=(address, 0))
    except OSError:
        pytest.skip(f"this system has no {address}")


def everything(connection):
    """What comes until the server closes the connection."""
    received = b""
    while piece := connection.recv(4096):
        received += piece
    return received.decode()


def until(connection, part):
    received = b""
    while part not in received:
        piece = connection.recv(4096)
        assert piece, received
        received += piece


def ban(server, *arguments):
    done = chover("ban", *arguments, "--data", str(server.data), home=server.home)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.single_process("a ban names those whom it removed from its own node")
def test_anyone_who_is_banned_goes_at_once_and_comes_in_by_no_door(serve):
    server = serve()
    with (
        connected(server, ELSEWHERE) as irc,
        connected(server, ELSEWHERE) as original,
        connected(server, "127.0.0.1") as here,
    ):
        irc.sendall(b"NICK bob\r\nUSER bob 0 * :Bob\r\n")
        until(irc, b" 001 bob ")
        here.sendall(b"NICK alice\r\nUSER alice 0 * :Alice\r\n")
        until(here, b"JOIN #lobby")
        original.sendall(struct.pack("!16s16s", b"oldie", b"25.6.16"))
        until(here, b"oldie")

        told = ban(server, "add", ELSEWHERE, "--for", "2h", "--reason", "spam", "--force")

        assert "removed: bob, oldie" in told
        assert "ERROR :Banned from this server until " in everything(irc)
        assert "spam" in everything(original)
        until(here, b"(ban 1): spam")
    with connected(server, ELSEWHERE) as again:
        assert everything(again).endswith("UTC (ban 1): spam\r\n")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with connected(server, ELSEWHERE) as secure, pytest.raises((ssl.SSLError, ConnectionError)):
        context.wrap_socket(secure)
    past = chover("who", "--past", "bob", "--json", "--data", str(server.data), home=server.home).stdout
    assert json.loads(past)["address"] == ELSEWHERE


def test_a_ban_that_was_set_while_no_server_ran_counts_and_ends_when_it_is_lifted(serve):
    server = serve()
    server.stop()
    ban(server, "add", ELSEWHERE, "--force")
    server.start()
    with connected(server, ELSEWHERE) as bob:
        assert "Banned from this server for good (ban 1)" in everything(bob)
    assert ban(server, "remove", "1") == f"{ELSEWHERE} is no longer banned\n"
    with connected(server, ELSEWHERE) as bob:
        bob.sendall(b"NICK bob\r\nUSER bob 0 * :Bob\r\n")
        until(bob, b" 001 bob ")
    assert [json.loads(line)["did"] for line in ban(server, "log", "--json").splitlines()] == ["BAN", "UNBAN"]


def until_in(guest, nick, channel):
    """Asks until somebody is in a channel; each answer is waited for."""
    deadline = time.monotonic() + BOUND
    while time.monotonic() < deadline:
        guest.send(f"WHOIS {nick}")
        if any(" 319 " in line and channel in line for line in guest.until(" 318 ")):
            return
    raise AssertionError(f"{nick} is not in {channel}")


@pytest.mark.parametrize("options", [(), ("--classic",), ("--reader",)], ids=["full screen", "classic", "reader"])
async def test_anyone_who_was_banned_by_hand_stays_out_under_another_nick(serve, tmp_path, options):
    server = serve(CHOVER_LIMITS_FLOOD="false")
    home = tmp_path / "mod"
    home.mkdir()
    command = (sys.executable, "-m", "chover", "chat", f"127.0.0.1:{server.port}", "--nick", "mod", *options)
    async with contextlib.AsyncExitStack() as closing:
        mod = Person(home, "mod", *command)
        closing.push_async_callback(mod.close)
        await mod.terminal.matches("#lobby|^You")
        guest = closing.enter_context(Irc(server.port, "guest", address=ELSEWHERE))
        await mod.say("I am here")
        await asyncio.to_thread(guest.expect, "PRIVMSG #lobby :I am here")
        await mod.say("/join #den")
        await asyncio.to_thread(until_in, guest, "mod", "#den")
        await mod.terminal.matches("(?m)^ #den|Now in #den|in #den now")
        guest.send("JOIN #den")
        await asyncio.to_thread(guest.expect, " 366 guest #den ")
        await mod.say("/kickban guest out")
        await asyncio.to_thread(guest.expect, "KICK #den guest :out")
        guest.send("NICK other", "JOIN #den")
        await asyncio.to_thread(guest.expect, " 474 other #den ")
        guest.close()
        again = closing.enter_context(await asyncio.to_thread(partial(Irc, server.port, "third", address=ELSEWHERE)))
        again.send("JOIN #den")
        await asyncio.to_thread(again.expect, " 474 third #den ")
        await mod.say("/unban guest")
        await mod.terminal.shows("No longer banned from #den")
        again.send("JOIN #den")
        await asyncio.to_thread(again.expect, " 366 third #den ")
