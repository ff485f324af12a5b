"""What one node of a cluster does for all goes on where it was when that node dies; and the state of the nodes."""

import json
import re
import time

import pytest

from tests.e2e.push_receiver import receiving
from tests.e2e.server import chover
from tests.e2e.test_hooks import program
from tests.e2e.test_status import metrics
from tests.e2e.wire import Irc, text
from tests.servers.nats import nats_server
from tests.servers.postgres import bare_database, postgres
from tests.terminal import BOUND

pytestmark = pytest.mark.single_process("its nodes are servers of its own")

__all__ = ["bare_database", "nats_server", "postgres", "program"]


@pytest.fixture
def nodes(bare_database, nats_server, serve):
    env = {
        "CHOVER_STORE_URL": bare_database,
        "CHOVER_BUS_URL": nats_server.url(),
        "CHOVER_LIMITS_FLOOD": "false",
        "CHOVER_OUTGOING_NETWORKS": '["127.0.0.1"]',
    }
    return [serve(**env) for _ in range(2)]


def name_of(address):
    """The database of an address."""
    return address.rpartition("?")[0].rpartition("/")[2]


@pytest.fixture
def doing(postgres, bare_database, nodes):
    """Which of the nodes does a job, and which does not: waits until one does."""

    def find(job):
        name = name_of(bare_database)
        deadline = time.monotonic() + BOUND
        while not (rows := postgres.sql("SELECT node FROM job WHERE name = $1", job, database=name)):
            assert time.monotonic() < deadline
        ours = [(node.data / "node-id").read_text().strip() == rows[0]["node"] for node in nodes]
        return nodes[ours.index(True)], nodes[ours.index(False)]

    return find


def test_a_hook_is_told_everything_in_order_when_the_node_that_tells_it_is_killed(doing, program):
    address, told, came = program
    tells, other = doing("hooks")
    with Irc(other.port, "bob") as bob:
        with Irc(tells.port, "alice") as alice:
            added = chover("hook", "add", "#lobby", "--to", address, "--data", str(other.data), home=other.home)
            assert added.returncode == 0, added.stderr
            for number in range(50):
                alice.say(f"alice {number}")
                bob.say(f"bob {number}")
            for _ in range(60):
                assert came.acquire(timeout=BOUND)
            assert len({message["msgid"] for message in told[:60]}) == 60, "by one of the two nodes"
            bob.send(*[f"PRIVMSG #lobby :bob {number}" for number in range(50, 100)])
            tells.kill()
        bob.expect(":bob 99$")
        for number in range(100, 150):
            bob.say(f"bob {number}")
        while told[-1]["text"] != "bob 149":
            assert came.acquire(timeout=BOUND)
        once = {message["msgid"]: message["text"] for message in told}
        assert len(once) == 200, "what was repeated has the id that it had"
        said = [text(line) for line in bob.history() if " PRIVMSG " in line]
        assert list(once.values()) == said, "in the order of the channel"


def cluster_status(node, *more):
    """Of the settings alone, without anything of the node."""
    return chover("cluster", "status", *more, "--data", str(node.home / "nothing"), home=node.home, **node.env)


def test_the_status_of_a_cluster_shows_its_nodes_and_the_one_that_has_died(nodes, doing):
    tells, other = doing("hooks")
    ids = [(node.data / "node-id").read_text().strip() for node in (tells, other)]
    with Irc(other.port, "alice"), Irc(other.port, "bob"):
        deadline = time.monotonic() + BOUND
        while True:
            done = cluster_status(other, "--json")
            found = {row["id"]: row for row in map(json.loads, done.stdout.splitlines())}
            if found[ids[1]]["sessions"] == 2:
                break
            assert time.monotonic() < deadline
    assert (done.returncode, done.stderr) == (0, "")
    assert set(found) == set(ids)
    assert "hooks" in found[ids[0]]["jobs"]
    assert 0 < found[ids[1]]["seconds_left"] <= 6
    assert found[ids[1]]["address"].endswith(f":{other.port}")
    shown = cluster_status(other)
    assert shown.returncode == 0
    assert shown.stdout.splitlines()[-1] == "nothing to look at"

    tells.kill()
    deadline = time.monotonic() + BOUND
    while "was declared dead" not in (shown := cluster_status(other)).stdout:
        assert time.monotonic() < deadline
        assert shown.returncode == ("SILENT" in shown.stdout)
    assert shown.returncode == 1
    assert f"! node {ids[0]} " in shown.stdout
    assert not (other.home / "nothing").exists()
    tells.start()
    assert cluster_status(other).returncode == 0


