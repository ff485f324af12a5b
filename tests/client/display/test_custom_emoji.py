"""The server's emoji: which are in a text, how they are found and shown, when their list is asked for."""

import json
from pathlib import Path

import pytest

from chover.client.display.custom_emoji import parts
from chover.client.display.message import message_lines
from chover.client.display.theme import Theme
from chover.client.emoji import emoji_of, find
from chover.client.prompt.completing import complete
from chover.client.state import State
from chover.client.state.dispatch import receive
from chover.wire.message import parse

CASES = json.loads((Path(__file__).parents[2] / "custom_emoji.json").read_text())
ID = "A" * 22


def says(state, *lines):
    for line in lines:
        receive(state, parse(f":server {line}"), 1)
    lines, state.lines = state.lines, []
    return lines


@pytest.fixture
def state():
    made = State(discovers=True)
    says(made, f"EMOJI v1 :party={ID} ship-it={ID} bad=x <b>={ID}", "EMOJI v1")
    return made


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_which_emoji_are_in_a_text(case):
    assert [text for text, _ in parts(case["text"], case["emoji"])] == case["parts"]


def test_a_list_that_is_not_known_is_asked_for_once(state):
    assert says(state, "005 ann chover.chat/EMOJI=v2 :are supported") == ["EMOJI"]
    assert says(state, f"EMOJI v2 :tea={ID}", "EMOJI v2", "005 ann chover.chat/EMOJI=v2 :are supported") == []
    assert state.emoji.names == {"tea"}


def test_without_a_list_there_are_none(state):
    assert says(state, "005 ann -chover.chat/EMOJI :are supported") == []
    assert state.emoji.names == frozenset()


def test_what_is_no_entry_is_left_out(state):
    assert state.emoji.names == {"party", "ship-it"}


def test_a_list_without_end_is_not_kept(state):
    says(state, *(f"EMOJI v9 :{' '.join(f'n{part}-{at}={ID}' for at in range(10))}" for part in range(200)), "EMOJI v9")
    assert len(state.emoji.names) < 1000


def test_they_are_found_by_name_before_others(state):
    assert find("shi", 3, state.emoji.names)[0] == ("ship-it", ":ship-it:")
    assert emoji_of("ship-it", state.emoji.names) == ":ship-it:"
    assert emoji_of("ship-it") == ""
    assert complete(state, "well :part").words[0] == ":party: "


def test_they_have_a_style_of_their_own_outside_code(state):
    (line,) = message_lines("a :party: `:party:`", emoji=state.emoji.names)
    assert [(span.text, span.style.emoji) for span in line.spans] == [
        ("a ", False), (":party:", True), (" ", False), (":party:", False)
    ]  # fmt: skip
    assert "\x1b[4m:party:" in Theme("none").spans(line.spans, "text")
