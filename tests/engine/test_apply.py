"""What committed events do to the state, and which of them are void."""

import pytest
from tests.doubles.scene import Scene

from chover.engine import nicks, verbs
from chover.engine.append import NOTHING, Append
from chover.engine.apply import replay, takes_effect
from chover.engine.effects.channels import INVITATIONS
from chover.engine.events import (
    SERVER,
    Arrived,
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
    Source,
    Tagged,
    TagsKept,
    TopicSet,
    Unknown,
)
from chover.engine.ids import NOWHERE, LogId, UserId, pair_log
from chover.engine.model import Rules
from chover.engine.state import ChatState

GONE = LogId("cgone")


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def alice(scene):
    return scene.arrive("alice")


@pytest.fixture
def bob(scene):
    return scene.arrive("bob")


@pytest.fixture
def tea(scene, alice):
    return scene.join(alice, "#tea")


def test_a_channel_begins_with_its_modes_and_its_place_in_its_log(scene, alice):
    tea = scene.join(alice, "#Tea")
    assert (tea.name, tea.folded, tea.modes) == ("#Tea", "#tea", {"n": "", "t": ""})
    assert (tea.head, tea.rules_version) == (2, 2)
    assert tea.members[alice.id].modes == "o"
    assert alice.channels == {tea.id: tea}


def test_the_state_head_follows_what_decisions_rest_on_and_nothing_else(scene, alice, bob, tea):
    scene.join(bob, "#tea")
    scene.commit(verbs.say(scene.chat, bob, "#tea", Said("x")))
    assert (tea.head, tea.rules_version) == (4, 2)
    scene.mode(alice, tea, "+m")
    assert (tea.head, tea.rules_version) == (5, 5)


def test_what_a_newer_version_wrote_takes_its_place_and_changes_nothing(scene, alice, tea):
    scene.happen(Event(tea.log, alice.source, Unknown("reacted", 1, b"")))
    assert tea.head == 3
    assert tea.members.keys() == {alice.id}


def test_anyone_who_speaks_has_spoken_and_the_channel_has_history(scene, alice, tea):
    assert not tea.said
    assert not tea.members[alice.id].spoke_at
    scene.commit(verbs.say(scene.chat, alice, "#tea", Said("x")))
    assert tea.said
    assert tea.members[alice.id].spoke_at


def test_modes_and_lists_are_set_and_taken(scene, alice, bob, tea):
    scene.join(bob, "#tea")
    scene.mode(alice, tea, "+vlb-t bob 5 mallory")
    assert tea.members[bob.id].modes == "v"
    assert tea.modes == {"n": "", "l": "5"}
    [entry] = tea.lists["b"].values()
    assert (entry.mask, entry.set_by) == ("mallory!*@*", alice.mask)
    scene.mode(alice, tea, "-vlb+t bob mallory")
    assert tea.members[bob.id].modes == ""
    assert tea.modes == {"n": "", "t": ""}
    assert not tea.lists["b"]


def test_a_topic_keeps_who_set_it(scene, alice, tea):
    scene.commit(verbs.set_topic(scene.chat, alice, tea, "black"))
    assert (tea.topic, tea.topic_by, tea.topic_at) == ("black", alice.mask, scene.now)


@pytest.mark.parametrize("leave", ["part", "kick", "quit"])
def test_anyone_who_leaves_is_gone_from_both_sides(scene, alice, bob, tea, leave):
    scene.join(bob, "#tea")
    how = {
        "part": lambda: verbs.part(scene.chat, bob, tea),
        "kick": lambda: verbs.kick(scene.chat, alice, tea, "bob", ""),
        "quit": lambda: verbs.leave_server(bob, ""),
    }
    assert scene.commit(how[leave]())[0]
    assert tea.members.keys() == {alice.id}
    assert not bob.channels


def test_anyone_who_quits_frees_the_nick(scene, alice):
    scene.commit(verbs.leave_server(alice, "bye"))
    assert not scene.chat.users
    assert not scene.chat.nicks
    assert not scene.chat.reservations.nicks


def test_a_new_nick_frees_the_old_one_and_shows_in_what_follows(scene, alice, bob):
    scene.chat.reservations.claim(nicks.require_free(scene.chat, "Alicia", alice.id), alice.id)
    assert scene.commit(verbs.rename(alice, "Alicia")) == [True]
    assert (alice.nick, alice.source.nick) == ("Alicia", "Alicia")
    assert nicks.require_free(scene.chat, "alice", bob.id)
    assert scene.chat.find_user("alicia") is alice


def test_a_new_case_of_the_nick_keeps_the_claim_on_it(scene, alice):
    scene.commit(verbs.rename(alice, "ALICE"))
    assert scene.chat.nicks == {"alice": alice}
    assert scene.chat.reservations.nicks == {"alice": alice.id}


def test_a_nick_that_looks_like_the_old_one_keeps_the_claim_on_both(scene, alice):
    scene.commit(verbs.rename(alice, "аlice"))
    assert scene.chat.reservations.nicks == {"alice": alice.id}


