"""The people who may read a channel's history, and the place from which they may."""

import pytest
from tests.doubles.scene import Scene

from chover.engine import verbs
from chover.engine.append import Append
from chover.engine.events import Event, Grant, HistorySet, Identified, Said
from chover.engine.ids import NOWHERE, UserId
from chover.engine.model import Rules
from chover.engine.refusals import Refusal, Why
from chover.engine.visibility import readable_by_anybody, readable_from


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def alice(scene):
    return scene.arrive("alice")


@pytest.fixture
def tea(scene, alice):
    """Opened at 1, alice since 2, a message at 3."""
    channel = scene.join(alice, "#tea")
    scene.commit(verbs.say(scene.chat, alice, "#tea", Said("x")))
    return channel


@pytest.fixture
def bob(scene, tea):
    """In #tea since 4, a message at 5."""
    bob = scene.arrive("bob")
    scene.join(bob, "#tea")
    scene.commit(verbs.say(scene.chat, bob, "#tea", Said("y")))
    return bob


def place(scene, user, channel):
    return readable_from(channel, user, scene.chat.rules)


def choose(scene, channel, visibility):
    scene.happen(Event(channel.log, channel.members[next(iter(channel.members))].user.source, HistorySet(visibility)))


def log_in(scene, user, channel, account):
    guest = user.source
    for log in (NOWHERE, channel.log):
        scene.happen(Event(log, guest, Identified(UserId(account), account)))


@pytest.mark.parametrize(("visibility", "first"), [("all", 1), ("joined", 4), ("none", 7)])
def test_what_a_member_reads_is_the_channels_choice(scene, tea, bob, visibility, first):
    choose(scene, tea, visibility)
    assert place(scene, bob, tea) == first


@pytest.mark.parametrize(("visibility", "first"), [("all", 1), ("joined", 4), ("none", 6)])
def test_where_the_founder_chose_nothing_it_is_the_servers(tea, bob, visibility, first):
    assert readable_from(tea, bob, Rules(visibility=visibility)) == first


def test_anyone_who_is_not_in_reads_nothing(scene, tea):
    assert place(scene, scene.arrive("carol"), tea) is None


def test_anyone_who_is_banned_reads_nothing_unless_of_some_rank(scene, alice, bob, tea):
    scene.mode(alice, tea, "+b *!*@*")
    assert (place(scene, bob, tea), place(scene, alice, tea)) == (None, 1)
    scene.mode(alice, tea, "+e bob")
    assert place(scene, bob, tea) == 1


def test_a_guest_who_comes_again_reads_since_this_time(scene, tea, bob):
    choose(scene, tea, "joined")
    scene.commit(verbs.part(scene.chat, bob, tea))
    scene.join(bob, "#tea")
    assert place(scene, bob, tea) == tea.head


def test_an_account_reads_since_it_came_first(scene, tea, bob):
    choose(scene, tea, "joined")
    log_in(scene, bob, tea, "a1")
    scene.commit(verbs.part(scene.chat, bob, tea))
    scene.join(bob, "#tea")
    assert place(scene, bob, tea) == 4


@pytest.mark.parametrize("visibility", ["all", "joined", "none"])
def test_strangers_are_shown_what_all_members_read_in_a_channel_without_a_lock(scene, alice, tea, visibility):
    choose(scene, tea, visibility)
    assert readable_by_anybody(tea, scene.chat.rules) is (visibility == "all")
    scene.mode(alice, tea, "+k key")
    assert not readable_by_anybody(tea, scene.chat.rules)


def test_only_the_founder_chooses(scene, alice, bob, tea):
    with pytest.raises(Refusal) as refused:
        verbs.set_history(alice, tea, visibility="none")
    assert refused.value.why is Why.NOT_FOUNDER
    tea.access[alice.id] = Grant(alice.id, "alice", "q")
    scene.commit(verbs.set_history(alice, tea, visibility="joined"))
    scene.commit(verbs.set_history(alice, tea, days=7))
    assert (tea.visibility, tea.retention_days) == ("joined", 7)
    assert verbs.set_history(alice, tea, days=7) == Append([])


def test_the_choices_make_others_decide_again(tea):
    assert Event(tea.log, tea.members[next(iter(tea.members))].user.source, HistorySet("all")).changes_rules
