"""What each verb decides, and each way in which it says no."""

import contextlib

import pytest
from tests.doubles.scene import Scene, only

from chover.engine import nicks, verbs
from chover.engine.append import NOTHING, Append
from chover.engine.events import (
    SERVER,
    AwaySet,
    Closed,
    Event,
    Invited,
    Joined,
    Kicked,
    ModeChange,
    ModesSet,
    Opened,
    Parted,
    Quit,
    Renamed,
    Said,
    Tagged,
    TagsKept,
    TopicSet,
)
from chover.engine.ids import NOWHERE, pair_log
from chover.engine.lines import cut
from chover.engine.modes import ModeRequest
from chover.engine.refusals import Refusal, Why


@pytest.fixture
def scene():
    return Scene(channels_per_user=3, permanent=frozenset({"#lobby"}))


@pytest.fixture
def alice(scene):
    return scene.arrive("alice")


@pytest.fixture
def bob(scene):
    return scene.arrive("bob")


@pytest.fixture
def tea(scene, alice):
    return scene.join(alice, "#tea")


@contextlib.contextmanager
def refused(why, *subject):
    with pytest.raises(Refusal) as caught:
        yield caught
    assert (caught.value.why, caught.value.subject) == (why, subject)


# ---- finding ---------------------------------------------------------------------------------------------------------


def test_users_and_channels_are_found_without_regard_to_case(scene, alice, tea):
    assert scene.chat.find_user("ALICE") is alice
    assert scene.chat.find_channel("#TEA") is tea


@pytest.mark.parametrize("nick", ["nobody", "", "not a nick", "♥"])
def test_nobody_of_that_nick_is_found(scene, nick):
    with refused(Why.NO_SUCH_NICK, nick):
        scene.chat.find_user(nick)


@pytest.mark.parametrize("name", ["#none", "", "#", "#not, a name"])
def test_no_channel_of_that_name_is_found(scene, name):
    with refused(Why.NO_SUCH_CHANNEL, name):
        scene.chat.find_channel(name)


def test_a_free_nick_is_folded_and_the_own_one_is_free(scene, alice):
    assert nicks.require_free(scene.chat, "Bob", alice.id) == "bob"
    assert nicks.require_free(scene.chat, "ALICE", alice.id) == "alice"


def test_a_bad_nick_is_refused_with_what_is_allowed_and_a_near_one(scene, alice):
    with refused(Why.BAD_NICK, "9 lives") as caught:
        nicks.require_free(scene.chat, "9 lives", alice.id)
    assert "does not begin with a digit" in caught.value.hint
    assert caught.value.hint.endswith("try _9_lives")


@pytest.mark.parametrize("nick", ["alice", "ALICE", "аlice"])
def test_a_taken_nick_or_one_that_looks_like_it_is_refused_with_a_free_one(scene, alice, bob, nick):
    with refused(Why.NICK_IN_USE, nick) as caught:
        nicks.require_free(scene.chat, nick, bob.id)
    assert nicks.require_free(scene.chat, caught.value.hint, bob.id)


def test_a_nick_that_takes_no_digit_gets_another_free_one_offered(scene, bob):
    # Digits of two scripts do not stand in one name (the Bidi rule), so that no variant of it may be.
    scene.arrive("علي٢")
    with refused(Why.NICK_IN_USE, "علي٢") as caught:
        nicks.require_free(scene.chat, "علي٢", bob.id)
    assert nicks.require_free(scene.chat, caught.value.hint, bob.id)


# ---- speaking --------------------------------------------------------------------------------------------------------


def test_a_message_goes_into_the_channels_log_under_its_nonce(scene, alice, tea):
    append = verbs.say(scene.chat, alice, "#TEA", Said("hello"), "n1")
    [event] = append.events
    assert (event.log, event.source, event.body, event.nonce) == (tea.log, alice.source, Said("hello"), "n1")
    assert not append.expect


