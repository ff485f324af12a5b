import pytest

from chover.server.pipeline.pace import Pace

MINUTE = 60_000
START = 1_000 * MINUTE


@pytest.fixture
def pace():
    return Pace(START)


def test_messages_are_counted_in_all_and_by_minute(pace):
    for second in range(120):
        pace.note(START + second * 1000)
    assert pace.total == 120
    assert pace.per_minute(START + 2 * MINUTE) == 60.0


def test_what_is_older_than_five_minutes_is_in_the_total_alone(pace):
    for _ in range(50):
        pace.note(START)
    pace.note(START + 60 * MINUTE)
    assert pace.per_minute(START + 60 * MINUTE) == pytest.approx(1 / 5)
    assert pace.per_minute(START + 90 * MINUTE) == 0.0
    assert pace.total == 51


def test_a_clock_that_was_set_back_loses_nothing(pace):
    pace.note(START + 3 * MINUTE)
    pace.note(START)
    assert pace.total == 2
    assert pace.per_minute(START + 3 * MINUTE) == pytest.approx(2 / 3)


def test_at_the_start_there_is_no_pace_yet(pace):
    pace.note(START)
    assert pace.per_minute(START) == 0.0
