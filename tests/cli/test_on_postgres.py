"""Operators' commands do and say on PostgreSQL what they do and say on SQLite, while no server runs."""

import asyncio
import io
import re
import sys

from tests.servers.postgres import bare_database, postgres

from chover.cli import main
from chover.store.postgres.store import PostgresStore
from chover.store.sqlite.store import SqliteStore

__all__ = ["bare_database", "postgres"]

DIFFERENT = re.compile(
    r"sha256//[^']+|/hooks/\S+|#?/i/\S+|revoke \S+$|\b[0-9a-f]{8,}\b|(?<![\w-])[\w-]{16,}(?![\w-])"
    r"|\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?|\d{13}|\d+ ms"
)
"""What no two runs have in common: ids, secrets, times."""
LOG = """--- Log opened Tue Jan 02 10:00:00 2024
10:00 < alice> good morning
10:01 < bob> hello
"""
COMMANDS = (
    ("account add alice --password", "open-sesame"),
    ("account add bob --password --email bob@example.org", "open-sesame"),
    ("account list", ""),
    ("account show alice", ""),
    ("account passwd alice", "new-sesame"),
    ("account suspend bob --reason spam", ""),
    ("account list", ""),
    ("account resume bob", ""),
    ("account tokens alice", ""),
    ("operator add alice --rights nonsense", ""),
    ("operator add alice", ""),
    ("operator list", ""),
    ("invite --uses 3", ""),
    ("invite list", ""),
    ("invite revoke nobody", ""),
    ("import {room}/log --format irssi --channel #tea --founder alice --zone UTC", ""),
    ("import {room}/log --format irssi --channel #tea --founder alice --zone UTC --write", ""),
    ("import {room}/log --format irssi --channel #tea --founder alice --zone UTC --write", ""),
    ("channel list", ""),
    ("channel show #tea", ""),
    ("channel transfer #tea bob", ""),
    ("channel modes #tea +m", ""),
    ("channel show #tea", ""),
    ("channel show #milk", ""),
    ("hook add #tea --name builds", ""),
    ("hook list", ""),
    ("hook revoke nothing", ""),
    ("ban add 192.0.2.0/24 --reason spam", ""),
    ("ban add 192.0.2.0/24 --reason spam", ""),
    ("ban list", ""),
    ("ban remove 192.0.2.0/24", ""),
    ("ban log", ""),
    ("export {room}/export-{name}", ""),
    ("export {room}/export-tea-{name} #tea", ""),
    ("account export alice", ""),
    ("account erase-messages bob --yes", ""),
    ("operator remove alice", ""),
    ("account delete bob --yes", ""),
    ("account delete nobody --yes", ""),
    ("channel drop #tea", ""),
    ("channel list", ""),
)
REFUSED = {
    "operator add alice --rights nonsense",
    "invite revoke nobody",
    "channel show #milk",
    "hook revoke nothing",
    "account delete nobody --yes",
}


def said(name, room, monkeypatch, capsys):
    """The status and the words of each command."""
    told = []
    for command, text in COMMANDS:
        words = [word.format(room=room, name=name) for word in command.split()]
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{text}\n"))
        status = main([*words, "--data", str(room / name)])
        out = capsys.readouterr()
        words = f"{out.out}{out.err}".replace(str(room / name), "DATA").replace(f"-{name}", "-NAME")
        told.append((command, status, DIFFERENT.sub("…", words)))
    return told


def test_each_command_does_the_same_on_both(tmp_path, bare_database, monkeypatch, capsys):
    monkeypatch.setenv("CHOVER_ACCOUNTS_HASH_COST", "cheap")
    (tmp_path / "log").write_text(LOG)
    asyncio.run(empty(tmp_path, bare_database))
    on_sqlite = said("sqlite", tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("CHOVER_STORE_URL", bare_database)
    on_postgres = said("postgres", tmp_path, monkeypatch, capsys)
    assert on_postgres == on_sqlite
    assert {command for command, status, _ in on_sqlite if status} == REFUSED
    assert not [words for _, _, words in on_sqlite if "this is a bug" in words]
    for export in ("export", "export-tea"):
        lines = [(tmp_path / f"{export}-{name}" / "export.jsonl").read_text() for name in ("sqlite", "postgres")]
        assert "good morning" in lines[0]
        assert len(lines[0].splitlines()) == len(lines[1].splitlines())
    assert main(["doctor", "--data", str(tmp_path / "postgres")]) in {0, 1}
    assert "ok      schema" in capsys.readouterr().out


async def empty(place, url):
    """What the first start of a server leaves."""
    await SqliteStore.open(place / "sqlite").close()
    await (await PostgresStore.open(url, place / "postgres")).close()