def registers(person):
    person.send("NS REGISTER sesame-and-poppy")
    person.expect(" 900 ")


def subscribes(node, address, device):
    with Irc(node.port, "nora") as nora:
        registers(nora)
        nora.send("NS SET ALWAYS-ON on", f"WEBPUSH REGISTER {address} {device.keys}")
        nora.expect("WEBPUSH REGISTER ")


def knows_the_subscription(node):
    deadline = time.monotonic() + BOUND
    while metrics(node)["chover_push_subscriptions"] != 1:
        assert time.monotonic() < deadline


def test_a_push_is_sent_once_whichever_node_the_author_is_on(nodes):
    here, there = nodes
    with receiving() as (address, device, lines, _):
        subscribes(here, address, device)
        knows_the_subscription(there)
        for node, name in ((there, "otto"), (here, "pia")):
            with Irc(node.port, name) as author:
                author.send(f"PRIVMSG nora :from {name}")
                line, _ = lines.get(timeout=BOUND)
                assert line.endswith(f" PRIVMSG nora :from {name}")
        assert lines.empty()
        sent = 'chover_push_messages_total{result="told"}'
        deadline = time.monotonic() + BOUND
        while sorted(metrics(node)[sent] for node in nodes) != [0, 2]:
            assert time.monotonic() < deadline


def pushed(lines, count):
    """The texts of so many pushes."""
    return [lines.get(timeout=BOUND)[0].rpartition(" :")[2] for _ in range(count)]


def everything_is_saved(postgres, database, logs):
    """Waits until it is saved that everything was pushed which was said."""
    found = """SELECT count(*) AS count FROM push_place JOIN log ON log.id = push_place.log
        WHERE NOT EXISTS (SELECT 1 FROM event WHERE log_no = log.no AND kind = 'said' AND seq > place)"""
    deadline = time.monotonic() + BOUND
    while postgres.sql(found, database=name_of(database))[0]["count"] < logs:
        assert time.monotonic() < deadline


def test_everything_is_pushed_when_the_node_that_pushes_is_killed(nodes, doing, postgres, bare_database):
    """What was under way may come twice, and nothing else."""
    pushes, other = doing("push")
    with receiving() as (address, device, lines, opened):
        subscribes(other, address, device)
        knows_the_subscription(pushes)
        with Irc(other.port, "otto") as otto, Irc(pushes.port, "pia") as pia:
            otto.say("hello")
            for number in range(5):
                otto.send(f"PRIVMSG nora :otto {number}")
                pia.send(f"PRIVMSG nora :pia {number}", f"PRIVMSG #lobby :nora: pia {number}")
            before = [*(f"otto {n}" for n in range(5)), *(f"pia {n}" for n in range(5))]
            mentions = [f"nora: pia {n}" for n in range(5)]
            assert sorted(pushed(lines, 15)) == sorted(before + mentions)
            everything_is_saved(postgres, bare_database, logs=3)
            opened.clear()
            otto.send("PRIVMSG nora :under way", "PRIVMSG #lobby :nora: under way")
            assert sorted(pushed(lines, 2)) == ["nora: under way", "under way"]
            otto.send("PRIVMSG nora :not begun")
            pushes.kill()
            opened.set()
            otto.send("PRIVMSG nora :while nobody pushes", "PRIVMSG #lobby :nora: while nobody pushes")
        # In any order: what was said in one conversation waits for no other.
        unfinished = {"under way", "nora: under way", "not begun", "while nobody pushes", "nora: while nobody pushes"}
        came = set()
        while not unfinished <= came:
            came |= set(pushed(lines, 1))
        assert came == unfinished, "nothing that was finished"
        with Irc(other.port, "quin") as quin:
            quin.send("PRIVMSG nora :the other node goes on")
            assert pushed(lines, 1) == ["the other node goes on"]


