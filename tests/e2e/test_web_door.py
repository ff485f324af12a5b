"""A browser at the port: the real one, since it does things by itself that no other client does."""

import subprocess

from tests.e2e.wire import Irc, Wire
from tests.terminal import BOUND

GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def browse(chromium, address, home):
    """The page as it stands when its scripts have run, from a browser without any past."""
    switches = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    switches += ["--disable-component-update", "--disable-sync", f"--user-data-dir={home}", "--dump-dom"]
    found = subprocess.run([chromium, *switches, address], capture_output=True, text=True, timeout=BOUND, check=True)
    return found.stdout


def names(irc):
    """The nicks in the lobby."""
    irc.send("NAMES #lobby")
    found = irc.expect(r" 353 \S+ = #lobby :")
    irc.expect(" 366 ")
    return found.rpartition(":")[2].split()


def test_a_browser_shows_the_page_and_its_idle_connections_are_nobody(server, needs, tmp_path):
    chromium = needs("chromium", "apt-get install chromium")
    with Irc(server.port, "nora") as nora:
        nora.say("so that there is history, which silent connections are shown")
        # What browsers open ahead of time, and may use much later.
        idle = [Wire(server.port) for _ in range(4)]
        assert "<sign-in" in browse(chromium, f"http://127.0.0.1:{server.port}/", tmp_path / "profile")
        for wire in idle:
            assert b"so that there is history" in wire.receive()
            wire.send_bytes(GET)
            assert wire.receive() == b"", "a browser sees that it cannot be used, and opens another"
            wire.close()
        assert [name.lstrip("~@") for name in names(nora)] == ["nora"]
        assert not [line for line in nora.fence() if " JOIN " in line]