def test_away_and_back(scene, alice):
    scene.commit(verbs.set_away(scene.chat, alice, "lunch"))
    assert alice.away == "lunch"
    scene.commit(verbs.set_away(scene.chat, alice, ""))
    assert not alice.away


def test_an_operators_invitation_is_used_up_by_joining(scene, alice, bob, tea):
    scene.commit(verbs.invite(scene.chat, alice, tea, "bob"))
    assert bob.id in tea.invited
    scene.join(bob, "#tea")
    assert not tea.invited


def test_a_plain_members_invitation_opens_nothing(scene, alice, bob, tea):
    carol = scene.arrive("carol")
    scene.join(bob, "#tea")
    assert scene.commit(verbs.invite(scene.chat, bob, tea, "carol")) == [True]
    assert carol.id not in tea.invited


def test_invitations_that_nobody_follows_do_not_grow_without_end(scene, alice, tea):
    for number in range(INVITATIONS + 5):
        guest = scene.arrive(f"guest{number}")
        scene.commit(verbs.invite(scene.chat, alice, tea, guest.nick))
        scene.commit(verbs.leave_server(guest, ""))
    assert len(tea.invited) == INVITATIONS
    assert next(reversed(tea.invited)) == guest.id


def test_a_channel_that_ends_frees_its_name(scene, alice, tea):
    scene.commit(verbs.part(scene.chat, alice, tea))
    assert scene.commit(verbs.close_forsaken(scene.chat, tea)) == [True]
    assert not scene.chat.channels
    assert not scene.chat.by_name


def test_a_channel_does_not_end_under_somebody_who_came_in_between(scene, alice, bob, tea):
    late = verbs.join(scene.chat, bob, "#tea")
    scene.commit(verbs.part(scene.chat, alice, tea))
    closing = verbs.close_forsaken(scene.chat, tea)
    scene.commit(late)
    assert not takes_effect(scene.chat, closing.events[0])
    assert scene.commit(closing) == [False]
    assert scene.chat.find_channel("#tea").members.keys() == {bob.id}


@pytest.mark.parametrize(
    "body",
    [
        Joined(),
        Parted(),
        Kicked(UserId("g1"), "alice", ""),
        Invited(UserId("g9"), "x"),
        TopicSet("x"),
        ModesSet((ModeChange(True, "m"),)),
        Said("x"),
        Tagged({}),
        TagsKept({}),
        Closed(),
        Quit("x"),
    ],
    ids=lambda body: type(body).__name__,
)
def test_into_a_channel_that_has_ended_everything_is_void(scene, alice, body):
    assert scene.happen(Event(GONE, alice.source, body)) is False


@pytest.mark.parametrize(
    "body",
    [Parted(), Kicked(UserId("g9"), "x", ""), Renamed("x"), Quit(""), AwaySet("x")],
    ids=lambda body: type(body).__name__,
)
def test_what_somebody_does_who_is_gone_is_void(scene, tea, body):
    log = tea.log if isinstance(body, Parted | Kicked) else NOWHERE
    event = Event(log, Source(UserId("g9"), "x", "~x", "host"), body)
    assert takes_effect(scene.chat, event) is isinstance(body, AwaySet)
    assert scene.happen(event) is False


def test_joining_twice_arriving_twice_and_inviting_a_member_is_void(scene, alice, tea):
    assert scene.happen(Event(tea.log, alice.source, Joined())) is False
    assert scene.happen(Event(NOWHERE, alice.source, Arrived("A"))) is False
    assert scene.happen(Event(tea.log, SERVER, Invited(alice.id, "alice"))) is False


def test_modes_of_a_member_who_has_just_left_are_no_error(scene, alice, bob, tea):
    change = ModeChange(True, "v", "bob", bob.id)
    assert scene.happen(Event(tea.log, alice.source, ModesSet((change,)))) is True
    assert bob.id not in tea.members


def test_private_words_are_never_void(scene, alice, bob):
    assert scene.commit(verbs.say(scene.chat, alice, "bob", Said("x"))) == [True]
    assert scene.commit(verbs.tag(scene.chat, alice, "bob", {})) == [True]


def test_names_longer_than_a_new_limit_still_stand(scene, alice, tea):
    long_nick, long_name = "x" * 30, "#" + "y" * 50
    other = scene.arrive(long_nick)
    scene.join(other, long_name)
    short = ChatState(Rules(nick_len=9, channel_len=8), str, int)
    for log in scene.logs.values():
        replay(short, log)
    assert short.by_name[long_name].name == long_name
    assert short.nicks[long_nick].id == other.id
    scene.chat.rules = Rules(nick_len=9, channel_len=8)
    assert scene.chat.find_user(long_nick) is other
    assert scene.chat.find_channel(long_name).name == long_name


def test_nothing_is_a_decision_without_events():
    assert Append([]) == NOTHING


def test_a_channel_opened_by_an_event_is_there(scene):
    scene.happen(Event(LogId("c9"), SERVER, Opened("#x", "s")))
    assert scene.chat.find_channel("#x").modes == {"s": ""}
    assert pair_log(UserId("a"), UserId("b")) not in scene.chat.channels
