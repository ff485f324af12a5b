"""The commands of docs/operating.md, as they are printed: only paths are those of the test."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager

import pytest

from chover.config import load
from tests.e2e.server import Server, environment
from tests.e2e.wire import Irc, text
from tests.guide.pages import blocks, chapters, commands, page, run, translated
from tests.terminal import ROOT

UNITS = ROOT / "packaging"


def test_backup_restoring_and_moving(root, running):
    *restoring, look = commands("Restoring")
    for line in commands("Backup"):
        run(translated(line, root), root)
    (made,) = (path.parent.name for path in (root / "srv" / "backup" / "chover").glob("*/manifest.json"))
    for line in restoring:
        run(translated(line, root).replace("2026-11-29T033000Z", made), root)
    restored = {path.parent.name for path in (root / "srv" / "backup").glob("*/chover.db")}
    assert restored == {"restored", "restored-of-that-day", "restored-from-tar"}

    second = Server(root)
    second.command = translated(look, root).replace("55556", "0").split()
    with running_as(second) as process:
        port = re.search(r"127\.0\.0\.1:(\d+)", process.printed)[1]
        with Irc(int(port), "bob") as bob:
            assert [text(line) for line in bob.history()] == ["kept for years"]

    (moving,) = commands("Moving")
    here, there = translated(moving, root).split(" | ")
    run(f"{here} | {there}-moved", root)
    assert (root / "var" / "chover-moved" / "chover.db").exists()


def test_who_has_guessed(root, running):
    with Irc(running.port, "eve") as eve:
        for word in ("one-guess", "another"):
            eve.send(f"NS IDENTIFY alice {word}")
            eve.expect("Wrong account or password")
    (root / "journal").write_text(running.log())
    count, accounts = [
        line.replace("journalctl -u chover --since yesterday", f"cat {root}/journal") for line in commands("Guessing")
    ]
    assert re.fullmatch(r" +2 failed login from 127\.0\.0\.1:\n", run(count, root))
    assert run(accounts.replace("203.0.113.9", "127.0.0.1"), root).count("failed login") == 2


def test_exporting(root, running):
    with Irc(running.port, "NAME") as named:
        named.send("NS REGISTER sesame-and-poppy")
        named.expect(" 900 ")
        named.say("my own words")
    said = [run(translated(line, root), root) for line in commands("Exporting")]

    assert "my own words" in said[2]
    assert "my own words" in (root / "srv" / "backup" / "export-of-name" / "index.html").read_text()
    assert "2 messages of 1 conversation and" in said[0]
    for name in ("export", "export-of-lobby"):
        place = root / "srv" / "backup" / name
        assert "kept for years" in (place / "export.jsonl").read_text()
        assert "kept for years" in (place / "index.html").read_text()


def test_importing(root):
    shutil.copytree(ROOT / "tests/archive/formats/slack", root / "srv" / "backup" / "slack-export")
    server = Server(root)
    server.data = root / "var" / "chover"
    server.start()
    with Irc(server.port, "alice") as alice:
        alice.send("NS REGISTER sesame-and-poppy")
        alice.expect(" 900 ")
    _, write = [translated(line, root) for line in commands("Importing")]
    refused = subprocess.run(
        ["bash", "-c", write], env=environment(root), capture_output=True, text=True, timeout=60, check=False
    )
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "stop" in refused.stderr
    server.stop()

    said = [run(translated(line, root), root) for line in commands("Importing")]

    assert "nothing was imported: add --write" in said[0]
    assert "imported 5 messages; 0 had been imported before" in said[1]
    again = run(translated(commands("Importing")[1], root), root)
    assert "imported 0 messages; 5 had been imported before" in again
    server.start()
    with Irc(server.port, "bob") as bob:
        bob.send("JOIN #general")
        bob.expect(" 473 | 403 ")
    with Irc(server.port) as alice:
        alice.send("CAP REQ :batch draft/chathistory message-tags server-time", "PASS alice:sesame-and-poppy")
        alice.send("NICK alice", "USER a 0 * :Alice", "CAP END", "JOIN #general")
        alice.expect(" 366 alice #general ")
        lines = alice.page("CHATHISTORY LATEST #general * 10")
        assert [text(line) for line in lines][1:3] == ["\x01ACTION waves\x01", "green"]
        assert "time=2026-01-31T09:00:02.000Z" in lines[1]
        assert ":bob!imported@imported " in lines[1]
    server.stop()
    assert not server.trouble()


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


# ---- the service


def unit(key):
    return re.findall(rf"^{key}=(.*)$", (UNITS / "chover.service").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_commands_beside_the_service(root, running):
    for line in commands("As a service"):
        run(translated(line, root), root)


def test_the_unit_serves_and_reloads_and_a_refused_reload_fails(root):
    (serve,), (reload,) = unit("ExecStart"), unit("ExecReload")
    server = Server(root)
    server.data = root / "var" / "chover"
    server.command = [*translated(serve, root).split(), "--port", "0", "--host", "127.0.0.1"]
    with running_as(server):
        (root / "chover.toml").write_text('[server]\nnetwork = "Coffee"\n')
        assert "Coffee" in run(translated(reload, root), root)
        (root / "chover.toml").write_text("no = 'such setting'\n")
        refused = subprocess.run(
            translated(reload, root).split(),
            env=environment(root),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert refused.returncode == 1
        assert "no" in refused.stderr


@contextmanager
def running_as(server):
    """A server by a command line of its own."""
    with subprocess.Popen(
        server.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(server.home)
    ) as process:
        process.printed = ""
        for line in process.stdout:
            process.printed += line
            if line.startswith("  data "):
                break
        yield process
        process.terminate()
        process.communicate(timeout=60)
        assert process.returncode == 0


def test_the_unit_is_exposed_as_little_as_the_guide_says(needs):
    analyze = needs("systemd-analyze", "apt-get install systemd")
    command = [analyze, "security", "--offline=yes", "--no-pager", str(UNITS / "chover.service")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if "offline" in done.stderr:
        pytest.skip("this systemd-analyze knows no --offline")
    exposure = re.search(r"exposure level for chover.service: (\d+\.\d)", done.stdout)
    assert exposure, done.stdout + done.stderr
    assert float(exposure[1]) <= 2.5
    assert f"`systemd-analyze security chover`: {exposure[1]}" in page("operating")


# ---- the container


def container():
    """The instructions of the Containerfile: (name, rest)."""
    text = (UNITS / "Containerfile").read_text(encoding="utf-8")
    lines = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)).splitlines()
    return [tuple(line.split(maxsplit=1)) for line in lines if line]


def test_the_image_holds_what_is_there_and_has_no_root():
    rows = container()
    for name, rest in rows:
        if name == "COPY" and not rest.startswith("--from"):
            assert all((ROOT / source).exists() for source in rest.split()[:-1]), rest
    users = [rest for name, rest in rows if name == "USER"]
    assert users
    assert not users[-1].startswith(("0", "root"))
    last = [name for name, _ in rows]
    assert last.index("USER") < last.index("ENTRYPOINT")


def test_the_image_starts_a_server_that_its_own_check_finds_well(root):
    rows = dict(container())
    entry, command = json.loads(rows["ENTRYPOINT"]), json.loads(rows["CMD"])
    check = json.loads(rows["HEALTHCHECK"].partition("CMD ")[2])
    words = [sys.executable, "-m", *entry, *command, "--host", "127.0.0.1", "--port", "0"]
    server = Server(root)
    server.command = [word.replace("/data", f"{root}/data") for word in words]
    with running_as(server):
        status = run(f"{sys.executable} -m chover status --json --data {root}/data", root)
        port = re.search(r"127\.0\.0\.1:(\d+)", status)[1]
        program = [sys.executable, *(word.replace("55555", port) for word in check[1:])]
        assert subprocess.run(program, timeout=60, check=False).returncode == 0
        wrong = [word.replace(port, "1") for word in program]
        assert subprocess.run(wrong, stderr=subprocess.DEVNULL, timeout=60, check=False).returncode != 0


# ---- the data directory, settings, questions


def files_of_the_guide():
    """Names of files in the data directory, and whether they may be deleted."""
    chapter = chapters("operating")["The data directory"]
    rows = re.findall(r"^\| (`[^|]*) \|[^|]*\| (\w+)[^|]*\|$", chapter, re.MULTILINE)
    return {name: deletable == "yes" for names, deletable in rows for name in re.findall(r"`([^`]+)`", names)}


def test_every_file_in_the_data_directory_is_in_the_guide_and_what_may_be_deleted_is_made_again(root, running):
    account = f"{sys.executable} -m chover account add dora --password --data {running.data}"
    run(f"echo sesame-1 | {account}", root)
    upload = f"curl -fsS -u dora:sesame-1 -T {root}/chover.toml http://127.0.0.1:{running.port}/files/"
    address = run(upload, root).strip()
    run(translated(commands("Backup")[0], root), root)
    known = files_of_the_guide()
    assert {path.name for path in running.data.iterdir()} <= known.keys()
    running.stop()
    assert {path.name for path in running.data.iterdir()} <= known.keys()
    deleted = [name for name, deletable in known.items() if deletable and (running.data / name).exists()]
    assert {"search.db", "tls-certificate.pem", "chover.pid", "last_backup.json"} <= set(deleted)
    pin = re.search(r"SPKI pin (\S+)", running.ready)[1]
    for name in deleted:
        (running.data / name).unlink()
    running.start()
    assert f"SPKI pin {pin}" in running.ready
    with Irc(running.port, "bob") as bob:
        assert [text(line) for line in bob.history()] == ["kept for years"]
    assert "Tea" in run(f"curl -fsS {re.sub('//[^/]*', f'//127.0.0.1:{running.port}', address)}", root)


def test_the_settings_in_the_guide_are_settings(tmp_path):
    file = tmp_path / "chover.toml"
    for block in (lines for _, kind, lines in blocks("operating") if kind == "toml"):
        file.write_text("\n".join(block), encoding="utf-8")
        load(file, {})


def test_the_answers_work(root, running):
    run(f"{sys.executable} -m chover account add NAME --data {running.data}", root)
    *while_it_runs, recover = [translated(line, root) for line in commands("Questions and answers")]
    for line in while_it_runs:
        run(line, root)
    running.stop()
    run(recover, root)
    assert (root / "var" / "chover-new" / "chover.db").exists()


def test_restarting_without_a_gap(root, running):
    (restart,) = commands("Restarting without a gap")
    with Irc(running.port, "bob") as bob:
        run(translated(restart, root), root)
        bob.say("still here")


def test_a_private_server_for_a_class(root):
    (root / "chover.toml").write_text("\n".join(commands("A private server for a class", "toml")))
    server = Server(root, "--config", str(root / "chover.toml"))
    server.data = root / "var" / "chover"
    server.start()
    link, listed, add, accounts = [translated(line, root) for line in commands("A private server for a class")]
    token = re.search(r"#invite=([\w-]+)", run(link, root))[1]
    assert re.search(r"\b30\b", run(listed, root))
    with Irc(server.port) as stranger:
        stranger.send("NICK eve", "USER e 0 * :Eve")
        stranger.expect("ERROR :.*[Ll]og in|invit")
    with Irc(server.port) as pupil:
        pupil.send("CAP LS 302", "NICK bob", "USER b 0 * :Bob", f"REDEEM {token}")
        pupil.expect("REDEEM SUCCESS bob ")
        pupil.send("CAP END")
        pupil.expect(" 366 bob #lobby ")
    assert "code" in run(add, root)
    assert {"NAME", "bob"} <= {line.split()[0] for line in run(accounts, root).splitlines()[1:]}
    server.stop()
    assert not server.trouble()


def test_the_commands_against_an_attack(root, running):
    run(f"{sys.executable} -m chover account add NAME --data {running.data}", root)
    lines = [translated(line, root) for line in commands("Moderation under attack")]
    said = {line.split("chover ")[-1].split("--data")[0].strip(): run(line, root) for line in lines}
    assert {"198.51.100.0/24", "account:name"} <= set(said["ban list"].split())
    assert "198.51.100.0/24" not in run(next(line for line in lines if "ban list" in line), root)
    assert "flood" in said["ban log"]


def test_an_attack_is_answered_by_settings_that_a_reload_takes(root, running):
    (root / "chover.toml").write_text("\n".join(commands("Moderation under attack", "toml")))
    running.stop()
    server = Server(root, "--config", str(root / "chover.toml"))
    server.data = running.data
    (root / "chover.toml").write_text('[server]\nnetwork = "Tea"\n')
    server.start()
    with Irc(server.port, "guest") as guest:
        (root / "chover.toml").write_text("\n".join(commands("Moderation under attack", "toml")))
        assert "accounts.required" in run(f"{sys.executable} -m chover reload --data {server.data}", root)
        guest.say("nobody who is on is ended")
        with Irc(server.port) as flooder:
            flooder.send("NICK eve", "USER e 0 * :Eve")
            flooder.expect("ERROR :")
    server.stop()
    assert not server.trouble()


def test_deleting_what_somebody_said(root, running):
    erase, delete = [translated(line, root).replace("NAME", "bob") for line in commands("Deleting what somebody said")]
    with Irc(running.port, "bob") as bob, Irc(running.port, "eve") as eve:
        bob.send("PRIVMSG NickServ :REGISTER sesame-open")
        bob.expect("bob is registered")
        bob.say("an embarrassing thing")
        eve.expect("an embarrassing thing")
        assert run(erase, root) == "deleted 1 message and 0 files of bob\n"
        eve.send("CHATHISTORY LATEST #lobby * 50")
        eve.expect("BATCH -")
        assert run(delete, root).endswith("bob is deleted\n")
        bob.expect("ERROR")
    wait_for_no_file_with(b"embarrassing", root / "var" / "chover")


def wait_for_no_file_with(text, folder):
    """The log files of the database are emptied by a thread of the server."""
    deadline = time.monotonic() + 60
    while holding := [path for path in folder.rglob("*") if path.is_file() and text in path.read_bytes()]:
        assert time.monotonic() < deadline, f"still in {holding}"
