"""``chover channel`` on a store that no server has."""

import json

import pytest


@pytest.fixture
def channel(chover_says, data):
    return lambda *arguments: chover_says("channel", *arguments, "--data", str(data))


def test_where_there_are_none_that_is_said(channel):
    assert channel("list") == (0, "there are none\n", "")


def test_a_channel_is_listed_and_shown_and_nothing_in_it_commands_the_terminal(lived_in, channel):
    head, row = channel("list")[1].splitlines()[0], channel("list")[1].splitlines()[-1]
    assert head.split() == ["NAME", "MEMBERS", "FOUNDER", "MODES", "SINCE", "TOPIC"]
    assert row.split()[:4] == ["#tea", "0", "alice", "+nt"]
    shown = channel("show", "#tea")[1]
    assert "gr?[31meen" in shown
    assert "\x1b" not in row + shown
    assert "+q alice" in shown
    assert "list b          bad!*@*" in shown
    assert channel("show", "#none")[2] == "chover: there is no channel #none; channel list shows them\n"


def test_a_channel_is_given_changed_dropped_and_ended(lived_in, channel):
    assert channel("modes", "#tea", "+i-t") == (0, "#tea has +ni\n", "")
    assert channel("modes", "#tea", "-n") == (0, "#tea has +i\n", "")
    assert channel("transfer", "#tea", "nobody")[2] == "chover: there is no account nobody; account list shows them\n"
    assert channel("transfer", "#tea", "alice") == (0, "#tea is alice's\n", "")
    assert channel("drop", "#tea", "--end") == (0, "#tea is deleted\n", "")
    assert channel("show", "#tea")[0] == 1


def test_programs_get_the_same_as_objects(lived_in, channel):
    *_, row = [json.loads(line) for line in channel("list", "--json")[1].splitlines()]
    assert (row["name"], row["members"], row["founder"], row["topic"]) == ("#tea", 0, "alice", "gr\x1b[31meen")
    [shown] = [json.loads(line) for line in channel("show", "#tea", "--json")[1].splitlines()]
    assert shown["lists"] == {"b": ["bad!*@*"]}
    assert ["alice", "q"] in shown["access"]


def test_a_channel_that_is_taken_from_its_owners_stays(lived_in, channel):
    assert channel("drop", "#tea") == (0, "#tea no longer belongs to anybody\n", "")
    assert "founder         nobody" in channel("show", "#tea")[1]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["modes", "#tea", "+Z"], "chover: Z is an unknown mode\n"),
        (["drop", "#none"], "chover: there is no channel #none; channel list shows them\n"),
        (["transfer", "#none", "alice"], "chover: there is no channel #none; channel list shows them\n"),
    ],
)
def test_what_cannot_be_is_one_line(lived_in, channel, arguments, complaint):
    assert channel(*arguments) == (1, "", complaint)
