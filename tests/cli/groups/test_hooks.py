"""``chover hook`` on a store that no server has."""

import json

import pytest

from chover.cli import hooks


@pytest.fixture
def data(data):
    return ("--data", str(data))


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["add", "#ops"], "#ops: No such channel; somebody has to join it first"),
        (["revoke", "x"], "there is no hook x; hook list shows them"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(chover_says, data, arguments, part):
    assert chover_says("hook", *arguments, *data) == (1, "", f"chover: {part}\n")


def test_where_there_are_none_that_is_said(chover_says, data):
    assert chover_says("hook", "list", *data) == (0, "there are none\n", "")
    assert chover_says("hook", "list", "--json", *data)[:2] == (0, "\n")


def test_what_is_made_is_shown_with_its_address_and_how_to_use_it(chover_says, monkeypatch):
    row = {"id": "h1", "channel": "#ops", "name": "deploys", "by": "operator", "made_at": 0, "to": "", "off": ""}
    asked = []

    def ask(_, __, verb, **parameters):
        asked.append((verb, parameters))
        return [{"hook": row, "address": "https://chat.test/hooks/T", "key": ""}]

    monkeypatch.setattr(hooks, "ask_or_do", ask)
    status, out, _ = chover_says("hook", "add", "#ops", "--name", "deploys")
    assert status == 0
    assert asked == [("add-hook", {"channel": "#ops", "name": "deploys"})]
    assert "curl -d 'hello' https://chat.test/hooks/T" in out
    assert "chover hook revoke h1" in out
    assert json.loads(chover_says("hook", "add", "#ops", "--json")[1])["address"] == "https://chat.test/hooks/T"


def test_where_no_authority_vouches_for_the_server_curl_is_told_its_key():
    row = {"id": "h1", "channel": "#ops", "name": "deploys"}
    lines = hooks._shown({"hook": row, "address": "https://192.0.2.9:55555/hooks/T", "pin": "abc="})

    assert (
        "curl             curl --insecure --pinnedpubkey 'sha256//abc=' -d 'hello' https://192.0.2.9:55555/hooks/T"
        in lines
    )
