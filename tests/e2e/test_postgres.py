"""A server whose messages are in PostgreSQL: people chat, restart, are cut off, and nothing acknowledged is lost."""

import json
import re
import time

import pytest

from chover.store.postgres import schema
from tests.e2e.server import chover
from tests.e2e.wire import ALL, Irc, text
from tests.servers.nats import nats_server
from tests.servers.postgres import bare_database, own_postgres, postgres
from tests.terminal import BOUND

pytestmark = pytest.mark.single_process("its nodes are servers of its own")

__all__ = ["bare_database", "nats_server", "own_postgres", "postgres"]


def kept(someone):
    return [text(line) for line in someone.history() if " PRIVMSG " in line]


def test_two_people_chat_and_find_it_after_a_restart_and_a_kill(bare_database, serve):
    server = serve(CHOVER_STORE_URL=bare_database)
    with Irc(server.port, "alice") as alice, Irc(server.port, "bob") as bob:
        alice.say("hello")
        bob.expect("PRIVMSG #lobby :hello")
        bob.say("good morning")
        alice.expect("PRIVMSG #lobby :good morning")
    assert server.stop() == 0
    server.start()
    with Irc(server.port, "alice") as alice:
        assert kept(alice) == ["hello", "good morning"]
        for number in range(30):
            alice.say(f"number {number}")
    server.kill()
    server.start()
    with Irc(server.port, "alice", f"{ALL} soju.im/search") as alice:
        assert kept(alice) == ["hello", "good morning", *(f"number {n}" for n in range(30))]
        alice.send("SEARCH text=morning")
        alice.expect("PRIVMSG #lobby :good morning")
    status = json.loads(chover("status", "--json", "--data", str(server.data), home=server.home).stdout)
    assert status["data"]["database"] > 1_000_000
    assert {path.name for path in server.data.iterdir()} & {"chover.db", "search.db"} == set()
    assert (server.data / "tls-key.pem").exists()


def test_what_operators_do_while_no_server_runs_is_done_in_the_database(bare_database, serve):
    server = serve(CHOVER_STORE_URL=bare_database, CHOVER_ACCOUNTS_HASH_COST="cheap")
    with Irc(server.port, "alice") as alice:
        alice.say("to be exported")
    server.stop()
    where = ("--data", str(server.data))
    env = {"CHOVER_STORE_URL": bare_database, "CHOVER_ACCOUNTS_HASH_COST": "cheap"}

    made = chover("account", "add", "carol", *where, home=server.home, text="open sesame\n", **env)
    assert made.returncode == 0, made.stderr
    listed = chover("account", "list", "--json", *where, home=server.home, **env)
    assert [json.loads(line)["name"] for line in listed.stdout.splitlines()] == ["carol"]
    exported = chover("export", str(server.home / "export"), *where, home=server.home, **env)
    assert exported.returncode == 0, exported.stderr
    assert "to be exported" in (server.home / "export" / "export.jsonl").read_text()
    looked = chover("doctor", *where, home=server.home, **env)
    assert f"ok      schema       {schema.wanted()}" in looked.stdout, looked.stdout

    for command in (("backup", str(server.home / "backups")), ("upgrade",), ("recover", str(server.home / "new"))):
        refused = chover(*command, *where, home=server.home, **env)
        assert refused.returncode == 1
        assert refused.stderr.startswith("chover: the messages are in PostgreSQL (store.url): back up and restore that")
        assert refused.stderr.count("\n") == 1


def test_what_an_operator_does_on_one_node_is_in_force_on_the_other(bare_database, nats_server, serve, tmp_path):
    env = {
        "CHOVER_STORE_URL": bare_database,
        "CHOVER_BUS_URL": nats_server.url(),
        "CHOVER_ACCOUNTS_HASH_COST": "cheap",
    }
    one, two = (serve(home=tmp_path / name, **env) for name in ("one", "two"))

    def operator(server, *words, text=""):
        done = chover(*words, "--data", str(server.data), home=server.home, text=text, **env)
        assert done.returncode == 0, done.stderr
        return done.stdout

    operator(one, "account", "add", "carol", "--password", text="open-sesame\n")
    deadline = time.monotonic() + BOUND
    while "carol" not in operator(two, "account", "list"):
        assert time.monotonic() < deadline
    with Irc(two.port, "visitor") as carol:
        carol.send("NS IDENTIFY carol open-sesame")
        carol.expect(" NICK :?carol")
        made = operator(one, "account", "tokens", "carol", "--make", "phone")
        token = re.search(r"chover-\S+", made)[0]
        listed = operator(one, "account", "tokens", "carol")
        with Irc(two.port, "other") as phone:
            phone.send(f"NS IDENTIFY carol {token}")
            phone.expect(" NICK :?carol")
            # What is revoked, suspended and banned is in the database, so the other node finds it without NATS, too.
            nats_server.kill()
            operator(one, "account", "tokens", "carol", "--revoke", re.search(r"\b[0-9a-f]{8}\b", listed)[0])
            assert "What this device logged in with was revoked" in phone.until_closed()[-1]
        operator(one, "account", "suspend", "carol", "--reason", "spam")
        assert "carol is suspended: spam" in carol.until_closed()[-1]
    with Irc(two.port, "dave") as dave:
        operator(one, "ban", "add", "127.0.0.1", "--reason", "spam", "--force")
        assert "Banned from this server for good (ban 1): spam" in dave.until_closed()[-1]


@pytest.mark.parametrize("seconds", ["30", "0.2"])
def test_while_the_database_is_away_messages_wait_or_fail_and_nothing_acknowledged_is_lost(
    own_postgres, serve, seconds
):
    server = serve(CHOVER_STORE_URL=own_postgres.url(), CHOVER_STORE_WAIT_SECONDS=seconds)
    with Irc(server.port, "alice") as alice, Irc(server.port, "bob") as bob:
        alice.say("before")
        bob.expect("PRIVMSG #lobby :before")
        own_postgres.kill()
        alice.send("PRIVMSG #lobby :meanwhile")
        told = alice.expect("PRIVMSG #lobby :meanwhile|the database cannot be reached") if seconds == "0.2" else ""
        bob.send("PING :still here")
        bob.expect("PONG")
        own_postgres.start()
        if seconds == "30":
            bob.expect("PRIVMSG #lobby :meanwhile")
        alice.say("after")
        bob.expect("PRIVMSG #lobby :after")
        if "nothing was sent" in told:
            assert kept(bob) == ["before", "after"]
        else:
            # Acknowledged, or on its way into the database when that was killed: then its sender was told so.
            assert "it may have been sent" in told or kept(bob) == ["before", "meanwhile", "after"]
