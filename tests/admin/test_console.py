import io
import threading
from datetime import UTC, datetime

import pytest

from chover.admin.console import Console
from chover.ports import Peer
from chover.wire.hello import LegacyMessage

PEER = Peer("192.168.1.101", 54321, "irc")
EVENING = datetime(2024, 6, 19, 17, 1)  # noqa: DTZ001 - the local time


@pytest.fixture
def out():
    return io.StringIO()


@pytest.fixture
def console(out):
    console = Console(out)
    yield console
    console.close()


def shown(console, out):
    console.close()
    return out.getvalue()


def test_joins_and_leaves_are_shown_as_by_the_original(console, out):
    console.connected(PEER, "Alice", "25.6.16")
    console.disconnected(PEER, "Alice", "25.6.16")
    assert shown(console, out).splitlines() == [
        "[+] Connected: 192.168.1.101:54321 username: Alice (ver. 25.6.16).",
        "[-] Disconnected: 192.168.1.101:54321 username: Alice (ver. 25.6.16).",
    ]


def test_an_unknown_version_is_the_originals(console, out):
    console.connected(PEER, "guest", "")
    assert shown(console, out) == "[+] Connected: 192.168.1.101:54321 username: guest (ver. 4.0.4).\n"


def test_what_is_said_is_shown_as_the_original_does(console, out):
    console.said(LegacyMessage("Alice", EVENING, "Hello everyone!"))
    assert shown(console, out).splitlines() == ["Alice | Jun 19 [05:01 PM] ❯ Hello everyone!"]


def test_a_time_of_another_zone_is_shown_in_ours(console, out):
    at = datetime(2024, 6, 19, 17, 1, tzinfo=UTC)
    console.said(LegacyMessage("Alice", at, "hi"))
    assert shown(console, out) == f"Alice | Jun {at.astimezone():%d [%I:%M %p]} ❯ hi\n"


def test_nothing_that_people_send_commands_the_terminal(console, out):
    console.connected(PEER, "A\x1b[2Jlice", "1\n[-] Disconnected")
    console.said(LegacyMessage("Al\x07ice", EVENING, "\x1b]0;owned\x07 \x0304red"))
    assert shown(console, out).splitlines() == [
        "[+] Connected: 192.168.1.101:54321 username: A[2Jlice (ver. 1 [-] Disconnected).",
        "Alice | Jun 19 [05:01 PM] ❯ ]0;owned red",
    ]


def test_the_stop_is_said_once_and_then_done(console, out):
    console.listening("192.168.1.100", "", 55555)
    console.stopping()
    console.stopped()
    assert out.getvalue() == (
        "[*] Server <192.168.1.100>: listening on 0.0.0.0:55555...\n\n[!] Server shutting down...\n[i] Done.\n"
    )


class Stuck(io.StringIO):
    """A terminal that takes nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.entered = threading.Event()

    def write(self, text):
        self.entered.set()
        self.go.wait(10)
        return super().write(text)


def test_a_stopped_terminal_stops_nobody_and_is_told_what_it_missed(monkeypatch):
    monkeypatch.setattr("chover.admin.console.WAITING", 2)
    terminal = Stuck()
    console = Console(terminal)
    console.tell("1")
    assert terminal.entered.wait(10)
    for line in "2345":
        console.tell(line)
    terminal.go.set()
    console.close()
    assert terminal.getvalue().splitlines() == ["1", "2", "3", "[!] 2 lines not shown."]


class Narrow(io.TextIOWrapper):
    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="ascii")


def test_a_terminal_without_the_originals_arrow_gets_something_else():
    terminal = Narrow()
    console = Console(terminal)
    console.said(LegacyMessage("Alice", EVENING, "hi"))
    console.close()
    assert terminal.buffer.getvalue() == b"Alice | Jun 19 [05:01 PM] ? hi\n"


def test_a_terminal_that_is_gone_stops_nobody(out):
    console = Console(out)
    out.close()
    console.tell("1")
    console.close()
    console.tell("2")
    assert not console._thread.is_alive()
