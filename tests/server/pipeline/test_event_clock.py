"""A clock that was set is told once in the log, and for as long as it matters to whoever asks."""

import logging

import pytest

from chover.server.pipeline import event_clock
from chover.server.pipeline.event_clock import EventClock

NOW = 1_796_000_000_000
HOUR = 3_600_000


class Machine:
    """Its two clocks; time passes on both, and one can be set."""

    def __init__(self):
        self.wall, self.steady = NOW, 0.0
        self.clock = EventClock(lambda: self.wall, lambda: self.steady, lambda: False)

    def passes(self, seconds, adjusted=0):
        self.steady += seconds
        self.wall += int(seconds * 1000) + adjusted
        return self.clock.advance(self.wall)


@pytest.fixture
def machine(caplog):
    caplog.set_level(logging.INFO, event_clock.__name__)
    return Machine()


def told(caplog):
    return [record.getMessage() for record in caplog.records]


def test_a_clock_that_goes_well_is_not_told(machine, caplog):
    for seconds in (0.001, 30, 86_400 * 30):
        assert machine.passes(seconds) == machine.wall
    machine.passes(1, adjusted=-900)
    assert (told(caplog), machine.clock.warning()) == ([], "")


def test_a_clock_that_was_set_back_is_told_once_until_it_has_caught_up(machine, caplog):
    newest = machine.passes(1)
    assert machine.passes(1, adjusted=-HOUR) == newest + 1
    assert machine.passes(1) == newest + 2
    assert "the clock is 3598 s behind the newest message" in machine.clock.warning()
    [line] = told(caplog)
    assert "3599 s behind" in line
    assert "timedatectl set-ntp true" in line
    assert machine.passes(3600) == machine.wall
    assert machine.clock.warning() == ""
    assert told(caplog)[1:] == ["the clock has caught up with the newest message"]


def test_a_clock_that_jumped_ahead_is_told_once_and_warned_of_while_it_is_in_doubt(machine, caplog):
    assert machine.passes(1, adjusted=2 * HOUR) == machine.wall
    machine.passes(1)
    [line] = told(caplog)
    assert "the clock jumped ahead by 7200 s" in line
    assert "Nothing is deleted for its age by the new time until NTP confirms it" in line
    assert machine.clock.warning() == line
    machine.passes(event_clock.TOLD_SECONDS)
    assert machine.clock.warning() == line
    machine.passes(24 * 3600)
    assert machine.clock.warning() == ""


def test_a_jump_that_was_taken_back_leaves_only_that_the_clock_is_behind(machine):
    machine.passes(1, adjusted=2 * HOUR)
    machine.passes(1, adjusted=-2 * HOUR)
    assert "behind the newest message" in machine.clock.warning()


def test_a_jump_is_told_to_whoever_asks_before_anything_is_said(machine, caplog):
    machine.wall += HOUR
    assert "jumped ahead by 3600 s" in machine.clock.warning()
    assert len(told(caplog)) == 1


def test_a_store_from_the_future_is_told_at_the_start(machine, caplog):
    machine.clock.begin(NOW + HOUR)
    [line] = told(caplog)
    assert "the clock is 3600 s behind the newest message" in line
    assert machine.clock.now() == NOW + HOUR


def test_a_step_ahead_that_leaves_the_clock_behind_is_no_jump(machine, caplog):
    machine.passes(1)
    machine.passes(1, adjusted=-2 * HOUR)
    machine.passes(1, adjusted=HOUR)
    assert "behind the newest message" in machine.clock.warning()
    assert [line for line in told(caplog) if "jumped" in line] == []
