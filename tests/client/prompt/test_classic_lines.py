"""How the prompt line shows what was said."""

import pytest

from chover.client.notifications import PlainLine
from chover.client.prompt.classic_lines import ClassicLines
from chover.client.prompt.prompt import Speaking
from chover.client.state import State


def spoken(name="Alice", **fields):
    line = PlainLine(**{"conversation": "#lobby", "sender": "Bob", "text": "hi", "at": 1781881260250, **fields})
    return ClassicLines(Speaking(State()), name).spoken(line)


@pytest.mark.parametrize(
    ("fields", "begins"),
    [
        ({}, "Bob | "),
        ({"private": True, "conversation": "Bob"}, "Bob (private) | "),
        ({"conversation": "#tea"}, "Bob (#tea) | "),
        ({"kind": "notice"}, "Bob (notice) | "),
        ({"sender": "Alice", "own": True}, "You | "),
        ({"sender": "guest", "own": True, "name": "guest"}, "guest | "),
    ],
)
def test_it_is_shown_who_speaks_and_where(fields, begins):
    assert spoken(**fields).startswith(begins)
    assert spoken(**fields).endswith(" ❯ hi")


def test_an_action_is_shown_as_one():
    assert spoken(kind="action", text="waves") == "* Bob waves"