def test_a_private_message_goes_into_the_log_of_the_pair_with_the_others_label(scene, alice, bob):
    [event] = verbs.say(scene.chat, alice, "BOB", Said("psst")).events
    assert event.log == pair_log(alice.id, bob.id) == pair_log(bob.id, alice.id)
    assert event.body == Said("psst", to="bob")


def test_tags_alone_are_not_kept(scene, alice, tea):
    [event] = verbs.tag(scene.chat, alice, "#tea", {"+typing": "active"}).events
    assert event.body == Tagged({"+typing": "active"})
    assert not event.kept


def test_tags_that_last_are_kept(scene, alice, tea):
    [event] = verbs.tag(scene.chat, alice, "#tea", {"+draft/react": "x"}, keep=True).events
    assert event.body == TagsKept({"+draft/react": "x"})
    assert event.kept
    assert not event.changes_rules


def test_a_message_without_text_is_refused(scene, alice, tea):
    with refused(Why.NO_TEXT):
        verbs.say(scene.chat, alice, "#tea", Said(""))


@pytest.mark.parametrize(("target", "why"), [("#none", Why.NO_SUCH_CHANNEL), ("none", Why.NO_SUCH_NICK)])
def test_a_message_to_nowhere_is_refused(scene, alice, target, why):
    with refused(why, target):
        verbs.say(scene.chat, alice, target, Said("x"))
    with refused(why, target):
        verbs.tag(scene.chat, alice, target, {})


def test_from_outside_nobody_speaks_unless_the_channel_allows_it(scene, alice, bob, tea):
    with refused(Why.CANNOT_SEND, "#tea"):
        verbs.say(scene.chat, bob, "#tea", Said("x"))
    scene.mode(alice, tea, "-n")
    assert only(verbs.say(scene.chat, bob, "#tea", Said("x"))) == Said("x")


# ---- coming and going ------------------------------------------------------------------------------------------------


def test_the_first_to_join_opens_the_channel_and_is_its_operator(scene, alice):
    append = verbs.join(scene.chat, alice, "#Tea")
    assert [event.body for event in append.events] == [Opened("#Tea", "nt"), Joined("o", realname="alice")]
    assert [event.source for event in append.events] == [SERVER, alice.source]
    [log] = append.expect
    assert append.expect[log] == 0


def test_two_who_open_the_same_channel_decide_on_one_log_so_that_one_is_too_late(scene, alice, bob):
    assert verbs.join(scene.chat, alice, "#tea").expect == verbs.join(scene.chat, bob, "#TEA").expect


def test_a_channel_that_has_ended_begins_a_new_log(scene, alice, tea):
    scene.commit(verbs.part(scene.chat, alice, tea))
    scene.commit(verbs.close_forsaken(scene.chat, tea))
    assert scene.join(alice, "#tea").id != tea.id


def test_the_second_to_join_is_a_plain_member(scene, alice, bob, tea):
    append = verbs.join(scene.chat, bob, "#TEA")
    assert only(append) == Joined(realname="bob")
    assert append.expect == {tea.log: tea.rules_version}


def test_the_first_in_a_permanent_channel_is_no_operator(scene, alice):
    assert verbs.join(scene.chat, alice, "#lobby").events[-1].body == Joined(realname="alice")


def test_anyone_who_comes_back_to_an_empty_channel_is_its_operator(scene, alice, bob, tea):
    scene.commit(verbs.say(scene.chat, alice, "#tea", Said("x")))
    scene.commit(verbs.part(scene.chat, alice, tea))
    assert only(verbs.join(scene.chat, bob, "#tea")) == Joined("o", realname="bob")


def test_a_ban_ends_with_the_last_who_could_take_it_back(scene, alice, bob, tea):
    scene.commit(verbs.say(scene.chat, alice, "#tea", Said("x")))
    scene.mode(alice, tea, "+b *!*@*")
    with pytest.raises(Refusal):
        verbs.join(scene.chat, bob, "#tea")
    scene.commit(verbs.part(scene.chat, alice, tea))
    assert only(verbs.join(scene.chat, bob, "#tea")).modes == "o"


