"""A damaged database: what a server says of it, and what chover recover saves."""

import os
import sqlite3
from contextlib import closing

import pytest

from tests.e2e.server import chover
from tests.e2e.wire import Irc, text

pytestmark = pytest.mark.single_process("what is recovered is SQLite")

MESSAGES = 400
PAGE = 4096


def said(server):
    with Irc(server.port, "reader") as reader:
        return [text(line) for line in reader.history()]


@pytest.fixture
def lived_in(serve):
    """A server that was stopped, with many messages and an upload."""
    server = serve(CHOVER_LIMITS_FLOOD="false")
    with Irc(server.port, "alice") as alice:
        alice.send(*[f"PRIVMSG #lobby :message {number} {'x' * 200}" for number in range(MESSAGES)])
        alice.expect(f"PRIVMSG #lobby :message {MESSAGES - 1} ")
    server.stop()
    return server


def pages_of_events(path):
    """The leaves of the table of events, in their order."""
    return [number for number in range(2, path.stat().st_size // PAGE) if holds_events(path, number)]


def holds_events(path, number):
    with path.open("rb") as file:
        file.seek((number - 1) * PAGE)
        page = file.read(PAGE)
    # The first byte says that it is the leaf of a table; only events hold this text and a body.
    return page[0] == 0x0D and page.count(b'"said"') + page.count(b"xxxxxxxxxx") > 20


def root_of(path, name):
    with closing(sqlite3.connect(path)) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    return page


def destroy(path, *pages):
    with path.open("r+b") as file:
        for number in pages:
            file.seek((number - 1) * PAGE)
            file.write(os.urandom(PAGE))


def recovered(server, home):
    return chover("recover", str(home / "data"), "--data", str(server.data), home=server.home)


def test_what_stands_on_good_pages_is_saved_and_the_server_goes_on(serve, lived_in, tmp_path):
    pages = pages_of_events(lived_in.data / "chover.db")
    assert len(pages) > 8
    destroy(lived_in.data / "chover.db", pages[len(pages) // 3], pages[2 * len(pages) // 3])
    before = (lived_in.data / "chover.db").read_bytes()
    home = tmp_path / "new"
    home.mkdir()
    done = recovered(lived_in, home)
    assert (done.returncode, done.stderr) == (0, "")
    assert "lost: " in done.stdout
    assert (lived_in.data / "chover.db").read_bytes() == before, "the damaged one stays as it is"

    again = serve(home=home)
    kept = said(again)
    numbers = [int(line.split()[1]) for line in kept]
    assert numbers == sorted(set(numbers))
    assert MESSAGES * 0.8 < len(numbers) < MESSAGES
    assert (numbers[0], numbers[-1]) == (0, MESSAGES - 1), "what stands before and behind the damage is there"
    with Irc(again.port, "bob") as bob:
        bob.say("it goes on")
    assert again.ready.split("SPKI pin")[1].split()[0] == lived_in.ready.split("SPKI pin")[1].split()[0]


def test_nothing_is_lost_when_only_the_index_of_the_places_is_damaged(serve, lived_in, tmp_path):
    destroy(lived_in.data / "chover.db", root_of(lived_in.data / "chover.db", "sqlite_autoindex_event_1"))
    home = tmp_path / "new"
    home.mkdir()
    done = recovered(lived_in, home)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nlost: " not in done.stdout
    assert len(said(serve(home=home))) == MESSAGES


def test_nothing_is_lost_of_a_database_that_is_whole(serve, lived_in, tmp_path):
    home = tmp_path / "new"
    home.mkdir()
    done = recovered(lived_in, home)
    assert done.returncode == 0
    assert "\nlost: " not in done.stdout
    assert "\nincomplete: " not in done.stdout
    assert len(said(serve(home=home))) == MESSAGES
    assert recovered(lived_in, home).stderr.endswith("is not empty: name a new directory\n")


def test_where_nothing_can_be_read_the_start_and_the_recovery_say_what_to_do(lived_in, tmp_path):
    destroy(lived_in.data / "chover.db", 1)
    started = chover("serve", "--port", "0", "--data", str(lived_in.data), home=lived_in.home)
    assert started.returncode == 1
    assert "restore a backup" in started.stderr.splitlines()[-1]
    assert "Traceback" not in started.stderr
    done = recovered(lived_in, tmp_path / "new")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "restore a backup" in done.stderr


def test_a_server_that_runs_is_not_recovered(server, tmp_path):
    done = recovered(server, tmp_path / "new")
    assert done.returncode == 1
    assert f"process {server.pid} uses" in done.stderr
