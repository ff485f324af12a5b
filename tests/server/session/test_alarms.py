import asyncio

import pytest

from chover.server.session.alarms import NEVER, PER_SECOND, Alarms


class Bell:
    """Notes when it rings."""

    def __init__(self, fault=None):
        self.rung = asyncio.get_running_loop().create_future()
        self._fault = fault

    def ring(self):
        self.rung.set_result(asyncio.get_running_loop().time())
        if self._fault is not None:
            raise self._fault


@pytest.fixture
async def alarms():
    return Alarms()


async def test_an_alarm_goes_off_once_not_too_early_and_a_fraction_of_a_second_too_late(alarms):
    bell, began = Bell(), asyncio.get_running_loop().time()
    due = alarms.begin(0.01, bell)
    rung = await asyncio.wait_for(bell.rung, 10)
    assert rung >= due / PER_SECOND - 0.001
    assert due / PER_SECOND - began <= 0.01 + 1 / PER_SECOND + 0.001


async def test_a_cleared_alarm_does_not_go_off_and_the_others_of_its_time_do(alarms):
    cleared, kept = Bell(), Bell()
    due = alarms.begin(0.0, cleared)
    # It goes off not before the next turn, so both are set in time.
    while alarms.begin(0.0, kept) != due:
        due = alarms.begin(0.0, cleared)
    alarms.clear(due, cleared)
    await asyncio.wait_for(kept.rung, 10)
    assert not cleared.rung.done()


async def test_clearing_what_is_not_set_does_nothing(alarms):
    bell = Bell()
    alarms.clear(NEVER, bell)
    alarms.begin(0.0, bell)
    await asyncio.wait_for(bell.rung, 10)


async def test_a_fault_of_one_session_keeps_no_other_alarm_from_going_off(alarms, caplog):
    bells = [Bell(RuntimeError("a bug")), Bell(RuntimeError("a bug")), Bell()]
    for bell in bells:
        alarms.begin(0.0, bell)
    await asyncio.wait_for(asyncio.gather(*[bell.rung for bell in bells]), 10)
    assert caplog.text.count("could not be handled") == 2
