"""Which rows an event changes, without a database."""

import pytest

from chover.engine.events import (
    AccessSet,
    Closed,
    Grant,
    Identified,
    Invited,
    Joined,
    MetadataSet,
    ModeChange,
    ModesSet,
    Opened,
    Said,
    Source,
)
from chover.engine.ids import UserId
from chover.store.projection import StateChange, project
from tests.store.making import ALICE, PAIR, TEA, event

BOB = UserId("a1")


def changes(body, source=ALICE, log=TEA):
    return project(event(body, log, source), 900, 7)


def test_an_opened_channel_has_its_name_for_itself_and_its_modes():
    assert changes(Opened("#tea", "nt")) == [
        (StateChange.OPEN, (TEA, "#tea", 900)),
        (StateChange.FREE_NAME, ("#tea",)),
        (StateChange.SET_MODE, (TEA, "n", "")),
        (StateChange.SET_MODE, (TEA, "t", "")),
    ]


def test_a_guest_joins_and_an_account_also_comes_first():
    guest = (StateChange.JOIN, (TEA, ALICE.id, "alice", "al", "a.cloak", "", "ov", 900, 7))

    assert changes(Joined("vo")) == [guest]
    assert changes(Joined(), Source(BOB, "bob", "bo", "b.cloak", "bob"))[1:] == [
        (StateChange.COME_FIRST, (TEA, BOB, 7))
    ]


def test_an_account_inherits_before_the_guest_has_another_id():
    found = [change for change, _ in changes(Identified(BOB, "bob"))]

    assert found == [StateChange.INHERIT, StateChange.IDENTIFY]
    assert [change for change, _ in changes(Identified(UserId("g9")))] == [StateChange.IDENTIFY]


def test_each_mode_of_a_line_is_a_change_in_its_order():
    line = (
        ModeChange(True, "o", "bob", BOB),
        ModeChange(False, "v", "bob", BOB),
        ModeChange(True, "b", "*!*@x", account=BOB),
        ModeChange(False, "b", "*!*@y"),
        ModeChange(True, "k", "key"),
        ModeChange(False, "i"),
    )

    assert changes(ModesSet(line)) == [
        (StateChange.RAISE, (TEA, BOB, "o")),
        (StateChange.LOWER, (TEA, BOB, "v")),
        (StateChange.ADD_TO_LIST, (TEA, "b", "*!*@x", ALICE.mask, 900, BOB, 0)),
        (StateChange.TAKE_FROM_LIST, (TEA, "b", "*!*@y")),
        (StateChange.SET_MODE, (TEA, "k", "key")),
        (StateChange.UNSET_MODE, (TEA, "i")),
    ]


def test_a_grant_without_a_role_and_metadata_without_a_value_are_taken_away():
    grants = AccessSet((Grant(BOB, "bob", "q"), Grant(ALICE.id, "alice")))

    assert changes(grants) == [
        (StateChange.GRANT, (TEA, BOB, "bob", "q")),
        (StateChange.REVOKE, (TEA, ALICE.id)),
    ]
    assert changes(MetadataSet({"url": "x", "color": None})) == [
        (StateChange.SET_METADATA, (TEA, "url", "x")),
        (StateChange.UNSET_METADATA, (TEA, "color")),
    ]


def test_a_channel_is_closed_before_the_rest_of_it_is_forgotten():
    assert [change for change, _ in changes(Closed())] == [StateChange.CLOSE, StateChange.FORGET]


@pytest.mark.parametrize(
    ("body", "log"),
    [(Invited(BOB, "bob"), TEA), (Said("x"), PAIR), (Joined(), PAIR)],
    ids=["invited", "said", "joined"],
)
def test_some_kinds_and_private_conversations_change_no_rows(body, log):
    assert changes(body, log=log) == []
