"""The commands of docs/operating.md, as they are printed: only paths are those of the test."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.server import Server, environment
from tests.e2e.wire import Irc, text

ROOT = Path(__file__).parent.parent
UNITS = ROOT / "packaging"


def commands(chapter):
    """The lines of a chapter's shell blocks."""
    page = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {chapter}\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    assert found is not None, chapter
    lines = [line for block in re.findall(r"```sh\n(.*?)```", found[1], re.DOTALL) for line in block.splitlines()]
    assert lines
    return lines


def translated(line, root):
    """The same command with the paths of this test, as this user."""
    for printed, here in (
        ("ssh new.example.org ", ""),
        ("sudo -u chover ", ""),
        ("/opt/chover/bin/chover", f"{sys.executable} -m chover"),
        ("/etc/chover.toml", f"{root}/chover.toml"),
        ("/var/lib/", f"{root}/var/"),
        ("/srv/", f"{root}/srv/"),
    ):
        line = line.replace(printed, here)
    return line


def run(line, root):
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", line],
        env=environment(root),
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stderr}"
    return done.stdout


@pytest.fixture
def root(tmp_path):
    (tmp_path / "chover.toml").write_text('[server]\nnetwork = "Tea"\n')
    (tmp_path / "srv" / "backup").mkdir(parents=True)
    (tmp_path / "var").mkdir()
    return tmp_path


@pytest.fixture
def running(root):
    server = Server(root)
    server.data = root / "var" / "chover"
    server.start()
    with Irc(server.port, "alice") as alice:
        alice.say("kept for years")
    yield server
    server.stop()
    assert not server.trouble()


def test_backup_restoring_and_moving(root, running):
    for line in [*commands("Backup"), *commands("Restoring")]:
        run(translated(line, root), root)
    assert {path.name for path in (root / "var").iterdir()} == {"chover", "chover-restored", "chover-from-tar"}

    (moving,) = commands("Moving")
    here, there = translated(moving, root).split(" | ")
    run(f"{here} | {there}-moved", root)
    assert (root / "var" / "chover-moved" / "chover.db").exists()


def test_exporting(root, running):
    said = [run(translated(line, root), root) for line in commands("Exporting")]

    assert "1 messages of 1 conversations" in said[0]
    for name in ("export", "export-of-lobby"):
        place = root / "srv" / "backup" / name
        assert "kept for years" in (place / "export.jsonl").read_text()
        assert "kept for years" in (place / "index.html").read_text()


def test_upgrading(root):
    (root / "var" / "chover").mkdir()
    with closing(sqlite3.connect(root / "var" / "chover" / "chover.db")) as db:
        db.executescript((ROOT / "tests/store/sqlite/first_schema.sql").read_text(encoding="utf-8"))

    said = [run(translated(line, root), root) for line in commands("Upgrading")]

    assert "has schema 0001" in said[0]
    assert said[1].startswith("upgraded ")
    server = Server(root)
    server.data = root / "var" / "chover"
    server.start()
    with Irc(server.port, "bob") as bob:
        bob.send("JOIN #tea")
        bob.expect(r" 332 bob #tea :Tea – and")
        assert [text(line) for line in bob.history("#tea")][:2] == ["who has the kettle?", "I have; it's 'hot'\u200d"]
    server.stop()
    assert not server.trouble()


def test_the_unit_of_the_backup_runs_a_command_that_works(root, running):
    unit = (UNITS / "chover-backup.service").read_text(encoding="utf-8")
    (line,) = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)

    assert "backed up" in run(translated(line, root), root)
    for path in re.findall(r"^ReadWritePaths=(.*)$", unit, re.MULTILINE)[0].split():
        assert path in line


def test_becoming_operator(root, running):
    add, transfer, listed = [translated(line, root).replace("NAME", "root") for line in commands("Becoming operator")]
    word = re.search(r"password +(\S+)", run(add, root))[1]
    run(transfer, root)
    assert re.search(r"^root +kill,ban", run(listed, root), re.MULTILINE)
    with Irc(running.port, "somebody") as client:
        client.send(f"PRIVMSG NickServ :IDENTIFY root {word}", f"OPER root {word}")
        client.expect(r"MODE #lobby \+q somebody")
        client.expect(" 381 root ")
