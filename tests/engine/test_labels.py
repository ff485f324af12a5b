"""What comes late from one log is shown under the labels that are known by then, and what a bus lost is made up for."""

import pytest
from tests.doubles.scene import Scene

from chover.engine.events import Event, Identified, Joined, Kicked, ModeChange, ModesSet, Quit, Renamed, Said, Source
from chover.engine.ids import NOWHERE, LogId, UserId
from chover.engine.labels import missed_presence, under_known_labels

OLD, NEW = "0mx1raqlx2f986c0", "0mx1raqlx2f986c1"


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def bob(scene):
    scene.join(scene.arrive("alice"), "#tea")
    bob = scene.join_as("bob", "#tea")
    bob.labelled = NEW
    return bob


@pytest.fixture
def tea(scene, bob):
    return scene.chat.find_channel("#tea")


def former(bob):
    return Source(bob.id, "rob", "~u", "host")


def test_anyone_who_is_called_so_is_shown_so(scene, bob, tea):
    event = Event(tea.log, bob.source, Said("hi"))
    assert under_known_labels(scene.chat, event) is event


def test_a_line_of_somebody_who_is_called_otherwise_by_now_has_the_nick_of_now(scene, bob, tea):
    assert under_known_labels(scene.chat, Event(tea.log, former(bob), Joined())).source == bob.source


def test_what_is_relayed_keeps_the_name_that_it_is_said_under(scene, bob, tea):
    relayed = Event(tea.log, Source(bob.id, "alice/matrix", "relayed", "host"), Said("hi", relayed_by="bob"))
    assert under_known_labels(scene.chat, relayed) is relayed


def test_so_have_a_kick_and_a_rank(scene, bob, tea):
    kicked = under_known_labels(scene.chat, Event(tea.log, bob.source, Kicked(bob.id, "rob", "")))
    ranked = ModesSet((ModeChange(add=True, mode="o", arg="rob", who=bob.id), ModeChange(add=True, mode="m")))
    assert kicked.body.nick == "bob"
    assert [
        change.arg for change in under_known_labels(scene.chat, Event(tea.log, bob.source, ranked)).body.changes
    ] == [
        "bob",
        "",
    ]


@pytest.mark.parametrize("body", [Quit("bye"), Renamed("bobby"), Identified(UserId("a1"), "bob")])
def test_the_reference_in_a_log_stands_in_for_what_is_in_none(scene, bob, tea, body):
    missed = missed_presence(scene.chat, Event(tea.log, bob.source, body, NEW, 7, 5))
    assert (missed.log, missed.body, missed.msgid, missed.seq, missed.at) == (NOWHERE, body, NEW, 0, 5)
    scene.happen(missed)
    assert missed_presence(scene.chat, Event(LogId("c2"), bob.source, body, NEW, 3)) is None


@pytest.mark.parametrize("body", [Said("hi"), Joined()])
def test_nothing_else_was_missed(scene, bob, tea, body):
    assert missed_presence(scene.chat, Event(tea.log, bob.source, body, NEW)) is None


def test_a_nick_that_was_given_up_before_the_present_one_is_not_taken_again(scene, bob, tea):
    late = Event(tea.log, former(bob), Renamed("robert"), OLD, 5)
    assert missed_presence(scene.chat, late) is None
    assert scene.happen(late) is False
    assert bob.nick == "bob"


def test_anyone_who_quits_is_in_no_channel_before_the_references_come(scene, bob, tea):
    scene.happen(Event(NOWHERE, bob.source, Quit("bye")))
    assert bob.id not in tea.members
