"""What a hostile server sends without end: some of it is kept, the rest is left out, and that is said once."""

import pytest

from chover.client.notifications import Note
from chover.client.state.model import batches, bounds, support
from chover.client.state.model.state import CONVERSATIONS
from tests.client.state.test_state import begun, receive

MINE = ":Alice!a@cloak"


def notes(told):
    return [each.text for each in told if isinstance(each, Note) and "than a client can keep" in each.text]


@pytest.fixture
def state(monkeypatch):
    monkeypatch.setattr(bounds, "PEOPLE", 1000)
    monkeypatch.setattr(bounds, "CHANNELS", CONVERSATIONS + 10)
    monkeypatch.setattr(bounds, "LISTED", 100)
    monkeypatch.setattr(batches, "CHARACTERS", 10_000)
    made = begun()
    receive(made, f"{MINE} JOIN #a")
    return made


def people(state):
    return sum(len(each.members) + len(each.naming or ()) for each in state.conversations.values())


def test_a_million_members_are_not_all_kept(state):
    names = [f":s 353 Alice = #a :{' '.join(f'n{line}x{number}' for number in range(50))}" for line in range(100)]
    told = receive(state, *names, ":s 366 Alice #a :End")
    told += receive(state, *[f":j{number}!u@h JOIN #a" for number in range(2000)])
    assert 1000 <= people(state) < 1050
    assert len(state.users) <= 1000
    assert notes(told) == ["The server sends more members of channels than a client can keep: the others are left out"]


def test_names_that_never_end_are_bounded_in_all_channels_together(state):
    told = []
    for channel in range(30):
        told += receive(state, f"{MINE} JOIN #c{channel}")
        told += receive(state, *[f":s 353 Alice = #c{channel} :{channel}n{number}" for number in range(200)])
    assert people(state) <= 1000
    assert len(notes(told)) == 1


def test_a_hundred_thousand_channels_are_not_all_kept_nor_joined_again(state):
    told = receive(state, *[f"{MINE} JOIN #c{number}" for number in range(2000)])
    assert len(state.conversations) == CONVERSATIONS
    assert len(state.channels) == len(state.wanted) == CONVERSATIONS + 10
    assert notes(told) == ["The server sends more channels than a client can keep: the others are left out"]


def test_a_list_without_end_is_cut(state):
    told = receive(state, *[f":s 322 Alice #c{number} 1 :topic" for number in range(1000)])
    assert len(state.listed) == 100
    assert len(notes(told)) == 1


@pytest.mark.parametrize("kind", ["chathistory #a", "draft/multiline #a"])
def test_batches_that_never_end_are_bounded(state, kind):
    opened = [f":s BATCH +{number} {kind}" for number in range(1000)]
    filled = [f"@batch={number % 20} :b!u@h PRIVMSG #a :{'x' * 400}" for number in range(1000)]
    told = receive(state, *opened, *filled)
    held = state.batches._open.values()
    assert len(held) == batches.OPEN
    assert sum(batch.size for batch in held) <= 10_000
    assert notes(told) == ["The server sends more messages in batches than a client can keep: the others are left out"]


def test_what_a_batch_held_is_free_again_when_it_ends(state):
    for turn in range(10):
        lines = [f"@batch={turn} :b!u@h PRIVMSG #a :{'x' * 400}"] * 20
        assert not notes(receive(state, f":s BATCH +{turn} chathistory #a", *lines, f":s BATCH -{turn}"))
    assert state.batches._size == 0


def test_what_a_batch_inside_another_held_counts_until_the_outer_one_ends(state):
    inner = ["@batch=o :s BATCH +i draft/multiline #a", "@batch=i :b!u@h PRIVMSG #a :one", ":s BATCH -i"]
    receive(state, ":s BATCH +o chathistory #a", *inner * 3)
    assert state.batches._size == 3 * len("#aone")
    receive(state, ":s BATCH -o")
    assert state.batches._size == 0


def test_tokens_without_end_are_bounded(state):
    receive(state, *[f":s 005 Alice TOKEN{number}=x :are supported" for number in range(5000)])
    assert len(state.support._tokens) == support.TOKENS
