"""A server's data goes into PostgreSQL by one command, and back: people find everything, even if it was killed."""

import os
import select
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from tests.e2e.server import chover, environment
from tests.e2e.wire import ALL, Irc, text
from tests.servers.postgres import bare_database, postgres
from tests.terminal import BOUND

pytestmark = pytest.mark.single_process("it moves the data of one process")

__all__ = ["bare_database", "postgres"]

CHEAP = {"CHOVER_ACCOUNTS_HASH_COST": "cheap"}
MESSAGES = 20_000


def kept(someone):
    return [text(line) for line in someone.history() if " PRIVMSG " in line]


def test_people_find_everything_in_postgresql_and_after_the_way_back(bare_database, serve, tmp_path):
    server = serve(**CHEAP)
    where = ("--data", str(server.data))
    made = chover("account", "add", "alice", "--password", *where, home=server.home, text="open-sesame\n", **CHEAP)
    assert made.returncode == 0, made.stderr
    with Irc(server.port, "visitor") as someone:
        someone.say("hello")
    refused = chover("upgrade", "--to", bare_database, *where, home=server.home)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"is in use by process {server.pid}; stop it" in refused.stderr
    server.stop()
    key = (server.data / "tls-key.pem").read_bytes()

    there = chover("upgrade", "--to", bare_database, *where, home=server.home)
    assert there.returncode == 0, there.stderr
    assert "1 account" in there.stdout
    assert "both sides were read again and are equal" in there.stdout
    assert f'[store]\nurl = "{bare_database}"\n' in there.stdout
    assert "\nevents: 0 of " in there.stderr

    env = {**CHEAP, "CHOVER_STORE_URL": bare_database}
    moved = serve(home=server.home, **env)
    with Irc(moved.port, "bob", f"{ALL} soju.im/search") as bob:
        assert kept(bob) == ["hello"]
        bob.send("SEARCH text=hello")
        bob.expect("PRIVMSG #lobby :hello")
        bob.send("NS IDENTIFY alice open-sesame")
        bob.expect(" 900 ")
        bob.say("in postgresql")
    moved.stop()

    home = tmp_path / "back"
    home.mkdir()
    back = chover("upgrade", "--to", f"sqlite:{home / 'data'}", *where, home=server.home, **env)
    assert back.returncode == 0, back.stderr
    assert f'data_dir = "{home / "data"}"' in back.stdout
    assert (home / "data" / "tls-key.pem").read_bytes() == key
    again = serve(home=home, **CHEAP)
    with Irc(again.port, "carol") as carol:
        assert kept(carol) == ["hello", "in postgresql"]


@pytest.fixture
def many(serve):
    """The home of a server that has been stopped, with many messages."""
    server = serve()
    with Irc(server.port, "alice") as alice:
        alice.say("first")
    server.stop()
    with closing(sqlite3.connect(server.data / "chover.db")) as db:
        [(log, data, at)] = db.execute("SELECT log_no, data, at FROM event ORDER BY kind = 'said' DESC LIMIT 1")
        [(head,)] = db.execute("SELECT max(seq) FROM event WHERE log_no = ?", (log,))
        rows = ((log, head + n, at, f"m{n}", "said", 1, "g1", data) for n in range(1, MESSAGES))
        db.executemany(
            "INSERT INTO event (log_no, seq, at, msgid, kind, version, actor, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return server


def killed_at(line, *words, home):
    """Run a command until it has written that it is there, and kill it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "chover", *words], env=environment(home), stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with process:
        told, deadline = b"", time.monotonic() + BOUND
        while line not in told.decode():
            ready, _, _ = select.select([process.stderr], [], [], max(0, deadline - time.monotonic()))
            more = os.read(process.stderr.fileno(), 65536) if ready else b""
            assert more, told
            told += more
        process.send_signal(signal.SIGKILL)


def test_killed_at_several_points_it_goes_on_where_it_was(many, bare_database):
    before = (many.data / "chover.db").read_bytes()
    command = ("upgrade", "--to", bare_database, "--data", str(many.data))
    for line in ("events: 0 of", "events: 10,000 of", "comparing events: 0 of"):
        killed_at(line, *command, home=many.home)
        refused = chover("serve", "--port", "0", "--data", str(many.home / "new"), home=many.home,
                         CHOVER_STORE_URL=bare_database)  # fmt: skip
        assert (refused.returncode, "holds an unfinished migration: run the same" in refused.stderr) == (1, True)
    done = chover(*command, home=many.home)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("went on with a migration that was interrupted\nmoved 2000")
    assert (many.data / "chover.db").read_bytes() == before


def test_wrong_words_are_one_line_and_nothing_is_written(many, tmp_path):
    for to, status, expected in [
        ("mysql://x", 2, "--to is postgresql://USER:PASSWORD@HOST:PORT/DATABASE, workers, or sqlite:DIRECTORY"),
        ("postgresql://chover:secret@127.0.0.1:1/chat", 1, "start PostgreSQL, or correct the host and the port"),
        (f"sqlite:{tmp_path / 'new'}", 1, "the messages are not in PostgreSQL"),
    ]:
        done = chover("upgrade", "--to", to, "--data", str(many.data), home=many.home)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1), done
        assert expected in done.stderr
        assert "secret" not in done.stderr
    assert not (tmp_path / "new").exists()
