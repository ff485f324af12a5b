"""Two nodes behind HAProxy: one after the other is restarted, and upgraded, while people talk."""

import asyncio
import contextlib
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
import pytest

from chover import __version__
from tests.e2e.people import AtTheOriginal, free_port
from tests.e2e.server import chover
from tests.e2e.test_kill_under_outbox import Talking
from tests.e2e.test_ssh import OverSsh
from tests.e2e.test_workers import require_all_once_in_order
from tests.e2e.wire import Irc
from tests.servers.nats import nats_server
from tests.servers.postgres import bare_database, postgres
from tests.terminal import BOUND, ROOT

__all__ = ["bare_database", "nats_server", "postgres"]

NEXT = "99.1.0"
NEXT_VERSION = f"""
import sys
from chover import version
version.__version__ = "{NEXT}"
from chover.store.postgres import schema
schema.STEPS = (*schema.STEPS, schema.Step("ALTER TABLE node ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'"))
schema.prepare.__defaults__ = (schema.STEPS,)
from chover.cli import main
sys.exit(main())
"""
"""The program of the next version, whose schema is one step further."""

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.single_process("its nodes are servers of its own"),
]


@pytest.fixture
def nodes(bare_database, nats_server, serve):
    """Each connection to them begins with the header of a proxy."""
    env = {"CHOVER_STORE_URL": bare_database, "CHOVER_BUS_URL": nats_server.url(), "CHOVER_LIMITS_FLOOD": "false",
           "CHOVER_SERVER_PROXY": "true"}  # fmt: skip
    return [serve(**env) for _ in range(2)]


class HaProxy:
    """HAProxy with the settings of packaging/haproxy.cfg, but other addresses."""

    def __init__(self, program, nodes):
        self.port = free_port()
        # The path of a socket must be short.
        self._directory = tempfile.TemporaryDirectory(prefix="haproxy-")
        self._socket = Path(self._directory.name, "admin.sock")
        text = (ROOT / "packaging/haproxy.cfg").read_text()
        for was, now in {
            "bind :55555": f"bind 127.0.0.1:{self.port}",
            "10.0.0.1:55555": f"127.0.0.1:{nodes[0].port}",
            "10.0.0.2:55555": f"127.0.0.1:{nodes[1].port}",
            "/run/haproxy/admin.sock mode": f"{self._socket} mode",
        }.items():
            assert was in text
            text = text.replace(was, now)
        settings = Path(self._directory.name, "haproxy.cfg")
        settings.write_text(text)
        subprocess.run([program, "-c", "-f", settings], check=True, capture_output=True)
        self._process = subprocess.Popen([program, "-db", "-f", settings], stderr=subprocess.DEVNULL)

    def ask(self, command):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self._socket))
            connection.sendall(f"{command}\n".encode())
            return connection.makefile().read()

    def wait_until(self, server, state):
        """Wait for a state in its list of servers; it looks at each once a second."""
        deadline = time.monotonic() + BOUND
        while not (seen := self._state(server)).startswith(state):
            assert time.monotonic() < deadline, f"{server} is {seen}, not {state}"

    def _state(self, server):
        try:
            shown = self.ask("show stat")
        except OSError:
            return "starting"
        rows = [line.split(",") for line in shown.splitlines() if line]
        place = rows[0].index("status")
        return next((row[place] for row in rows if row[:2] == ["nodes", server]), "unknown")

    def close(self):
        self._process.terminate()
        self._process.wait()
        self._directory.cleanup()


@pytest.fixture
def proxy(needs, nodes):
    found = HaProxy(needs("haproxy", "apt-get install haproxy"), nodes)
    try:
        found.wait_until("one", "UP")
        found.wait_until("two", "UP")
        yield found
    finally:
        found.close()


def present(node):
    """The people that are connected to a node, and their addresses."""
    done = chover("who", "--json", "--data", str(node.data), home=node.home)
    return dict(re.findall(r'"nick": "(\w+)".*?"address": "([^"]+)"', done.stdout))


async def test_everything_comes_through_it_with_the_address_of_the_client(proxy, nodes, tmp_path, needs):
    needs("ssh", "apt-get install openssh-client")
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    async with contextlib.AsyncExitStack() as stack:
        irc = stack.enter_context(Irc(proxy.port, "irc", address="127.0.0.2"))
        tls = stack.enter_context(Irc(proxy.port, "tls", address="127.0.0.3", tls=trusting))
        connector = aiohttp.TCPConnector(local_addr=("127.0.0.4", 0))
        web = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        async with web.get(f"http://127.0.0.1:{proxy.port}/healthz") as health:
            assert (await health.text()).strip() == "ok"
        page = await web.ws_connect(f"http://127.0.0.1:{proxy.port}/irc", protocols=["text.ircv3.net"])
        stack.push_async_callback(page.close)
        await page.send_str("NICK web")
        await page.send_str("USER w 0 * :w")
        while " 001 web " not in await page.receive_str(timeout=BOUND):
            pass
        raw = AtTheOriginal(tmp_path, "Raw", proxy.port)
        stack.push_async_callback(raw.close)
        await raw.arrive()
        sue = OverSsh(tmp_path, "sue", proxy.port, None, "-b", "127.0.0.5")
        stack.push_async_callback(sue.close)
        await sue.arrive()
        tls.say("through the proxy")
        irc.expect("PRIVMSG #lobby :through the proxy")
        for person in (raw, sue):
            await person.sees("tls", "through the proxy")
        seen = [await asyncio.to_thread(present, node) for node in nodes]
    assert all(seen), "leastconn puts somebody on each"
    own = {"irc": "127.0.0.2", "tls": "127.0.0.3", "web": "127.0.0.4", "sue": "127.0.0.5", "Raw": "127.0.0.1"}
    assert {**seen[0], **seen[1]} == own


def test_nothing_is_lost_repeated_or_swapped_while_both_nodes_are_upgraded_one_after_the_other(
    proxy, nodes, tmp_path, bare_database
):
    talkers = [Talking(tmp_path, proxy.port, nick) for nick in ("ann", "ben")]
    try:
        for name, node, after in zip(("one", "two"), nodes, (1, 2), strict=True):
            for talker in talkers:
                talker.listen(talker.more(40))
            proxy.ask(f"set server nodes/{name} state drain")
            node.stop()
            node.program = (sys.executable, "-c", NEXT_VERSION)
            node.start()
            for talker in talkers:
                talker.listen(talker.more(40))
            proxy.ask(f"set server nodes/{name} state ready")
            proxy.wait_until(name, "UP")
            assert versions(bare_database, tmp_path).count(NEXT) == after
        for talker in talkers:
            talker.listen(talker.more(40))
            talker.kill()
            # It says nothing new: it sends what is in its journal, and ends when all of that is kept.
            talker.begin(last=0)
            talker.listen(lambda: False)
    finally:
        for talker in talkers:
            talker.close()
    assert sum(talker.lost for talker in talkers) > 0
    for talker, nick in zip(talkers, ("ann", "ben"), strict=True):
        require_all_once_in_order(proxy, talker, nick)


def versions(url, home):
    """Of the nodes that the cluster has."""
    done = chover("cluster", "status", "--json", home=home, CHOVER_STORE_URL=url)
    found = re.findall(r'"version": "([^"]+)"', done.stdout)
    assert set(found) <= {__version__, NEXT}, done
    return found
