"""``chover invite`` on a store that no server has."""

import json
import re

import pytest

from chover.cli.errors import CommandError
from chover.cli.groups.invitations import seconds
from chover.wire.invite import parse


@pytest.fixture
def data(data):
    return ("--data", str(data))


def test_an_invitation_is_made_listed_and_revoked_while_no_server_runs(chover_says, data):
    status, out, err = chover_says("invite", "--channel", "#tea", "--channel", "#milk", "--role", "voice", *data)
    assert (status, err) == (0, "")
    link = parse(re.search(r"chover join '(.*)'", out)[1])
    assert link == parse(re.search(r"https://\S+", out)[0])
    assert link.pin
    assert "one person, until" in out
    assert "to #tea, #milk with +v" in out

    [row] = [json.loads(line) for line in chover_says("invite", "list", "--json", *data)[1].splitlines()]
    assert (row["uses"], row["channels"], row["made_by"]) == (1, ["#tea", "#milk"], "operator")
    assert f"chover invite revoke {row['id']}" in out
    assert chover_says("invite", "revoke", row["id"], *data) == (0, f"{row['id']} is revoked\n", "")
    assert chover_says("invite", "list", *data) == (0, "there are none\n", "")


def test_the_pin_is_that_of_the_certificate_which_the_server_will_have(chover_says, data):
    first, second = (parse(json.loads(chover_says("invite", "--json", *data)[1])["link"]) for _ in range(2))
    assert first.pin == second.pin
    assert first.token != second.token


def test_the_address_for_others_is_a_setting(chover_says, data, monkeypatch):
    monkeypatch.setenv("CHOVER_SERVER_ADDRESS", "chat.example.org:443")
    assert json.loads(chover_says("invite", "--json", *data)[1])["link"].startswith("chover://chat.example.org:443/#")


@pytest.mark.parametrize(
    ("arguments", "status", "part"),
    [
        (["--expires", "soon"], 2, "--expires soon is not a time; examples are 30m, 12h, 7d, 4w, never"),
        (["--uses", "0"], 2, "--uses"),
        (["--role", "king"], 1, "A role is"),
        (["--channel", "tea"], 1, "tea is not a valid channel"),
        (["revoke", "x"], 1, "there is no valid invitation x"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(chover_says, data, arguments, status, part):
    said = chover_says("invite", *arguments, *data)
    assert said[:2] == (status, "")
    assert part in said[2]
    assert said[2].count("\n") == 1


@pytest.mark.parametrize(
    ("text", "wanted"), [("30m", 1800), ("12h", 43200), ("7D", 604800), ("2w", 1209600), ("never", 0)]
)
def test_times_are_read_as_people_write_them(text, wanted):
    assert seconds(text) == wanted


def test_a_time_of_nothing_is_none():
    with pytest.raises(CommandError):
        seconds("0d")
