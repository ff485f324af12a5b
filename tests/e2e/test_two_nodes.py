"""Two servers on one PostgreSQL and one NATS: people on both are in one channel, whatever dies."""

import re
from urllib.request import urlopen

import pytest

from tests.e2e.wire import Irc, text
from tests.servers.nats import nats_server
from tests.servers.postgres import bare_database, postgres
from tests.terminal import BOUND

pytestmark = pytest.mark.single_process("its nodes are servers of its own")

__all__ = ["bare_database", "nats_server", "postgres"]


@pytest.fixture
def nodes(bare_database, nats_server, serve):
    """Both begin before anybody comes."""
    env = {"CHOVER_STORE_URL": bare_database, "CHOVER_BUS_URL": nats_server.url(), "CHOVER_LIMITS_FLOOD": "false"}
    return [serve(**env) for _ in range(2)]


def brought(node):
    """Messages that the bus has brought to a node."""
    with urlopen(f"http://127.0.0.1:{node.port}/metrics", timeout=BOUND) as answer:
        return int(float(re.search(rb"^chover_bus_received_total (\S+)$", answer.read(), re.MULTILINE)[1]))


def messages(lines):
    return [text(line) for line in lines if " PRIVMSG " in line]


def test_people_on_two_nodes_chat_and_go_on_when_nats_dies_and_when_a_node_does(nodes, nats_server):
    here, there = nodes
    with Irc(here.port, "alice") as alice, Irc(there.port, "bob") as bob:
        alice.expect(":bob!.* JOIN #lobby")
        bob.send("NAMES #lobby")
        assert {name.lstrip("@") for name in bob.expect(" 353 ").rpartition(":")[2].split()} == {"alice", "bob"}
        for number in range(40):
            (alice, bob)[number % 2].send(f"PRIVMSG #lobby :{number}")
        heard = [[], []]
        for person, lines in zip((alice, bob), heard, strict=True):
            while len(messages(lines)) < 40:
                lines.extend(person.until(" PRIVMSG #lobby "))
        assert messages(heard[0]) == messages(heard[1]) == messages(alice.history()) == messages(bob.history())
        assert sorted(map(int, messages(heard[0]))) == list(range(40))

        nats_server.kill()
        alice.say("nats is gone")
        bob.expect("PRIVMSG #lobby :nats is gone")
        bob.say("so it is")
        alice.expect("PRIVMSG #lobby :so it is")
        nats_server.start()
        alice.say("nats is back")
        bob.expect("PRIVMSG #lobby :nats is back")

        there.kill()
        alice.say("bob's node is dead")
        with Irc(here.port, "carol") as carol:
            carol.say("and we go on")
            alice.expect("PRIVMSG #lobby :and we go on")
            assert messages(carol.history())[-2:] == ["bob's node is dead", "and we go on"]


def test_a_node_hears_a_channel_while_its_own_people_are_there(nodes):
    here, there = nodes
    with Irc(here.port, "alice") as alice, Irc(there.port, "bob") as bob:
        alice.expect(":bob!.* JOIN #lobby")
        bob.say("here", "alice")
        alice.expect("PRIVMSG alice :here")
        alice.send("JOIN #tea")
        alice.expect(" 366 ")
        before = brought(there)
        for number in range(30):
            alice.say(str(number), "#tea")
        alice.send("TOPIC #tea :green", "LIST #tea")
        alice.expect(" 323 ")
        assert brought(there) - before < 10
        for round_ in range(2):
            bob.send("JOIN #tea")
            assert "green" in bob.expect(" 332 ")
            alice.expect(":bob!.* JOIN #tea")
            alice.say(f"with bob {round_}", "#tea")
            bob.expect(f"PRIVMSG #tea :with bob {round_}")
            bob.send("PART #tea")
            alice.expect(":bob!.* PART #tea")
            alice.say(f"without bob {round_}", "#tea")
        bob.send("JOIN #tea")
        bob.expect(" 366 ")
        told = messages(bob.history("#tea"))
    assert told == [*map(str, range(30)), "with bob 0", "without bob 0", "with bob 1", "without bob 1"]


def test_what_one_device_changes_is_told_to_the_others_on_another_node_with_and_without_nats(nodes, nats_server):
    here, there = nodes
    caps = "batch draft/multiline chover.chat/drafts draft/metadata-3 sasl"
    with Irc(here.port, "alice", caps=caps) as one:
        one.send("NS REGISTER correct-horse")
        one.expect("alice is registered")
        # An account of a moment ago keeps others off its nick, and off what looks like it, on every node.
        with Irc(there.port, "bob") as bob:
            for nick in ("alic\u0435", "alice"):
                bob.send(f"NICK {nick}")
                bob.expect(" 433 ")
        with Irc(there.port, "alice", login="alice@two:correct-horse", caps=caps) as other:
            other.send("METADATA * SUB soju.im/muted soju.im/blocked")
            other.expect(" 770 ")
            for number in range(2):
                one.send(f"DRAFT #lobby * :half {number}", f"METADATA #lobby SET soju.im/muted :{1 - number}")
                other.expect(f"DRAFT #lobby \\* :half {number}")
                other.expect(f" 761 alice #lobby soju.im/muted \\* {1 - number}")
                one.send(f"SILENCE +troll{number}!*@*")
                other.expect(f"SILENCE \\+troll{number}!")
                other.expect(f" 761 alice troll{number} soju.im/blocked \\* 1")
                nats_server.kill()
        nats_server.start()