def test_in_a_permanent_channel_a_ban_stays(alice, bob):
    scene = Scene(permanent=frozenset({"#lobby"}))
    alice, bob = scene.arrive("alice"), scene.arrive("bob")
    lobby = scene.join(alice, "#lobby")
    ban = ModeChange(add=True, mode="b", arg="*!*@*")
    scene.commit(Append([Event(lobby.log, SERVER, ModesSet((ban,)))]))
    scene.commit(verbs.part(scene.chat, alice, lobby))
    with pytest.raises(Refusal) as refused:
        verbs.join(scene.chat, bob, "#lobby")
    assert refused.value.why is Why.BANNED


def test_joining_twice_is_nothing(scene, alice, tea):
    assert verbs.join(scene.chat, alice, "#TEA") is NOTHING


def test_a_place_in_a_limited_channel_is_contested(scene, alice, bob, tea):
    scene.mode(alice, tea, "+l 5")
    [event] = verbs.join(scene.chat, bob, "#tea").events
    assert event.body == Joined(contested=True, realname="bob")
    assert event.changes_rules


def test_a_bad_channel_name_is_refused_with_what_is_allowed(scene, alice):
    with refused(Why.BAD_CHANNEL_NAME, "tea") as caught:
        verbs.join(scene.chat, alice, "tea")
    assert "#" in caught.value.hint


def test_more_channels_than_allowed_are_refused(scene, alice):
    for name in ("#a", "#b", "#c"):
        scene.join(alice, name)
    with refused(Why.TOO_MANY_CHANNELS, "#d"):
        verbs.join(scene.chat, alice, "#d")


def test_parting_says_why(scene, alice, tea):
    assert only(verbs.part(scene.chat, alice, tea, "bye")) == Parted("bye")


def test_parting_from_where_one_is_not_is_refused(scene, bob, tea):
    with refused(Why.NOT_ON_CHANNEL, "#tea"):
        verbs.part(scene.chat, bob, tea)


def test_quitting_stands_in_the_presence_and_in_every_log(scene, alice, tea):
    cake = scene.join(alice, "#cake")
    append = verbs.leave_server(alice, "gone")
    assert [event.log for event in append.events] == [NOWHERE, tea.log, cake.log]
    assert {event.body for event in append.events} == {Quit("gone")}


def test_a_new_nick_stands_in_the_presence_and_in_every_log(scene, alice, tea):
    append = verbs.rename(alice, "alicia")
    assert [(event.log, event.body) for event in append.events] == [
        (NOWHERE, Renamed("alicia")),
        (tea.log, Renamed("alicia")),
    ]


def test_the_same_nick_is_nothing_but_another_case_is_something(scene, alice):
    assert verbs.rename(alice, "alice") is NOTHING
    assert only(verbs.rename(alice, "Alice")) == Renamed("Alice")


def test_an_empty_channel_where_nothing_was_said_ends(scene, alice, tea):
    scene.commit(verbs.part(scene.chat, alice, tea))
    append = verbs.close_forsaken(scene.chat, tea)
    assert only(append) == Closed()
    assert append.expect == {tea.log: tea.rules_version}


def test_a_channel_that_has_ended_does_not_end_again(scene, alice, tea):
    scene.commit(verbs.part(scene.chat, alice, tea))
    scene.commit(verbs.close_forsaken(scene.chat, tea))
    assert verbs.close_forsaken(scene.chat, tea) is NOTHING


def test_a_channel_with_people_history_or_a_permanent_place_does_not_end(scene, alice, bob, tea):
    assert verbs.close_forsaken(scene.chat, tea) is NOTHING
    scene.commit(verbs.say(scene.chat, alice, "#tea", Said("x")))
    scene.commit(verbs.part(scene.chat, alice, tea))
    assert verbs.close_forsaken(scene.chat, tea) is NOTHING
    lobby = scene.join(alice, "#lobby")
    scene.commit(verbs.part(scene.chat, alice, lobby))
    assert verbs.close_forsaken(scene.chat, lobby) is NOTHING


# ---- ruling ----------------------------------------------------------------------------------------------------------


