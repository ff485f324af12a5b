"""What a node has committed itself, and what it has to read beside that."""

from tests.store.making import MILK, TEA, said

from chover.store.postgres.search import fresh
from chover.store.postgres.search.fresh import FreshEvents, LogPiece, gaps, held, up_to_gap


def placed(*seqs):
    events = []
    for seq in seqs:
        events.append(said(f"tea {seq}"))
        events[-1].seq = seq
    return events


def test_what_is_held_is_not_read_and_the_places_around_it_are():
    events = FreshEvents()
    events.add(placed(3, 5, 6, 9))
    known = events.take()
    piece = LogPiece(7, TEA, 2, 8)
    assert [event.seq for event in held(piece, known)] == [3, 5, 6]
    assert gaps([piece], known) == [(7, 3, 4), (7, 6, 8)]


def test_of_a_log_of_which_nothing_is_held_everything_is_read():
    assert gaps([LogPiece(7, TEA, 2, 8)], {}) == [(7, 2, 8)]


def test_what_was_refused_touches_no_log():
    events = FreshEvents()
    events.add(placed(0))
    assert events.take() == {}


def test_what_is_too_much_to_hold_is_read_from_its_log(monkeypatch):
    monkeypatch.setattr(fresh, "HELD", 2)
    events = FreshEvents()
    events.add(placed(1, 2, 3))
    assert gaps([LogPiece(7, TEA, 0, 3)], events.take()) == [(7, 2, 3)]


def test_what_was_taken_is_held_no_more():
    events = FreshEvents()
    events.add(placed(1))
    events.take()
    assert events.take() == {}


def test_a_piece_ends_before_a_place_that_is_not_held_unless_that_is_its_first():
    events = FreshEvents()
    events.add(placed(3, 4, 6))
    known = events.take()
    assert up_to_gap(LogPiece(7, TEA, 2, 8), known).head == 4
    assert up_to_gap(LogPiece(7, TEA, 2, 3), known).head == 3
    assert up_to_gap(LogPiece(7, TEA, 4, 8), known).head == 8
    assert up_to_gap(LogPiece(7, TEA, 2, 8), {}).head == 8


def test_a_log_is_looked_at_again_with_what_was_held_of_it():
    events = FreshEvents()
    [late] = placed(6)
    events.look_again(TEA, [late])
    events.look_again(MILK, [])
    assert events.take() == {TEA: {6: late}, MILK: {}}
