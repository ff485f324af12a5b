"""The history of ergo, from its database and from an export of an account."""

import json
import sqlite3
from contextlib import closing

import pytest

from chover.archive.errors import ArchiveError
from chover.archive.formats.ergo import ergo

SCHEMA = """
    CREATE TABLE history (id INTEGER PRIMARY KEY, data BLOB NOT NULL, msgid TEXT NOT NULL);
    CREATE TABLE sequence (history_id INTEGER PRIMARY KEY, target TEXT NOT NULL, nanotime INTEGER NOT NULL);
    CREATE TABLE conversations (
        id INTEGER PRIMARY KEY, target TEXT NOT NULL, correspondent TEXT NOT NULL, nanotime INTEGER NOT NULL,
        history_id INTEGER NOT NULL);
"""
NOON = 1_769_860_800_000


def item(text, nick="alice", account="alice", kind=1, seconds=0, **more):
    """As ergo writes it: Go's JSON of history.Item."""
    message = {"Message": text, "Msgid": "x", "Split": None, "Time": f"2026-01-31T12:00:0{seconds}.123456789Z"}
    return json.dumps(
        {
            "Type": kind,
            "Nick": f"{nick}!~u@host",
            "AccountName": account,
            "Message": message,
            "Tags": None,
            "Params": [""],
        }
        | more
    )


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "ergo.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(SCHEMA)
        rows = [
            ("#tea", item("hello")),
            ("#tea", item("\x01ACTION waves\x01", "bob", "*", seconds=1)),
            ("#tea", item("", kind=3, seconds=2)),
            ("#tea", item("a notice", kind=2, seconds=3)),
            ("#tea", '{"Type": 1}'),
        ]
        for number, (target, data) in enumerate(rows):
            db.execute("INSERT INTO history VALUES (?, ?, 'm')", (number, data.encode()))
            db.execute("INSERT INTO sequence VALUES (?, ?, ?)", (number, target, number))
        db.execute("INSERT INTO history VALUES (9, ?, 'm')", (item("psst", seconds=4).encode(),))
        for one, other in (("alice", "bob"), ("bob", "alice")):
            db.execute("INSERT INTO conversations VALUES (NULL, ?, ?, 4, 9)", (one, other))
    return path


def read(source):
    found = list(ergo(source, "", None))
    return [message for message in found if message], found.count(None)


def test_a_database(database):
    messages, unread = read(database)
    assert [(m.channel, m.nick, m.text, m.action, m.notice, m.between) for m in messages] == [
        ("#tea", "alice", "hello", False, False, ()),
        ("#tea", "bob", "waves", True, False, ()),
        ("#tea", "alice", "a notice", False, True, ()),
        ("", "alice", "psst", False, False, ("alice", "bob")),
    ]
    assert messages[0].at == NOON + 123
    assert unread == 1


def test_an_export_of_an_account(tmp_path):
    split = {"Message": "", "Time": "2026-01-31T12:00:00Z", "Split": [
        {"Message": "one", "Concat": False}, {"Message": "two", "Concat": False}, {"Message": ", three", "Concat": True}
    ]}  # fmt: skip
    lines = [item("hi", CfCorrespondent="#tea"), item("", Message=split, CfCorrespondent="bob"), "no JSON"]
    (tmp_path / "export.json").write_text("\n".join(lines))
    messages, unread = read(tmp_path / "export.json")
    assert [(m.channel, m.text, m.between) for m in messages] == [
        ("#tea", "hi", ()),
        ("", "one\ntwo, three", ("bob", "alice")),
    ]
    assert unread == 1


def test_another_database_is_refused(tmp_path):
    with closing(sqlite3.connect(tmp_path / "x.db")) as db, db:
        db.execute("CREATE TABLE t (x)")
    with pytest.raises(ArchiveError, match="no history of ergo"):
        read(tmp_path / "x.db")
