"""``chover ban`` and ``who --past`` on a store that no server has."""

import json
from functools import partial

import pytest


@pytest.fixture
def ban(chover_says, data):
    return lambda *arguments: chover_says("ban", *arguments, "--data", str(data))


def test_a_ban_is_added_listed_and_removed(ban):
    status, out, _ = ban("add", "192.0.2.0/24", "--for", "2h", "--reason", "spam", "--note", "again")
    assert status == 0
    assert out.startswith("192.0.2.0/24 is banned until ")
    assert out.endswith("; chover ban remove 1 lifts it\n")
    head, row = ban("list")[1].splitlines()
    assert head.split() == ["NO", "WHOM", "UNTIL", "BY", "SINCE", "WHY"]
    assert row.split()[:2] == ["1", "192.0.2.0/24"]
    assert row.endswith("spam | again")
    [as_json] = ban("list", "--json")[1].splitlines()
    assert json.loads(as_json)["reason"] == "spam"
    assert ban("remove", "192.0.2.0/24") == (0, "192.0.2.0/24 is no longer banned\n", "")
    assert ban("list") == (0, "there are none\n", "")
    log = ban("log")[1].splitlines()
    assert [line.split()[3] for line in log[1:]] == ["BAN", "UNBAN"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["add", "127.0.0.0/8"], "anyone who connects from here, and proxies that run here"),
        (["add", "127.0.0.0/8"], "; --force sets it anyway"),
        (["add", "192.0.2.9", "--for", "soon"], "soon is not a duration; examples are 10m, 2h, 7d, 4w, forever"),
        (["add", "nobody"], "nobody called nobody is online or was recently"),
        (["remove", "7"], "there is no ban of 7"),
    ],
)
def test_what_cannot_be_is_one_line(ban, arguments, complaint):
    status, out, error = ban(*arguments)
    assert (status, out) == (1, "")
    assert complaint in error
    assert error.count("\n") == 1


def test_what_is_forced_is_done(ban):
    assert ban("add", "127.0.0.0/8", "--force")[1].startswith("127.0.0.0/8 is banned for good; ")


def test_past_connections_are_shown_while_no_server_runs(lived_in, chover_says, data):
    asked = partial(chover_says, "who", "--past", "--data", str(data))
    head, row = asked("account:alice")[1].splitlines()
    assert head.split()[:3] == ["NICK", "ACCOUNT", "FROM"]
    assert row.split()[:4] == ["alice", "alice", "192.0.2.9", "irc"]
    assert asked("192.0.2.0/24")[1].splitlines()[1] == row
    assert asked("bob") == (0, "no such connection is on record\n", "")
