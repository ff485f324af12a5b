"""Nothing is deleted for its age by a clock that jumped ahead, until NTP or a day has confirmed it."""

import logging

import pytest

from chover.server.pipeline import clock_doubt
from chover.server.pipeline.event_clock import EventClock

NOW = 1_796_000_000_000
HOUR = 3_600_000
DAY = 24 * HOUR


class Machine:
    """Its two clocks, and what its kernel says of them."""

    def __init__(self):
        self.wall, self.steady, self.kernel = NOW, 0.0, False
        self.clock = EventClock(lambda: self.wall, lambda: self.steady, lambda: self.kernel)

    def passes(self, ms, adjusted=0):
        self.steady += ms / 1000
        self.wall += ms + adjusted


@pytest.fixture
def machine(caplog):
    caplog.set_level(logging.INFO, clock_doubt.__name__)
    return Machine()


def test_a_clock_that_goes_well_is_the_time_to_delete_by(machine):
    machine.clock.begin(NOW - HOUR)
    machine.passes(90 * DAY)
    assert machine.clock.confirmed() == machine.wall


def test_time_to_delete_by_goes_on_as_it_did_before_a_jump_ahead(machine):
    machine.passes(1000, adjusted=90 * DAY)
    machine.passes(HOUR)
    assert machine.clock.confirmed() == NOW + HOUR + 1000


def test_a_jump_that_is_taken_back_leaves_no_doubt(machine):
    machine.passes(1000, adjusted=90 * DAY)
    assert machine.clock.confirmed() == NOW + 1000
    machine.passes(1000, adjusted=-90 * DAY)
    assert machine.clock.confirmed() == machine.wall == NOW + 2000


def test_a_jump_counts_when_it_has_stood_for_a_day(machine, caplog):
    machine.passes(1000, adjusted=90 * DAY)
    machine.clock.confirmed()
    machine.passes(DAY - 1)
    assert machine.clock.confirmed() == machine.wall - 90 * DAY
    machine.passes(1)
    assert machine.clock.confirmed() == machine.wall
    assert [row.getMessage() for row in caplog.records if row.name == clock_doubt.__name__] == [
        "the clock is believed again: what is old is deleted by it"
    ]


def test_two_jumps_are_doubted_together_and_for_a_day_since_the_second(machine):
    machine.passes(1000, adjusted=DAY)
    machine.clock.confirmed()
    machine.passes(12 * HOUR, adjusted=2 * DAY)
    machine.clock.confirmed()
    machine.passes(13 * HOUR)
    assert machine.clock.confirmed() == machine.wall - 3 * DAY


@pytest.mark.parametrize(("kernel", "doubted"), [(True, 0), (False, 90 * DAY), (None, 90 * DAY)])
def test_ntp_confirms_a_jump_at_once_where_the_kernel_knows_of_it(machine, kernel, doubted):
    machine.kernel = kernel
    machine.passes(1000, adjusted=90 * DAY)
    assert machine.clock.confirmed() == machine.wall - doubted


def test_a_server_that_starts_long_after_its_newest_event_deletes_by_that_for_a_day(machine, caplog):
    machine.clock.begin(NOW - 90 * DAY)
    machine.passes(HOUR)
    assert machine.clock.confirmed() == NOW - 90 * DAY + HOUR
    assert machine.clock.warning() == "", "a quiet server is no reason to worry"
    assert "the newest event is 90 days old" in caplog.text
    machine.passes(DAY)
    assert machine.clock.confirmed() == machine.wall


@pytest.mark.parametrize("newest", [0, NOW - 23 * HOUR, NOW + HOUR])
def test_a_new_server_and_one_that_was_off_for_hours_believe_their_clock(machine, newest):
    machine.clock.begin(newest)
    assert machine.clock.confirmed() == machine.wall


def test_a_clock_behind_deletes_by_itself(machine):
    machine.passes(1000, adjusted=-90 * DAY)
    assert machine.clock.confirmed() == machine.wall
