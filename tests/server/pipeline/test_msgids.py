"""Ids that no other run makes, and that carry their time."""

import pytest

from chover.engine.ids import time_of
from chover.server.pipeline.event_clock import EventClock
from chover.server.pipeline.msgids import Msgids

NOW = 1_796_000_000_000


class Run:
    """The ids of a run, at the times that a clock shows."""

    def __init__(self, name="run001"):
        self.reading = NOW
        self.ids = Msgids(name, EventClock(lambda: self.reading, lambda: 0.0))

    def at(self, reading):
        self.reading = reading
        return self.ids.next()


@pytest.fixture
def run():
    return Run()


def test_an_id_carries_the_time_at_which_it_was_made(run):
    for now in (1, NOW, NOW + 1, NOW + 86_400_000):
        assert time_of(run.at(now)) == run.ids.at == now


def test_those_of_one_millisecond_are_all_different_and_of_the_same_time(run):
    some = [run.at(NOW) for _ in range(5000)]
    assert len(set(some)) == 5000
    assert {time_of(one) for one in some} == {NOW}


def test_two_runs_make_different_ids_of_the_same_millisecond():
    assert Run("run001").at(NOW) != Run("run002").at(NOW)


def test_a_clock_that_is_set_back_makes_no_id_twice_and_no_time_before_the_last(run):
    some = [run.at(now) for now in (NOW, NOW + 5, NOW, NOW, NOW + 5, NOW - 9, NOW)]
    assert len(set(some)) == 7
    assert [time_of(one) - NOW for one in some] == [0, 5, 6, 6, 7, 8, 9]


def test_a_clock_that_has_caught_up_is_followed_again(run):
    assert [time_of(run.at(now)) - NOW for now in (NOW, NOW - 2, NOW - 1, NOW, NOW + 9)] == [0, 1, 2, 3, 9]


def test_a_burst_does_not_run_ahead_of_a_clock_that_is_behind(run):
    run.at(NOW)
    for behind in range(1000, 0, -1):
        for _ in range(10):
            run.at(NOW - behind)
    assert run.ids.at == NOW + 1000


def test_a_run_goes_on_behind_what_earlier_ones_have_kept(run):
    run.ids.clock.begin(NOW + 7000)
    assert time_of(run.at(NOW)) == run.ids.at == NOW + 7001


def test_an_id_can_be_no_nick(run):
    assert run.at(NOW)[0] == "0"
