"""What slows a flood down: slow mode (+W), the wait for newcomers (+d), the throttle for joins (+j)."""

import pytest
from tests.doubles.scene import Scene, only

from chover.engine import verbs
from chover.engine.events import Said, Tagged
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


def say(scene, user, text="hi"):
    scene.commit(verbs.say(scene.chat, user, "#tea", Said(text)))


def wait(scene, user):
    """What somebody is told who may not speak."""
    with pytest.raises(Refusal) as caught:
        say(scene, user)
    assert caught.value.why is Why.CANNOT_SEND
    return caught.value.hint


def test_in_slow_mode_the_next_message_waits(scene, alice, tea):
    bob = scene.join_as("bob", "#tea")
    scene.mode(alice, tea, "+W 10")
    scene.now += 10_000
    say(scene, bob)
    assert wait(scene, bob) == "slow mode (+W 10): you may speak in 10 s"
    scene.now += 9_000
    assert wait(scene, bob).endswith("in 1 s")
    scene.now += 1_000
    say(scene, bob)


def test_a_message_that_is_still_being_written_counts(scene, alice, tea):
    bob = scene.join_as("bob", "#tea")
    scene.mode(alice, tea, "+W 10")
    scene.now += 10_000
    verbs.say(scene.chat, bob, "#tea", Said("first"))
    assert "10 s" in wait(scene, bob)


def test_nobody_speaks_sooner_by_coming_in_again(scene, alice, tea):
    scene.mode(alice, tea, "+W 10")
    bob = scene.join_as("bob", "#tea")
    assert "slow mode" in wait(scene, bob)


@pytest.mark.parametrize("rank", "vho")
def test_anyone_who_has_a_rank_waits_for_nothing(scene, alice, tea, rank):
    bob = scene.join_as("bob", "#tea")
    scene.mode(alice, tea, f"+Wd{rank} 10 10 bob")
    for _ in range(3):
        say(scene, bob)
        say(scene, alice)


def test_newcomers_wait_and_those_who_were_there_do_not(scene, alice, tea):
    bob = scene.join_as("bob", "#tea")
    scene.now += 60_000
    scene.mode(alice, tea, "+d 30")
    carol = scene.join_as("carol", "#tea")
    say(scene, bob)
    assert wait(scene, carol) == "newcomers wait (+d 30): you may speak in 30 s"
    with pytest.raises(Refusal):
        verbs.tag(scene.chat, carol, "#tea", {"+typing": "active"})
    scene.now += 30_000
    say(scene, carol)


def test_slow_mode_lets_tags_pass(scene, alice, tea):
    bob = scene.join_as("bob", "#tea")
    scene.mode(alice, tea, "+W 10")
    assert isinstance(only(verbs.tag(scene.chat, bob, "#tea", {"+typing": "active"})), Tagged)


@pytest.mark.parametrize("modes", ["-n+d 10", "-n+W 10"])
def test_nobody_gets_round_it_from_outside(scene, alice, tea, modes):
    scene.mode(alice, tea, modes)
    assert "join it first" in wait(scene, scene.arrive("bob"))


def test_so_many_join_in_so_many_seconds_and_the_next_waits(scene, alice, tea):
    scene.mode(alice, tea, "+j 2:10")
    scene.join_as("bob", "#tea")
    scene.join_as("carol", "#tea")
    dave = scene.arrive("dave")
    with pytest.raises(Refusal) as caught:
        verbs.join(scene.chat, dave, "#tea")
    assert (caught.value.why, caught.value.hint) == (Why.THROTTLED, "10")
    scene.now += 10_000
    assert verbs.join(scene.chat, dave, "#tea").events


def test_the_throttle_is_passed_by_invitation(scene, alice, tea):
    scene.mode(alice, tea, "+j 1:10")
    scene.join_as("bob", "#tea")
    carol = scene.arrive("carol")
    scene.commit(verbs.invite(scene.chat, alice, tea, "carol"))
    assert verbs.join(scene.chat, carol, "#tea").events


def test_two_who_decide_on_the_same_turn_conflict(scene, alice, tea):
    scene.mode(alice, tea, "+j 1:10")
    bob, carol = scene.arrive("bob"), scene.arrive("carol")
    first, second = verbs.join(scene.chat, bob, "#tea"), verbs.join(scene.chat, carol, "#tea")
    assert first.expect == second.expect
    scene.commit(first)
    assert second.expect != {tea.log: tea.rules_version}


@pytest.mark.parametrize("modes", ["+W 0", "+W x", "+W 86401", "+d", "+j 3", "+j 0:5", "+j 3:0", "+j 1001:5", "+j 3:x"])
def test_what_is_no_number_in_bounds_is_refused(scene, alice, tea, modes):
    with pytest.raises(Refusal) as caught:
        scene.mode(alice, tea, modes)
    assert caught.value.why is Why.BAD_MODE_ARG


@pytest.mark.parametrize(
    ("modes", "kept"), [("+W 010", {"W": "10"}), ("+j 03:010", {"j": "3:10"}), ("+d 5", {"d": "5"})]
)
def test_numbers_are_kept_as_they_are_shown_and_taken_back(scene, alice, tea, modes, kept):
    scene.mode(alice, tea, modes)
    [(letter, value)] = kept.items()
    assert tea.modes[letter] == value
    assert not scene.mode(alice, tea, modes).events
    scene.mode(alice, tea, f"-{letter}")
    assert letter not in tea.modes


def test_a_half_operator_sets_them(scene, alice, tea):
    bob = scene.join_as("bob", "#tea")
    scene.mode(alice, tea, "+h bob")
    scene.mode(bob, tea, "+Wdj 5 30 3:10")
    assert {"W", "d", "j"} <= tea.modes.keys()


def test_anyone_who_may_not_speak_says_nothing_in_leaving(scene, alice, tea):
    scene.mode(alice, tea, "+d 30")
    bob = scene.join_as("bob", "#tea")
    assert not only(verbs.part(scene.chat, bob, tea, "spam")).reason
    assert only(verbs.part(scene.chat, alice, tea, "bye")).reason == "bye"
