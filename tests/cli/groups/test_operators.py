"""``chover operator`` on a store that no server has."""

import json
import re

import pytest


@pytest.fixture
def operator(chover_says, data):
    return lambda *arguments: chover_says("operator", *arguments, "--data", str(data))[:2]


def test_where_there_are_none_the_way_is_said(lived_in, operator):
    assert operator("list") == (0, "there are none; chover operator add NAME makes one\n")


def test_an_account_that_has_a_password_keeps_it(lived_in, operator):
    status, said = operator("add", "alice")
    assert status == 0
    assert said.splitlines() == [
        "alice is operator of this server",
        "in a client      /oper alice   (it asks for the account's password)",
        "in IRC clients   /oper alice <password>",
    ]
    [row] = [json.loads(line) for line in operator("list", "--json")[1].splitlines()]
    assert row["name"] == "alice"
    assert row["rights"] == ["kill", "ban", "wallops", "rehash", "accounts", "see", "redact"]


def test_an_account_that_is_not_there_is_made_with_a_password_that_is_shown_once(lived_in, operator, chover_says, data):
    said = operator("add", "root", "--rights", "ban, see")[1]
    assert said.startswith("root is registered and operator of this server\npassword         ")
    assert re.search(r"password +\S{16}   \(shown this once\)", said)
    assert "root" in chover_says("account", "list", "--data", str(data))[1]
    assert operator("list")[1].splitlines()[1].split()[:2] == ["root", "ban,see"]
    assert "password " not in operator("add", "root")[1]


def test_one_that_begins_with_a_code_gets_a_password_too(lived_in, operator, chover_says, data):
    chover_says("account", "add", "carol", "--data", str(data))
    assert "password         " in operator("add", "carol")[1]


def test_anyone_who_is_taken_out_is_none_and_the_account_stays(lived_in, operator, chover_says, data):
    operator("add", "alice")
    assert operator("remove", "alice") == (0, "alice is no longer an operator of this server\n")
    assert operator("list")[1].startswith("there are none")
    assert chover_says("account", "show", "alice", "--data", str(data))[0] == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["remove", "alice"], "chover: alice is not an operator; operator list shows them\n"),
        (["add", "a b"], "chover: That is not a valid name: a nick has no spaces and none of , * ? . ! @ :\n"),
        (["add", "bob", "--rights", "fly"], "Invalid enum value 'fly'"),
    ],
)
def test_what_cannot_be_is_one_line(lived_in, chover_says, data, arguments, complaint):
    status, said, told = chover_says("operator", *arguments, "--data", str(data))
    assert (status, said) == (1, "")
    assert complaint in told


def test_a_founder_of_the_lobby_is_made_before_anybody_was_there(lived_in, chover_says, data, monkeypatch):
    monkeypatch.setenv("CHOVER_CHANNELS_AUTOJOIN", '["#hall"]')

    def run(*arguments):
        return chover_says("channel", *arguments, "--data", str(data))[:2]

    assert run("show", "#hall")[0] == 1
    assert run("transfer", "#HALL", "alice") == (0, "#HALL is alice's\n")
    shown = run("show", "#hall")[1]
    assert re.search("founder +alice", shown)
    assert "channel         #hall" in shown