def test_an_operator_kicks_with_a_reason_cut_to_its_limit(scene, alice, bob, tea):
    scene.join(bob, "#tea")
    append = verbs.kick(scene.chat, alice, tea, "BOB", "ü" * 300)
    assert only(append) == Kicked(bob.id, "bob", "ü" * 195)
    assert append.expect == {tea.log: tea.rules_version}


def test_kicking_is_refused(scene, alice, bob, tea):
    with refused(Why.NOT_ON_CHANNEL, "#tea"):
        verbs.kick(scene.chat, bob, tea, "alice", "")
    with refused(Why.NO_SUCH_NICK, "nobody"):
        verbs.kick(scene.chat, alice, tea, "nobody", "")
    with refused(Why.NOT_ON_THAT_CHANNEL, "bob", "#tea"):
        verbs.kick(scene.chat, alice, tea, "bob", "")
    scene.join(bob, "#tea")
    with refused(Why.NOT_OPERATOR, "#tea"):
        verbs.kick(scene.chat, bob, tea, "alice", "")


def test_a_topic_is_set_cut_to_its_limit(scene, alice, tea):
    assert only(verbs.set_topic(scene.chat, alice, tea, "x" * 500)) == TopicSet("x" * 390)


def test_a_topic_is_set_by_operators_only_unless_the_channel_allows_it(scene, alice, bob, tea):
    with refused(Why.NOT_ON_CHANNEL, "#tea"):
        verbs.set_topic(scene.chat, bob, tea, "x")
    scene.join(bob, "#tea")
    with refused(Why.NOT_OPERATOR, "#tea"):
        verbs.set_topic(scene.chat, bob, tea, "x")
    scene.mode(alice, tea, "-t")
    assert only(verbs.set_topic(scene.chat, bob, tea, "x")) == TopicSet("x")
    with refused(Why.NOT_ON_CHANNEL, "#tea"):
        verbs.set_topic(scene.chat, scene.arrive("carol"), tea, "x")


def test_modes_are_set_by_operators_only(scene, alice, bob, tea):
    append = verbs.set_modes(scene.chat, alice, tea, [ModeRequest(True, "m")])
    assert only(append) == ModesSet((ModeChange(True, "m"),))
    assert append.expect == {tea.log: tea.rules_version}
    with refused(Why.NOT_ON_CHANNEL, "#tea"):
        verbs.set_modes(scene.chat, bob, tea, [ModeRequest(True, "m")])
    scene.join(bob, "#tea")
    with refused(Why.NOT_OPERATOR, "#tea"):
        verbs.set_modes(scene.chat, bob, tea, [ModeRequest(True, "m")])


def test_modes_that_make_no_difference_are_nothing(scene, alice, tea):
    assert verbs.set_modes(scene.chat, alice, tea, [ModeRequest(True, "n"), ModeRequest(False, "m")]) is NOTHING


def test_a_member_invites(scene, alice, bob, tea):
    assert only(verbs.invite(scene.chat, alice, tea, "BOB")) == Invited(bob.id, "bob")


def test_inviting_is_refused(scene, alice, bob, tea):
    carol = scene.arrive("carol")
    with refused(Why.NOT_ON_CHANNEL, "#tea"):
        verbs.invite(scene.chat, carol, tea, "bob")
    with refused(Why.NO_SUCH_NICK, "nobody"):
        verbs.invite(scene.chat, alice, tea, "nobody")
    with refused(Why.ALREADY_ON_CHANNEL, "alice", "#tea"):
        verbs.invite(scene.chat, alice, tea, "alice")
    scene.join(bob, "#tea")
    scene.mode(alice, tea, "+i")
    with refused(Why.NOT_OPERATOR, "#tea"):
        verbs.invite(scene.chat, bob, tea, "carol")


def test_being_away_is_cut_to_its_limit_and_kept_nowhere(scene, alice):
    [event] = verbs.set_away(scene.chat, alice, "x" * 300).events
    assert event.body == AwaySet("x" * 200)
    assert not event.kept


def test_a_text_is_cut_at_a_character():
    assert cut("üü", 3) == "ü"
    assert cut("abc", 3) == "abc"
