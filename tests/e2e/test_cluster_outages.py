"""What people see of two nodes while NATS or PostgreSQL is away: docs/cluster.md, "What failures look like"."""

import json
import time

import pytest

from tests.e2e.server import chover
from tests.e2e.wire import Irc, text
from tests.servers.nats import nats_server
from tests.servers.postgres import bare_database, own_postgres, postgres

pytestmark = pytest.mark.single_process("its nodes are servers of its own")

__all__ = ["bare_database", "nats_server", "own_postgres", "postgres"]

LAG_SECONDS = 8
"""About one is usual; a busy machine takes more."""


@pytest.fixture
def start(nats_server, serve):
    def both(url):
        env = {"CHOVER_STORE_URL": url, "CHOVER_BUS_URL": nats_server.url(), "CHOVER_LIMITS_FLOOD": "false"}
        return [serve(**env, CHOVER_STORE_WAIT_SECONDS="0.5") for _ in range(2)]

    return both


def test_without_nats_nothing_is_refused_and_messages_and_joins_arrive_a_little_later(
    bare_database, nats_server, start
):
    here, there = start(bare_database)
    with Irc(here.port, "alice") as alice, Irc(there.port, "bob") as bob:
        alice.expect(":bob!.* JOIN #lobby")
        nats_server.kill()
        for number in range(3):
            alice.say(f"number {number}")
            began = time.monotonic()
            bob.expect(f"PRIVMSG #lobby :number {number}$")
            assert time.monotonic() - began < LAG_SECONDS
        alice.send("JOIN #tea", "TOPIC #tea :still here")
        alice.expect(" TOPIC #tea :still here")
        with Irc(there.port, "carol"):
            alice.expect(":carol!.* JOIN #lobby")
        for node in (here, there):
            assert "lost the connection to NATS" in node.log()
        status = chover("cluster", "status", "--json", "--data", str(here.data), home=here.home, **here.env)
        assert status.returncode == 0, status.stdout
        nats_server.start()


def test_without_postgresql_nothing_is_acknowledged_and_what_is_in_memory_goes_on(own_postgres, start):
    here, there = start(own_postgres.url())
    with Irc(here.port, "alice") as alice, Irc(there.port, "bob") as bob:
        alice.expect(":bob!.* JOIN #lobby")
        acknowledged = ["before"]
        alice.say("before")
        bob.expect("PRIVMSG #lobby :before")
        own_postgres.kill()
        for person in (alice, bob):
            person.send(f"PRIVMSG #lobby :of {person.nick}")
            told = person.expect(f"PRIVMSG #lobby :of {person.nick}$|the database cannot be reached")
            assert "the database cannot be reached" in told
            assert "nothing was sent" in told or "it may have been sent" in told
            person.send("NAMES #lobby", "WHOIS alice")
            assert {"alice", "bob"} <= {name.lstrip("@") for name in person.expect(" 353 ").rpartition(":")[2].split()}
            person.expect(" 318 ")
        status = chover("cluster", "status", "--data", str(here.data), home=here.home, **here.env)
        assert (status.returncode, status.stdout) == (1, "")
        assert "start PostgreSQL" in status.stderr
        own_postgres.start()
        for speaker, listener in ((alice, bob), (bob, alice)):
            speaker.say(f"after, {speaker.nick}")
            listener.expect(f"PRIVMSG #lobby :after, {speaker.nick}$")
            acknowledged.append(f"after, {speaker.nick}")
        kept = [text(line) for line in bob.history() if " PRIVMSG " in line]
        assert [line for line in kept if line in acknowledged] == acknowledged
        rows = chover("cluster", "status", "--json", "--data", str(here.data), home=here.home, **here.env)
        assert all(not json.loads(line)["died"] for line in rows.stdout.splitlines()), "nobody was declared dead"
