"""The screen of ``chover status``, from what a server answers."""

import json

import pytest

from chover.cli import main
from chover.cli.status import duration, size

ROW = {
    "version": "26.11.0", "pid": 7, "started": 0, "addresses": ["0.0.0.0:1", "[::]:1"], "people": 3, "sessions": 4,
    "channels": 2, "messages": 9, "messages_per_minute": 1.25, "memory": 0,
    "data": {"directory": "/srv/\x1b[31m", "database": 1500, "index": 999, "files": 0, "free": 41e9},
    "certificates": [], "last_backup": 0, "warnings": ["the disk is nearly full: make room"],
}  # fmt: skip


def test_it_shows_everything_and_nothing_that_a_terminal_would_obey(answering, tmp_path, capsys):
    requests = answering({"ok": True, "rows": [ROW]})
    assert main(["status", "--data", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert requests == [{"verb": "status"}]
    assert lines[1:] == [
        "listens on   0.0.0.0:1, [::]:1",
        "people       3 with 4 connections, in 2 channels",
        "messages     1.2 a minute, 9 since the start",
        "data         /srv/?[31m: database 1.5 kB, index 999 bytes, files 0 bytes",
        "disk         41.0 GB free",
        "last backup  none known",
        "",
        "! the disk is nearly full: make room",
    ]


def test_json_is_what_the_server_answers(answering, tmp_path, capsys):
    answering({"ok": True, "rows": [ROW]})
    assert main(["status", "--json", "--data", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == ROW


@pytest.mark.parametrize(("seconds", "text"), [(-5, "0 min"), (59, "0 min"), (3600, "1 h 0 min"), (90_061, "1 d 1 h")])
def test_a_duration_has_its_two_largest_units(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0 bytes"), (1000, "1.0 kB"), (5e15, "5000.0 TB")])
def test_a_size_has_a_unit(number, text):
    assert size(number) == text
