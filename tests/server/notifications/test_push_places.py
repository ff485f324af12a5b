"""How far pushes have come, for the node that goes on."""

from chover.engine.ids import LogId
from chover.ports.push import PushCursor, PushPlace
from chover.server.notifications.push_places import SAVE_MS, LogLook, PushPlaces

TEA, MILK = LogId("ctea"), LogId("cmilk")
FIRST, LATER = LogLook(1000, "first"), LogLook(1000 + SAVE_MS, "later")


def taking(*places):
    made = PushPlaces(FIRST)
    for log, seq in places:
        made.take(log, seq)
    return made


def test_without_anything_new_nothing_is_saved():
    places = PushPlaces(FIRST)
    places.look = LogLook(LATER.at - 1, "soon")
    assert places.unsaved() is None
    places.look = LATER
    assert places.unsaved() == PushCursor(LATER.at, "later", {})
    assert places.unsaved() is None


def test_a_place_is_saved_when_everything_up_to_it_is_finished():
    places = taking((TEA, 3), (TEA, 5), (MILK, 9))
    places.finish(TEA, 5, 1)
    assert places.unsaved() is None, "3 is under way"
    places.finish(TEA, 3, 2)
    assert places.unsaved() == PushCursor(FIRST.at, "first", {TEA: PushPlace(5, 2)})


def test_the_place_before_what_is_under_way_is_saved():
    places = taking((TEA, 3), (TEA, 8))
    places.finish(TEA, 3, 1)
    assert places.unsaved().places == {TEA: PushPlace(7, 1)}


def test_what_was_looked_at_is_saved_with_the_last_push():
    places = taking((TEA, 3))
    places.taken[TEA] = 20
    places.finish(TEA, 3, 1)
    assert places.unsaved().places == {TEA: PushPlace(20, 1)}


def test_the_next_node_looks_from_before_the_oldest_push_that_is_under_way():
    places = taking((TEA, 3))
    places.look = LATER
    places.take(MILK, 1)
    places.finish(MILK, 1, 1)
    assert places.unsaved().mark == "first"
    places.finish(TEA, 3, 1)
    assert places.unsaved().mark == "later"


def test_the_next_node_looks_at_logs_again_that_could_not_be_read_to_their_end():
    places = PushPlaces(FIRST)
    places.await_rest(TEA, 9)
    places.look = LATER
    places.take(TEA, 8)
    places.finish(TEA, 8, 1)
    assert places.unsaved().mark == "first"
    places.take(TEA, 9)
    places.caught_up(TEA)
    places.take(MILK, 1)
    places.finish(MILK, 1, 1)
    assert places.unsaved().mark == "first", "9 is under way, and was there before"
    places.finish(TEA, 9, 1)
    assert places.unsaved() == PushCursor(LATER.at, "later", {TEA: PushPlace(9, 1)})


def test_what_could_not_be_saved_is_saved_later_unless_there_is_something_newer():
    places = taking((TEA, 3), (MILK, 1))
    places.finish(TEA, 3, 1)
    places.finish(MILK, 1, 1)
    cursor = places.unsaved()
    places.take(TEA, 4)
    places.finish(TEA, 4, 2)
    places.not_saved(cursor)
    assert places.unsaved().places == {TEA: PushPlace(4, 2), MILK: PushPlace(1, 1)}
