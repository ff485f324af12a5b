"""What an operator sees of a running server: its figures, its alarms, and ``chover status``."""

import contextlib
import json
import os
import re
import sqlite3
import time
import urllib.request
from pathlib import Path

import pytest

from chover.store import last_backup
from tests.e2e.server import chover
from tests.e2e.wire import Irc
from tests.servers.nats import nats_server
from tests.servers.postgres import bare_database, postgres
from tests.terminal import ROOT

__all__ = ["bare_database", "nats_server", "postgres"]

NAMES = re.compile(r"\b(?:chover|process)_[a-z_]+\b(?!/)")


def metrics(server):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=30) as answer:
        rows = (line.rpartition(" ") for line in answer.read().decode().splitlines() if not line.startswith("#"))
        return {name: float(value) for name, _, value in rows}


def status(server, *more):
    done = chover("status", *more, "--data", str(server.data), home=server.home)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
def backed_up(shared):
    last_backup.note(shared.data, last_backup.LastBackup(1_700_000_000_000, "/mnt/copy", 5))
    yield shared
    (shared.data / last_backup.FILE).unlink()


@pytest.mark.single_process("it makes a cluster of its own")
def test_every_metric_that_the_pages_name_exists(backed_up, serve, bare_database, nats_server):
    member = serve(CHOVER_STORE_URL=bare_database, CHOVER_BUS_URL=nats_server.url())
    found = set()
    for server in (backed_up, member):
        with Irc(server.port, "alice") as alice:
            found |= {name.partition("{")[0] for name in metrics(server)}
            alice.leave()
    assert "chover_node_info" not in {name.partition("{")[0] for name in metrics(backed_up)}
    for page in ("grafana.json", "alarms.yml", "operating.md"):
        named = set(NAMES.findall((ROOT / "docs" / page).read_text())) - {"chover_"}
        assert len(named) > 10
        assert named - found == set()


def test_every_alarm_says_what_to_do():
    page = (ROOT / "docs" / "alarms.yml").read_text()
    alarms = page.count("- alert: ")
    assert alarms > 10
    assert len(re.findall(r"^        expr: '[^']+'$", page, re.MULTILINE)) == alarms
    assert len(re.findall(r'summary: "[^"]{20,}"', page)) == alarms


@pytest.mark.single_process("the figures are those of one node")
def test_the_figures_are_those_of_this_server(backed_up):
    found = metrics(backed_up)
    database = sum(path.stat().st_size for path in backed_up.data.glob("chover.db*"))
    assert found["chover_database_bytes"] == pytest.approx(database, rel=0.5)
    assert found["chover_disk_free_bytes"] == pytest.approx(shutil_free(backed_up.data), rel=0.2)
    assert found["chover_last_backup_time_seconds"] == 1_700_000_000
    assert 7000 < found['chover_certificate_days_left{certificate="self-signed"}'] < 7310
    assert any(name.startswith("chover_build_info{version=") for name in found)


def shutil_free(path: Path):
    held = os.statvfs(path)
    return held.f_bavail * held.f_frsize


@pytest.mark.single_process("each node counts connections and wrong passwords for itself")
def test_a_wrong_password_and_a_refused_connection_are_counted(serve):
    server = serve(CHOVER_LIMITS_CONNECTIONS_PER_ADDRESS="3", CHOVER_ACCOUNTS_HASH_COST="cheap")
    with Irc(server.port, "alice") as alice:
        alice.send("NS REGISTER the-right-one")
        alice.expect("NOTICE alice :")
        alice.send("NS IDENTIFY alice a-wrong-one")
        alice.expect("NOTICE alice :")
        with Irc(server.port, "bob"), Irc(server.port, "carol"), Irc(server.port) as refused:
            refused.expect("ERROR :Too many connections from your address")
        alice.fence()
    found = metrics(server)
    assert found["chover_failed_logins_total"] == 1
    assert found['chover_refused_connections_total{reason="address"}'] == 1
    assert found['chover_refused_connections_total{reason="banned"}'] == 0


@pytest.mark.single_process("it compares the process of the server")
def test_status_is_one_screen(backed_up):
    with Irc(backed_up.port, "alice") as alice:
        alice.say("hello")
        screen = status(backed_up)
        alice.leave()
    lines = screen.splitlines()
    assert len(lines) <= 24
    assert re.fullmatch(rf"version      \S+, process {backed_up.pid}, up 0 min", lines[0])
    assert lines[1] == f"listens on   127.0.0.1:{backed_up.port}"
    assert lines[2] == "people       1 with 1 connection, in 1 channel"
    assert re.match(r"messages     \d+\.\d a minute, [1-9]\d* since the start", lines[3])
    assert f"data         {backed_up.data}: database " in screen
    assert re.search(r"^certificate  self-signed, until \d{4}-\d\d-\d\d \(7\d\d\d days\)$", screen, re.MULTILINE)
    assert re.search(r"^last backup  \d+ d \d+ h ago$", screen, re.MULTILINE)
    assert re.search(r"^! the last backup is \d+ days old: see why there is no newer one$", screen, re.MULTILINE)


@pytest.mark.single_process("it compares the process of the server")
def test_status_in_json_is_one_object(shared):
    row = json.loads(status(shared, "--json"))
    assert row["pid"] == shared.pid
    assert time.time() - 600 < row["started"] < time.time()
    assert row["data"]["database"] > 0
    assert not any("backup" in text for text in row["warnings"])


def test_status_warns_of_too_few_open_files(serve):
    server = serve(CHOVER_LIMITS_CONNECTIONS="900000")
    assert re.search(
        r"^! this process may open \d+ files, and limits.connections is 900000: ", status(server), re.MULTILINE
    )


def test_status_without_a_server_says_how_to_start_one(tmp_path):
    done = chover("status", "--data", str(tmp_path), home=tmp_path)
    assert done.returncode == 1
    assert "no server is running on" in done.stderr


@pytest.mark.single_process("it changes the file of SQLite")
def test_a_message_from_the_future_is_told_everywhere_with_what_to_do(serve):
    """The clock was ahead for a while, and is right again."""
    server = serve()
    with Irc(server.port, "alice") as alice:
        alice.say("once")
    server.stop()
    with contextlib.closing(sqlite3.connect(server.data / "chover.db", isolation_level=None)) as db:
        db.execute("UPDATE event SET at = at + 7 * 86400000")
    server.start()

    assert "behind the newest message" in server.log()
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/healthz", timeout=30) as answer:
        assert re.match(r"ok, but the clock is 60\d{4} s behind the newest message \(20", answer.read().decode())
    assert "restore a backup of before" in status(server)
    done = chover("doctor", "--data", str(server.data), home=server.home, CHOVER_SERVER_PORT=str(server.port))
    assert done.returncode == 1
    assert re.search(r"clock .* s behind the newest message", done.stdout)
    assert "wait or restore a backup" in done.stdout
