"""Entering a channel on an invitation that was made beforehand."""

import pytest
from tests.doubles.scene import Scene

from chover.engine import verbs
from chover.engine.events import AccessSet, Grant, Source
from chover.engine.ids import SERVER, UserId
from chover.engine.refusals import Refusal, Why
from chover.engine.verbs.admission import admit

DOOR = Source(SERVER, "ChanServ", "ChanServ", "chat.test")


@pytest.fixture
def scene():
    return Scene()


def account(scene, nick):
    user = scene.arrive(nick)
    scene.commit(verbs.identify(user, UserId(f"a-{nick}"), nick))
    return scene.chat.users[UserId(f"a-{nick}")]


def held(scene, channel, user):
    return channel.members[user.id].modes


@pytest.mark.parametrize("mode", ["+i", "+k secret", "+l 1", "+R"])
def test_what_keeps_others_out_lets_the_invited_in(scene, mode):
    tea = scene.join(scene.arrive("alice"), "#tea")
    scene.mode(next(iter(tea.members.values())).user, tea, mode)
    bob = scene.arrive("bob")
    scene.commit(admit(scene.chat, bob, "#tea", "", DOOR))
    assert held(scene, tea, bob) == ""


def test_a_ban_holds(scene):
    alice, bob = scene.arrive("alice"), scene.arrive("bob")
    tea = scene.join(alice, "#tea")
    scene.mode(alice, tea, "+b bob!*@*")
    with pytest.raises(Refusal) as refused:
        admit(scene.chat, bob, "#tea", "o", DOOR)
    assert refused.value.why is Why.BANNED


def test_the_role_is_there_with_the_join(scene):
    tea = scene.join(scene.arrive("alice"), "#tea")
    bob = account(scene, "bob")
    scene.commit(admit(scene.chat, bob, "#tea", "v", DOOR))
    assert held(scene, tea, bob) == "v"
    assert not tea.access


def test_in_a_registered_channel_the_role_is_for_good(scene):
    alice, bob = account(scene, "alice"), account(scene, "bob")
    tea = scene.join(alice, "#tea")
    scene.commit(verbs.register(alice, tea, DOOR))
    scene.commit(admit(scene.chat, bob, "#tea", "v", DOOR))
    assert tea.access[bob.id] == Grant(bob.id, "bob", "v")
    scene.commit(verbs.part(scene.chat, bob, tea))
    scene.join(bob, "#tea")
    assert held(scene, tea, bob) == "v"


def test_anyone_who_is_there_already_gets_the_role_and_never_a_lower_one(scene):
    alice, bob = scene.arrive("alice"), scene.arrive("bob")
    tea = scene.join(alice, "#tea")
    scene.join(bob, "#tea")
    scene.commit(admit(scene.chat, bob, "#tea", "v", DOOR))
    assert held(scene, tea, bob) == "v"
    assert not admit(scene.chat, alice, "#tea", "v", DOOR).events


def test_a_rank_for_good_is_not_lowered(scene):
    alice = account(scene, "alice")
    tea = scene.join(alice, "#tea")
    scene.commit(verbs.register(alice, tea, DOOR))
    assert not any(isinstance(event.body, AccessSet) for event in admit(scene.chat, alice, "#tea", "v", DOOR).events)


def test_a_channel_that_is_not_there_is_opened(scene):
    bob = scene.arrive("bob")
    scene.commit(admit(scene.chat, bob, "#new", "v", DOOR))
    assert held(scene, scene.chat.find_channel("#new"), bob) == "o"


def test_nobody_is_in_more_channels_than_allowed():
    scene = Scene(channels_per_user=1)
    scene.join(scene.arrive("alice"), "#tea")
    bob = scene.arrive("bob")
    scene.join(bob, "#milk")
    with pytest.raises(Refusal) as refused:
        admit(scene.chat, bob, "#tea", "", DOOR)
    assert refused.value.why is Why.TOO_MANY_CHANNELS
