"""What a server of a cluster is told wrongly is one line that says what to do, and nothing is written."""

import shutil

import pytest

from chover.cli import main
from chover.config import load
from chover.doctor import data as data_checks
from chover.doctor.finding import Patient
from chover.store.postgres import schema
from tests.e2e.server import chover
from tests.e2e.wire import Irc
from tests.servers.nats import guarded, nats_server
from tests.servers.old_postgres import old_postgres
from tests.servers.postgres import LOCKED, TEMPLATE, bare_database, database, postgres

pytestmark = pytest.mark.single_process("its nodes are servers of its own")

__all__ = ["bare_database", "database", "guarded", "nats_server", "old_postgres", "postgres"]

NOWHERE = "127.0.0.1:1"


def name_of(url):
    return url.rpartition("?")[0].rpartition("/")[2]


@pytest.fixture
def refused(tmp_path, monkeypatch, capsys):
    """What all three say about settings with which no server can run: ``serve`` ends, the others only look."""
    data = tmp_path / "data"
    monkeypatch.setenv("CHOVER_SERVER_DATA_DIR", str(data))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def says(**env):
        before = sorted(data.iterdir()) if data.exists() else None
        served = chover("serve", "--port", "0", "--data", str(data), home=tmp_path, **env)
        assert (served.returncode, served.stdout) == (1, ""), served.stderr
        assert served.stderr.count("\n") == 1
        line = served.stderr.removeprefix("chover: ").rstrip("\n")
        with monkeypatch.context() as here:
            for name, value in env.items():
                here.setenv(name, value)
            assert main(["config", "--check"]) == 1
            assert capsys.readouterr() == ("", served.stderr)
            patient = Patient(load(), tmp_path / "chover.toml")
            assert line in [found.text for check in (data_checks.schema, data_checks.bus) for found in check(patient)]
        assert (sorted(data.iterdir()) if data.exists() else None) == before
        return line

    return says


def test_wrong_addresses_passwords_and_rights(refused, postgres, guarded, old_postgres, bare_database, database):
    fits = {"CHOVER_STORE_URL": database}
    locked = postgres.url(TEMPLATE, user=LOCKED)
    for expected, env in {
        "store.url is to be postgresql://USER:PASSWORD@HOST:PORT/DATABASE": {
            "CHOVER_STORE_URL": "postgresq://chover:secret@localhost/chat"
        },
        "store.url is to be postgresql://": {"CHOVER_STORE_URL": "postgresql:/chover:secret@localhost/chat"},
        "start PostgreSQL, or correct the host and the port in store.url": {
            "CHOVER_STORE_URL": f"postgresql://chover:secret@{NOWHERE}/chat"
        },
        "correct the user and the password in store.url": {"CHOVER_STORE_URL": locked.replace("@", ":secret@")},
        "make it with createdb, or correct store.url": {"CHOVER_STORE_URL": postgres.url("nowhere")},
        "PostgreSQL 13: version 14 or newer is needed; upgrade it": {"CHOVER_STORE_URL": old_postgres},
        "is no address of NATS: write nats://HOST:4222": {**fits, "CHOVER_BUS_URL": "natz://chover:secret@localhost"},
        f"NATS at {NOWHERE} does not answer": {**fits, "CHOVER_BUS_URL": f"nats://chover:secret@{NOWHERE}"},
        "check the name and the password in bus.url": {**fits, "CHOVER_BUS_URL": guarded.url("chover:secret")},
        "let this user publish and subscribe to chover.>": {**fits, "CHOVER_BUS_URL": guarded.url("reader:right")},
        "set store.url as well, or take bus.url out": {"CHOVER_BUS_URL": guarded.url("chover:right")},
    }.items():
        line = refused(**env)
        assert expected in line
        assert "secret" not in line
    assert postgres.sql("SELECT 1 FROM node", database=name_of(database)) == []


def test_databases_that_are_not_ours(refused, postgres, bare_database, database):
    postgres.sql("CREATE TABLE customer (id INTEGER)", database=name_of(bare_database))
    assert "holds the tables of another program: name an empty one" in refused(CHOVER_STORE_URL=bare_database)
    postgres.sql("UPDATE schema_version SET version = 7, oldest = 7", database=name_of(database))
    expected = f"schema 7, made by a newer version; this one knows up to {schema.wanted()}: install that version"
    assert expected in refused(CHOVER_STORE_URL=database)


def test_a_copy_of_a_data_directory_is_no_second_node(refused, serve, nats_server, database, bare_database, tmp_path):
    env = {"CHOVER_STORE_URL": database, "CHOVER_BUS_URL": nats_server.url()}
    server = serve(**env)
    with Irc(server.port, "alice") as alice:
        alice.say("hello")
        (tmp_path / "data").mkdir(mode=0o700)
        for name in ("node-id", "cluster-id"):
            shutil.copy(server.data / name, tmp_path / "data" / name)
        assert "is a copy of its data directory: remove node-id from the copy, and start again" in refused(**env)
        alice.say("the first goes on")
    server.kill()
    copy = serve(home=tmp_path, **env)
    with Irc(copy.port, "alice") as alice:
        alice.say("the copy has taken over from the one that was killed")


def test_a_node_of_another_cluster_is_refused_and_two_clusters_on_one_nats_do_not_hear_each_other(
    refused, serve, nats_server, database, bare_database, postgres, tmp_path
):
    bus = {"CHOVER_BUS_URL": nats_server.url()}
    one, other = serve(CHOVER_STORE_URL=database, **bus), serve(CHOVER_STORE_URL=bare_database, **bus)
    with Irc(one.port, "alice") as alice, Irc(other.port, "alice") as stranger:
        alice.say("in the first cluster")
        stranger.say("in the second cluster")
        for someone in (alice, stranger):
            assert len([line for line in someone.history() if " PRIVMSG " in line]) == 1
    (tmp_path / "data").mkdir(mode=0o700)
    shutil.copy(one.data / "cluster-id", tmp_path / "data" / "cluster-id")
    line = refused(CHOVER_STORE_URL=bare_database, **bus)
    assert "correct store.url, or remove cluster-id from the directory" in line
