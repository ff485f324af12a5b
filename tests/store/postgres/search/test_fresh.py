"""What a node has committed itself, and what it has to read beside that."""

from tests.store.making import TEA, said

from chover.store.postgres.search import fresh
from chover.store.postgres.search.fresh import FreshEvents, LogPiece, gaps, held


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
