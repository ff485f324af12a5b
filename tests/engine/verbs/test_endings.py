"""Channels that were left behind, and channels whose founder is gone."""

import pytest
from tests.doubles.scene import Scene, only

from chover.engine import verbs
from chover.engine.append import Append
from chover.engine.events import AccessSet, Closed, Event, Grant, Said, Source
from chover.engine.ids import SERVER, UserId
from chover.engine.verbs.endings import bequeath, close_left_behind, heir

GRANTER = Source(SERVER, "ChanServ", "ChanServ", "server")


@pytest.fixture
def scene():
    return Scene(permanent=frozenset({"#lobby"}))


def left(scene, name="#tea"):
    """A channel in which somebody has said something and gone."""
    alice = scene.arrive("alice")
    channel = scene.join(alice, name)
    scene.commit(verbs.say(scene.chat, alice, name, Said("hi")))
    scene.commit(verbs.part(scene.chat, alice, channel))
    return channel


def access(scene, channel, *roles):
    """Give ranks for good: a1 the first, a2 the second, …"""
    grants = tuple(Grant(UserId(f"a{n}"), f"n{n}", role) for n, role in enumerate(roles, 1))
    scene.commit(Append([Event(channel.log, GRANTER, AccessSet(grants))]))


def test_a_channel_that_is_nobodys_is_ended(scene):
    channel = left(scene)
    assert scene.chat.empty == {channel.log: None}
    assert isinstance(only(close_left_behind(scene.chat, channel)), Closed)
    scene.commit(close_left_behind(scene.chat, channel))
    assert not scene.chat.empty
    assert not scene.chat.by_name
    assert not close_left_behind(scene.chat, channel).events


@pytest.mark.parametrize("kept", ["member", "registered", "permanent"])
def test_a_channel_that_is_somebodys_is_not(scene, kept):
    channel = left(scene, "#lobby" if kept == "permanent" else "#tea")
    if kept == "member":
        scene.join_as("bob", "#tea")
    if kept == "registered":
        access(scene, channel, "q")
    assert not close_left_behind(scene.chat, channel).events


@pytest.mark.parametrize(
    ("roles", "next_one"), [("qova", "a4"), ("qoo", "a2"), ("qvh", "a3"), ("qv", None), ("q", None)]
)
def test_the_next_of_the_access_list_is_heir_and_voice_rules_nothing(scene, roles, next_one):
    channel = left(scene)
    access(scene, channel, *roles)
    found = heir(channel, UserId("a1"))
    assert (found.account if found else None) == next_one


def test_an_heir_is_founder_and_the_other_ranks_stay(scene):
    channel = left(scene)
    access(scene, channel, *"qov")
    scene.commit(bequeath(channel, UserId("a1"), GRANTER))
    assert {account: grant.role for account, grant in channel.access.items()} == {"a2": "q", "a3": "v"}


def test_without_an_heir_it_is_nobodys(scene):
    channel = left(scene)
    access(scene, channel, *"qv")
    scene.commit(bequeath(channel, UserId("a1"), GRANTER))
    assert not channel.access


def test_of_others_only_their_own_rank_goes(scene):
    channel = left(scene)
    access(scene, channel, *"qo")
    scene.commit(bequeath(channel, UserId("a2"), GRANTER))
    assert list(channel.access) == ["a1"]
    assert not bequeath(channel, UserId("a9"), GRANTER).events
