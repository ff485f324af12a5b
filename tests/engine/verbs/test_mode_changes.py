"""From the changes that were asked for to those that make a difference."""

import pytest
from tests.doubles.scene import Scene

from chover.engine import verbs
from chover.engine.events import ModeChange
from chover.engine.modes import ModeRequest, parse
from chover.engine.refusals import Refusal, Why
from chover.engine.verbs.mode_changes import KEY_BYTES, effective_changes


@pytest.fixture
def scene():
    return Scene(list_modes=3)


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
def judged(scene, tea):
    return lambda text: effective_changes(scene.chat, tea, parse(text.split()))


@pytest.fixture
def refused(judged):
    def why(text):
        with pytest.raises(Refusal) as caught:
            judged(text)
        return caught.value.why, caught.value.subject

    return why


def test_a_member_is_raised_by_id_and_shown_by_nick(judged, bob):
    assert judged("+ov BOB BOB") == (ModeChange(True, "o", "bob", bob.id), ModeChange(True, "v", "bob", bob.id))


@pytest.mark.parametrize("text", ["+o alice", "-v alice", "+nt", "-imsl", "-k x", "-b nobody!*@*", "+b", "-b"])
def test_what_makes_no_difference_is_left_out(judged, text):
    assert judged(text) == ()


def test_a_mask_is_completed(judged):
    assert judged("+b Mallory") == (ModeChange(True, "b", "mallory!*@*"),)


def test_a_key_is_set_replaced_and_taken_away_without_showing_it(scene, alice, tea, judged):
    assert judged("+k tea") == (ModeChange(True, "k", "tea"),)
    scene.mode(alice, tea, "+k tea")
    assert judged("+k tea") == ()
    assert judged("+k milk") == (ModeChange(True, "k", "milk"),)
    assert judged("-k") == judged("-k wrong") == (ModeChange(False, "k", "*"),)


def test_a_limit_is_a_number_as_plain_as_can_be(scene, alice, tea, judged):
    assert judged("+l 007") == (ModeChange(True, "l", "7"),)
    scene.mode(alice, tea, "+l 7")
    assert judged("+l 07") == ()
    assert judged("-l") == (ModeChange(False, "l"),)


@pytest.mark.parametrize("limit", ["0", "-1", "x", "²", "1000000000", "99999999999999999999", ""])
def test_a_limit_that_is_no_number_from_one_up_is_refused(refused, limit):
    assert refused(f"+l {limit}") == (Why.BAD_MODE_ARG, ("#tea", "l", "*"))


@pytest.mark.parametrize("key", ["a,b", "a:b", "x" * (KEY_BYTES + 1), "a\x02b", "ü" * 17])
def test_a_key_that_cannot_be_typed_in_a_join_is_refused(refused, key):
    assert refused(f"+k {key}") == (Why.BAD_MODE_ARG, ("#tea", "k", "*"))


def test_a_key_of_the_most_bytes_is_taken(judged):
    assert judged("+k " + "x" * KEY_BYTES)


def test_a_member_mode_names_somebody_who_is_there(scene, refused, tea):
    scene.arrive("carol")
    assert refused("+o") == (Why.BAD_MODE_ARG, ("#tea", "o", "*"))
    assert refused("+o nobody") == (Why.NO_SUCH_NICK, ("nobody",))
    assert refused("+o carol") == (Why.NOT_ON_THAT_CHANNEL, ("carol", "#tea"))


def test_an_unknown_mode_is_refused(refused):
    assert refused("+n?") == (Why.UNKNOWN_MODE, ("?",))


def test_a_list_holds_as_many_as_are_allowed(scene, alice, tea, judged, refused):
    scene.mode(alice, tea, "+bb a b")
    assert len(judged("+b c")) == 1
    scene.mode(alice, tea, "+b c")
    assert refused("+b d") == (Why.LIST_FULL, ("#tea", "b"))
    assert judged("-b a") == (ModeChange(False, "b", "a!*@*"),)


def test_a_list_is_not_overfilled_by_one_line(refused, judged):
    assert len(judged("+bbb a b c")) == 3
    assert refused("+bbbb a b c d") == (Why.LIST_FULL, ("#tea", "b"))


def test_each_change_is_judged_on_what_those_before_it_leave(judged, bob):
    assert judged("+bb a a!*@*") == (ModeChange(True, "b", "a!*@*"),)
    assert judged("+m-m") == (ModeChange(True, "m"), ModeChange(False, "m"))
    assert judged("+o-o bob bob") == (ModeChange(True, "o", "bob", bob.id), ModeChange(False, "o", "bob", bob.id))
    assert judged("+mm") == (ModeChange(True, "m"),)
    assert judged("+ll 5 5") == (ModeChange(True, "l", "5"),)
    assert judged("+b-b a a") == (ModeChange(True, "b", "a!*@*"), ModeChange(False, "b", "a!*@*"))


def test_an_entry_with_an_end_is_given_another_end_and_a_removal_has_none(scene, alice, tea):
    def wants(add, until):
        return effective_changes(scene.chat, tea, [ModeRequest(add, "b", "troll", until=until)])

    assert wants(False, 5) == ()
    scene.commit(verbs.set_modes(scene.chat, alice, tea, [ModeRequest(True, "b", "troll", until=5)]))
    assert wants(True, 5) == wants(True, 0) == ()
    assert [change.until for change in wants(True, 6)] == [6]
    assert [(change.add, change.arg) for change in wants(False, 6)] == [(False, "troll!*@*")]
