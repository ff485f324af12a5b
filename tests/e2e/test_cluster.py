"""Two servers on one database: who has a nick, and what becomes of a node that dies or sleeps."""

import json
import re
import signal
import time

import pytest

from tests.e2e.server import chover
from tests.e2e.wire import Irc
from tests.servers.nats import nats_server
from tests.servers.postgres import bare_database, postgres

pytestmark = pytest.mark.single_process("its nodes are servers of its own")

__all__ = ["bare_database", "nats_server", "postgres"]


def takes(person, nick, seconds):
    """Ask for a nick until it is given."""
    deadline = time.monotonic() + seconds
    while True:
        person.send(f"NICK {nick}")
        answer = person.expect(f" 43[38] |NICK :?{nick}$")
        if " NICK " in answer:
            return
        assert time.monotonic() < deadline, answer
        person.is_silent_for(0.3)


def is_told(person, question, answer, seconds=15):
    """Ask until the answer is there; the lines."""
    deadline = time.monotonic() + seconds
    while True:
        person.send(question)
        lines = person.until(" 318 ")
        if any(re.search(answer, line) for line in lines):
            return lines
        assert time.monotonic() < deadline, lines
        person.is_silent_for(0.2)


@pytest.fixture
def start(bare_database, nats_server, serve):
    """Start another node."""
    env = {"CHOVER_STORE_URL": bare_database, "CHOVER_BUS_URL": nats_server.url(), "CHOVER_LIMITS_FLOOD": "false"}
    return lambda **more: serve(**env, **more)


def test_a_nick_on_one_node_is_taken_on_the_other_until_it_is_given_up(start):
    here, there = start(), start()
    with Irc(here.port, "alice") as alice, Irc(there.port) as other:
        other.send("NICK alice", "USER a 0 * a")
        other.expect(" 433 ")
        other.send("NICK bob")
        other.expect(" 001 bob ")
        alice.send("NICK alicia")
        alice.expect("NICK :?alicia")
        takes(other, "alice", 10)


def test_a_second_device_comes_in_on_the_other_node_as_soon_as_there_is_an_account(start):
    here, there = start(), start()
    for nick, password in [("alice", "alice@phone:sesame"), ("bob", "bob:sesame"), ("carol", "sesame")]:
        with Irc(here.port, nick) as first, Irc(there.port) as second:
            first.send("NS REGISTER sesame")
            first.expect(" 900 ")
            second.send(f"PASS {password}", f"NICK {nick}", "USER a 0 * a")
            second.expect(f" 001 {nick} ")


def test_a_second_node_that_would_not_hear_the_first_is_refused(bare_database, serve, tmp_path):
    serve(CHOVER_STORE_URL=bare_database)
    refused = chover("serve", "--port", "0", "--data", str(tmp_path / "other"), home=tmp_path,
                     CHOVER_STORE_URL=bare_database)  # fmt: skip
    assert refused.returncode == 1
    assert refused.stderr.count("another server uses the database of store.url") == 1
    assert "set bus.url on all of them" in refused.stderr


def test_a_second_node_leaves_the_people_of_the_first_where_they_are(start):
    here = start()
    with Irc(here.port, "alice") as alice:
        start()
        alice.send("NAMES #lobby")
        assert "alice" in alice.expect(" 353 ")


def test_the_nicks_of_a_node_that_died_are_free_and_a_sleeper_stops_by_itself(start):
    here, there = start(), start()
    with Irc(here.port, "alice"), Irc(there.port, "bob") as bob:
        here.signal(signal.SIGSTOP)
        takes(bob, "alice", 30)
        here.signal(signal.SIGCONT)
        assert here.wait() == 0
        bob.say("we go on")
    assert "the other nodes have taken this one for dead: it stops" in here.log()


def test_people_on_other_nodes_are_known_also_by_what_nats_has_lost_and_an_operator_reaches_them(start, nats_server):
    root = json.dumps([{"name": "root", "password": "sesame"}])
    here, there = start(), start(CHOVER_OPERATORS=root)
    with Irc(here.port, "alice") as alice, Irc(there.port, "bob") as bob:
        bob.send("MONITOR + carol")
        bob.expect(" 731 bob carol$")
        nats_server.kill()
        alice.send("AWAY :lunch")
        alice.expect(" 306 ")
        with Irc(here.port, "carol") as carol:
            carol.send("AWAY :tea")
            carol.expect(" 306 ")
            bob.expect(" 730 bob carol!")
            nats_server.start()
            is_told(bob, "WHOIS alice", " 301 bob alice :?lunch")
            is_told(bob, "WHOIS carol", " 301 bob carol :?tea")
            carol.leave()
            bob.expect(" 731 bob carol$")
        bob.send("OPER root sesame", "KILL alice :spam")
        alice.expect(r"ERROR :Killed \(bob \(spam\)\)")
        bob.expect(":alice!.* QUIT ")
