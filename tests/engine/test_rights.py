"""The rights to speak, to join, and to change a channel."""

import pytest
from tests.doubles.scene import Scene

from chover.engine import rights, verbs
from chover.engine.events import Said
from chover.engine.model import visible_to
from chover.engine.refusals import Refusal, Why


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def alice(scene):
    return scene.arrive("alice")


@pytest.fixture
def tea(scene, alice):
    return scene.join(alice, "#tea")


@pytest.fixture
def bob(scene, tea):
    bob = scene.arrive("bob")
    scene.join(bob, "#tea")
    return bob


@pytest.fixture
def carol(scene):
    return scene.arrive("carol")


def why(question, *args):
    """Why it is refused, None if it is not."""
    try:
        question(*args)
    except Refusal as refusal:
        return refusal.why
    return None


def test_members_and_operators_are_told_apart(scene, alice, bob, carol, tea):
    assert rights.member(tea, bob).user is bob
    assert why(rights.member, tea, carol) is Why.NOT_ON_CHANNEL
    assert why(rights.require_operator, tea, alice) is None
    assert why(rights.require_operator, tea, bob) is Why.NOT_OPERATOR
    assert why(rights.require_operator, tea, carol) is Why.NOT_ON_CHANNEL


def test_voice_is_not_enough_to_rule(scene, alice, bob, tea):
    scene.mode(alice, tea, "+v bob")
    assert why(rights.require_operator, tea, bob) is Why.NOT_OPERATOR


@pytest.mark.parametrize(
    ("modes", "outside", "plain", "voiced"),
    [
        ("+n-m", False, True, True),
        ("-nm", True, True, True),
        ("+nm", False, False, True),
        ("+m-n", False, False, True),
        ("-n+b *!*@*", False, False, True),
        ("+nb bob", False, False, True),
        ("-n+b bob", True, False, True),
    ],
)
def test_who_may_speak(scene, alice, bob, carol, tea, modes, outside, plain, voiced):
    scene.mode(alice, tea, modes)
    assert (why(rights.require_speech, tea, carol, scene.chat.now) is None) is outside
    assert (why(rights.require_speech, tea, bob, scene.chat.now) is None) is plain
    scene.mode(alice, tea, "+v bob")
    assert (why(rights.require_speech, tea, bob, scene.chat.now) is None) is voiced
    assert why(rights.require_speech, tea, alice, scene.chat.now) is None


def test_anyone_who_may_not_speak_is_told_what_stands_in_the_way(scene, alice, bob, carol, tea):
    scene.mode(alice, tea, "+m")
    for user, part in ((bob, "+m"), (carol, "not on that channel")):
        with pytest.raises(Refusal) as caught:
            rights.require_speech(tea, user, scene.chat.now)
        assert part in caught.value.hint


@pytest.mark.parametrize(
    ("modes", "key", "reason"),
    [
        ("+m", "", None),
        ("+i", "", Why.INVITE_ONLY),
        ("+k milk", "", Why.BAD_KEY),
        ("+k milk", "Milk", Why.BAD_KEY),
        ("+k milk", "milk", None),
        ("+l 2", "", None),
        ("+l 1", "", Why.FULL),
        ("+b carol", "", Why.BANNED),
        ("+b *!*@HOST", "", Why.BANNED),
        ("+b bob", "", None),
    ],
)
def test_who_may_join(scene, alice, carol, tea, modes, key, reason):
    scene.mode(alice, tea, modes)
    assert why(rights.require_entry, tea, carol, key, scene.chat.now) is reason


def test_an_operators_invitation_opens_everything(scene, alice, carol, tea):
    scene.mode(alice, tea, "+iklb milk 1 carol")
    scene.commit(verbs.invite(scene.chat, alice, tea, "carol"))
    assert why(rights.require_entry, tea, carol, "", scene.chat.now) is None


@pytest.mark.parametrize("modes", ["+k milk", "+l 2", "+b carol"])
def test_a_plain_members_invitation_opens_nothing(scene, alice, bob, carol, tea, modes):
    scene.mode(alice, tea, modes)
    scene.commit(verbs.invite(scene.chat, bob, tea, "carol"))
    assert why(rights.require_entry, tea, carol, "", scene.chat.now) is not None


def test_a_secret_channel_is_visible_from_inside_only(scene, alice, carol, tea):
    assert visible_to(tea, carol)
    scene.mode(alice, tea, "+s")
    assert not visible_to(tea, carol)
    assert visible_to(tea, alice)


@pytest.mark.parametrize(
    ("modes", "said", "topic", "ends"),
    [
        ("", False, False, True),
        ("", True, False, False),
        ("", False, True, False),
        ("+i", True, True, True),
        ("+k x", True, False, True),
        ("+s", True, False, True),
    ],
)
def test_which_empty_channels_end(scene, alice, tea, modes, said, topic, ends):
    if modes:
        scene.mode(alice, tea, modes)
    if said:
        scene.commit(verbs.say(scene.chat, alice, "#tea", Said("x")))
    if topic:
        scene.commit(verbs.set_topic(scene.chat, alice, tea, "x"))
    assert not rights.forsaken(tea, permanent=False)
    scene.commit(verbs.part(scene.chat, alice, tea))
    assert rights.forsaken(tea, permanent=False) is ends
    assert rights.forsaken(tea, permanent=False, restart=True) is (ends and modes != "+s")
    assert not rights.forsaken(tea, permanent=True)
