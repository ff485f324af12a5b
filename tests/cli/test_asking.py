"""Asking for an operator's verb, and how what it finds is shown."""

import json
import time

import pytest

from chover.cli.asking import ask, ask_or_do, listing, moment
from chover.cli.errors import WRONG_USAGE, CommandError
from chover.store.lock import DirectoryLock

ROWS = [{"name": "alice", "on": True}, {"name": "bob\x1b[2J", "on": False}]
HEAD = ("NAME", "ON")


def cells(row):
    return row["name"], "yes" if row["on"] else "no"


@pytest.fixture
def east_of_greenwich(monkeypatch):
    monkeypatch.setenv("TZ", "NPT-5:45")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def broken_config(tmp_path):
    file = tmp_path / "chover.toml"
    file.write_text("no = 'such setting'\n")
    return file


def test_a_list_has_aligned_columns_and_nothing_that_a_terminal_would_obey():
    assert listing(ROWS, HEAD, cells, json=False) == "NAME     ON\nalice    yes\nbob?[2J  no"


def test_as_json_each_row_is_an_object_in_a_line_of_its_own():
    lines = listing([{"name": "ärger"}, ROWS[0]], HEAD, cells, json=True).splitlines()

    assert lines[0] == '{"name": "ärger"}'
    assert json.loads(lines[1]) == ROWS[0]


def test_an_empty_list_says_so_to_people_and_nothing_to_programs():
    assert listing([], HEAD, cells, json=False) == "there are none"
    assert listing([], HEAD, cells, json=False, nothing="nobody is online") == "nobody is online"
    assert listing([], HEAD, cells, json=True) == ""


def test_a_moment_is_local_time_and_0_is_never(east_of_greenwich):
    assert moment(1_781_000_000_000) == "2026-06-09 15:58"
    assert moment(0) == "never"


def test_the_running_server_is_asked_whatever_stands_in_the_settings(answering, tmp_path, broken_config):
    requests = answering({"rows": ["something is new"]})

    assert ask(tmp_path, broken_config, "reload") == ["something is new"]
    assert requests == [{"verb": "reload"}]


def test_without_a_directory_the_settings_say_where_and_a_mistake_in_them_is_wrong_usage(broken_config):
    with pytest.raises(CommandError) as refused:
        ask(None, broken_config, "who")

    assert refused.value.status == WRONG_USAGE


def test_what_the_server_refuses_is_the_line_to_show(answering, tmp_path):
    answering({"error": "there is no account bob"})

    with pytest.raises(CommandError, match=r"^there is no account bob$"):
        ask_or_do(tmp_path, None, "account", name="bob")


def test_a_running_server_does_it_itself(answering, tmp_path):
    requests = answering({"rows": []})

    assert ask_or_do(tmp_path, None, "bans") == []
    assert requests == [{"verb": "bans"}]


def test_while_none_runs_it_is_done_on_the_locked_store(data):
    ask_or_do(data, None, "add-account", name="alice", password="", email="")

    [alice] = ask_or_do(data, None, "accounts")
    assert alice["name"] == "alice"


def test_what_needs_a_running_server_says_how_to_start_one(tmp_path):
    with pytest.raises(CommandError, match=r"no server is running on .*; start one with: chover serve"):
        ask_or_do(tmp_path, None, "who")


def test_a_directory_that_another_process_has_is_left_alone(data):
    lock = DirectoryLock(data)
    try:
        with pytest.raises(CommandError, match=str(data)):
            ask_or_do(data, None, "accounts")
    finally:
        lock.release()
