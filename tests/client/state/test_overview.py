"""In which order conversations are listed, and what their badges say."""

import pytest

from chover.client.state import State, dispatch, leaving, lifecycle
from chover.client.state.model.preferences import put
from chover.client.state.overview import badge, in_order
from chover.engine.metadata import PINNED
from chover.wire.message import parse
from tests.client.screen.stage import CAPS


@pytest.fixture
def state():
    made = State()
    lifecycle.begin(made, "Alice", CAPS, "")
    for channel in ("#tea", "##zen", "#Milk"):
        list(dispatch.receive(made, parse(f":Alice!a@c JOIN {channel}"), 1000))
    for nick in ("zoe", "Bob"):
        list(dispatch.receive(made, parse(f":{nick}!b@c PRIVMSG Alice :hi"), 1000))
    return made


def names(state):
    return [conversation.name for conversation in in_order(state)]


def test_channels_come_before_people_and_each_by_name(state):
    assert names(state) == ["#Milk", "#tea", "##zen", "Bob", "zoe"]


def test_what_is_pinned_comes_first_in_the_same_order(state):
    for name in ("zoe", "#tea"):
        put(state.preferences.own, name, PINNED, "1")
    state.preferences.remade()

    assert names(state) == ["#tea", "zoe", "#Milk", "##zen", "Bob"]


def test_what_is_being_left_is_not_listed(state):
    leaving.leave(state, state.conversations["#tea"], "")

    assert names(state) == ["#Milk", "##zen", "Bob", "zoe"]


@pytest.mark.parametrize(
    ("unread", "mentions", "muted", "shown"),
    [
        (0, 0, False, ""),
        (3, 0, False, "3"),
        (3, 0, True, ""),
        (99, 0, False, "99"),
        (100, 0, False, "99+"),
        (5, 2, False, "@2"),
        (5, 2, True, "@2"),
        (500, 400, False, "@99"),
    ],
)
def test_a_badge_counts_what_calls_us_or_else_what_is_new(state, unread, mentions, muted, shown):
    tea = state.conversations["#tea"]
    tea.unread, tea.mentions = unread, mentions

    assert badge(tea, muted=muted) == shown