def test_what_is_read_on_another_node_is_not_pushed_and_taken_back(nodes, doing):
    pushes, other = doing("push")
    with receiving() as (address, device, lines, _), Irc(other.port) as phone:
        phone.send("CAP REQ :draft/read-marker soju.im/webpush", "NICK nora", "USER nora 0 * :Nora", "CAP END")
        phone.expect(" 001 ")
        registers(phone)
        phone.send("NS SET ALWAYS-ON on", f"WEBPUSH REGISTER {address} {device.keys}")
        phone.expect("WEBPUSH REGISTER ")
        knows_the_subscription(pushes)
        with Irc(pushes.port, "otto") as otto:
            otto.send("PRIVMSG nora :read at once")
            phone.expect(":read at once")
            phone.send("MARKREAD otto timestamp=2040-01-01T00:00:00.000Z")
            phone.expect("MARKREAD otto ")
            otto.send("PRIVMSG #lobby :nora: not read yet")
            assert pushed(lines, 1) == ["nora: not read yet"], "after the patience, of which nothing else has come"
            phone.send("MARKREAD #lobby timestamp=2040-01-01T00:00:00.000Z")
            line, _ = lines.get(timeout=BOUND)
            assert re.search(r" MARKREAD #lobby timestamp=20\S+Z$", line)


def schedules(person, *commands):
    """Asks for each of them, and waits until all are kept."""
    person.send(*commands)
    for _ in commands:
        person.expect(" (NOTE|NOTICE) .*Scheduled for .* cancels that$")


def said(lines):
    return [text(line) for line in lines if " PRIVMSG #lobby " in line]


def test_what_is_scheduled_is_done_once_by_the_other_node_when_the_one_that_does_it_is_killed(doing):
    """It dies when it has said the first message, about a second before the next one is due."""
    says, other = doing("scheduled")
    with Irc(other.port, "bob") as bob, Irc(other.port, "nora") as nora:
        registers(nora)
        question = bob.say("who brings milk?")
        later = [f"SCHEDULE #lobby {second}s :after {second}" for second in range(2, 8)]
        schedules(nora, *later, f"REMIND #lobby {question} 5s")
        bob.expect(" PRIVMSG #lobby :after 2$")
        says.kill()
        heard = bob.until(" PRIVMSG #lobby :after 7$", 2 * BOUND)
        assert said(heard) == [f"after {second}" for second in range(3, 8)], "in the order in which they were due"
        assert doing("scheduled") == (other, says)
        told = [*nora.until(" PRIVMSG #lobby :after 7$"), *nora.fence()]
        assert len([line for line in told if line.endswith(":Reminder of #lobby: <bob> who brings milk?")]) == 1
        nora.send("SCHEDULED")
        nora.expect(r" NOTICE nora :\w+ .* reminder of #lobby \(due\): who brings milk\?$")
        assert said([*bob.fence(), *nora.fence()]) == []
        assert said(bob.history()) == ["who brings milk?", *(f"after {second}" for second in range(2, 8))]


REFUSES = """
    CREATE FUNCTION refuses() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'not now'; END $$"""
BEFORE = "CREATE TRIGGER refuses BEFORE DELETE ON scheduled FOR EACH ROW EXECUTE FUNCTION refuses()"


def test_a_scheduled_message_is_said_once_by_a_node_that_is_killed_before_it_has_noted_that(
    doing, postgres, bare_database
):
    """Its author was connected to that node alone."""
    database = name_of(bare_database)
    says, other = doing("scheduled")
    postgres.sql(REFUSES, database=database)
    postgres.sql(BEFORE, database=database)
    with Irc(other.port, "bob") as bob, Irc(says.port, "nora") as nora:
        registers(nora)
        schedules(nora, "SCHEDULE #lobby 1s :see you there")
        bob.expect(" PRIVMSG #lobby :see you there$")
        deadline = time.monotonic() + BOUND
        while "cannot do yet what is scheduled" not in says.log():
            assert time.monotonic() < deadline
        says.kill()
        waiting = "SELECT text FROM scheduled WHERE state = 'waiting'"
        assert [row["text"] for row in postgres.sql(waiting, database=database)] == ["see you there"]
        postgres.sql("DROP TRIGGER refuses ON scheduled", database=database)
        deadline = time.monotonic() + 2 * BOUND
        while postgres.sql(waiting, database=database):
            assert time.monotonic() < deadline
        assert doing("scheduled") == (other, says)
        assert said(bob.fence()) == []
        assert said(bob.history()) == ["see you there"]
