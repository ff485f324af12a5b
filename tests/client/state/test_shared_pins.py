"""What a channel has pinned for everybody, as the state keeps it."""

import pytest

from chover.client.state import State, actions, lifecycle
from chover.client.state.actions import CannotDo
from chover.client.state.dispatch import receive
from chover.wire.message import parse


@pytest.fixture
def state():
    made = State()
    lifecycle.begin(made, "ann", {"chover.chat/pins": ""})
    says(made, ":ann!a@h JOIN #tea")
    made.lines.clear()
    return made


def says(state, *lines):
    for line in lines:
        receive(state, parse(line), 1)


def pins(state):
    return state.conversations["#tea"].pins


def test_a_list_replaces_the_one_before_when_its_end_has_come(state):
    says(state, ":s PINNED #tea :a b")
    assert pins(state) == []
    says(state, ":s PINNED #tea :c", ":s PINNED #tea")
    assert pins(state) == ["a", "b", "c"]
    says(state, ":s PINNED #tea")
    assert pins(state) == []


def test_joining_again_without_a_list_means_that_nothing_is_pinned(state):
    says(state, ":s PINNED #tea :a", ":s PINNED #tea", ":ann!a@h JOIN #tea")
    assert pins(state) == []


def test_a_list_has_bounds_and_one_of_an_unknown_channel_is_dropped(state):
    says(state, ":s PINNED", ":s PINNED #none :a", ":s PINNED #none")
    says(state, *(f":s PINNED #tea :a{number}" for number in range(200)), ":s PINNED #tea")
    assert len(pins(state)) == 100
    assert "#none" not in state.conversations


def test_the_same_again_unpins(state):
    tea = state.conversations["#tea"]
    assert actions.pin_for_all(state, tea, "a")
    says(state, ":s PINNED #tea :a", ":s PINNED #tea")
    assert not actions.pin_for_all(state, tea, "a")
    assert state.lines == ["PIN #tea a", "UNPIN #tea a"]


def test_a_private_message_is_pinned_for_oneself_only(state):
    with pytest.raises(CannotDo, match="/save saves one for yourself"):
        actions.pin_for_all(state, state.conversation("bob"), "a")
