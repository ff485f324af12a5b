"""Ids that no other run makes, and that carry their time."""

from itertools import count

from chover.engine.ids import time_of
from chover.server.pipeline.msgids import Msgids

NOW = 1_796_000_000_000


def made(name="run"):
    """Ids of a run; where it needs another name, that has another number."""
    numbers = count(1)
    return Msgids(lambda: f"{name}{next(numbers):03}")


def test_an_id_carries_the_time_at_which_it_was_made():
    ids = made()
    for now in (1, NOW, NOW + 1, NOW + 86_400_000):
        assert time_of(ids.at(now)) == now


def test_those_of_one_millisecond_are_all_different_and_of_the_same_time():
    ids = made()
    some = [ids.at(NOW) for _ in range(5000)]
    assert len(set(some)) == 5000
    assert {time_of(one) for one in some} == {NOW}


def test_two_runs_make_different_ids_of_the_same_millisecond():
    assert made("one").at(NOW) != made("two").at(NOW)


def test_a_clock_that_is_put_back_makes_no_id_twice():
    ids = made()
    some = [ids.at(now) for now in (NOW, NOW + 5, NOW, NOW + 5, NOW - 9, NOW)]
    assert len(set(some)) == 6
    assert time_of(some[2]) == NOW


def test_an_id_can_be_no_nick():
    assert made().at(NOW)[0] == "0"
