"""``chover who``, ``stop`` and ``reload`` against a socket that answers as a server does."""

import json

from chover.cli import main

ALICE = {"id": "ga", "nick": "alice", "address": "192.0.2.7", "port": 4711, "protocol": "irc", "since": 0}
BOB = {
    **ALICE,
    "nick": "bob",
    "address": "2001:db8::1",
    "channels": ["#lobby", "#ops"],
    "version": "irssi\x1b[31m 1.4",
}


def test_who_shows_a_table_without_anything_that_a_terminal_would_obey(answering, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    requests = answering({"ok": True, "rows": [ALICE, BOB]})

    assert main(["who", "--data", str(tmp_path)]) == 0

    head, alice, bob = capsys.readouterr().out.splitlines()
    assert head.split() == ["NICK", "FROM", "PROTOCOL", "SINCE", "CHANNELS", "VERSION"]
    assert alice.split()[:3] == ["alice", "192.0.2.7:4711", "irc"]
    assert bob.split()[1] == "[2001:db8::1]:4711"
    assert bob.endswith("#lobby,#ops  irssi?[31m 1.4")
    assert head.index("PROTOCOL") == alice.index("irc") == bob.index("irc")
    assert requests == [{"verb": "who"}]


def test_who_says_so_when_nobody_is_on(answering, tmp_path, capsys):
    answering({"ok": True, "rows": []})

    assert main(["who", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "nobody is online\n"


def test_who_in_json_is_a_line_for_each(answering, tmp_path, capsys):
    answering({"ok": True, "rows": [ALICE, BOB]})

    assert main(["who", "--json", "--data", str(tmp_path)]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [ALICE, BOB]


def test_stop_hands_on_the_reason_and_waits_until_the_server_is_gone(answering, tmp_path, capsys):
    requests = answering({"ok": True, "rows": []})

    assert main(["stop", "--reason", "new disk", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "stopped\n"
    assert requests == [{"verb": "stop", "reason": "new disk"}]


def test_reload_shows_what_changed(answering, tmp_path, capsys):
    answering({"ok": True, "rows": ['server.motd: "" -> "Hello"']})

    assert main(["reload", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out == 'server.motd: "" -> "Hello"\n'


def test_what_the_server_refuses_is_one_line_and_status_1(answering, tmp_path, capsys):
    answering({"error": "unknown setting server.prot; the nearest one is server.port"})

    assert main(["reload", "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "chover: unknown setting server.prot; the nearest one is server.port\n"


def test_where_no_server_runs_it_is_said_in_one_line(tmp_path, capsys):
    assert main(["who", "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"chover: no server is running on {tmp_path}; start one with: chover serve\n"


def test_a_server_can_be_stopped_although_its_configuration_has_a_mistake(answering, tmp_path, monkeypatch):
    monkeypatch.setenv("CHOVER_SERVER_PRT", "1")
    answering({"ok": True, "rows": []})

    assert main(["stop", "--data", str(tmp_path)]) == 0
