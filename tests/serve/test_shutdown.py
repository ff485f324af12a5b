"""The request to stop: what people are told, whatever else asks for it."""

import asyncio
import signal

import pytest

from chover.serve.shutdown import RESTARTING, STOPPING, Shutdown


class Spy:
    def __init__(self):
        self.told = 0

    def stopping(self):
        self.told += 1


@pytest.fixture
def spy():
    return Spy()


@pytest.fixture
def shutdown(spy):
    return Shutdown(spy)


async def test_a_program_or_a_signal_says_that_the_server_is_shutting_down(shutdown, spy):
    shutdown.begin_by_signal(signal.SIGTERM)

    await shutdown.wait()
    assert (shutdown.reason, shutdown.cause, shutdown.restarting) == (STOPPING, "signal SIGTERM", False)
    assert spy.told == 1


def test_the_signal_after_an_operators_stop_leaves_the_operators_reason(shutdown, spy):
    shutdown.begin("Back in an hour", "chover stop")
    shutdown.begin_by_signal(signal.SIGTERM)

    assert shutdown.reason == "Back in an hour"
    assert spy.told == 1


def test_a_later_reason_replaces_an_earlier_one(shutdown):
    shutdown.begin("Back in an hour")
    shutdown.begin("Back tomorrow")

    assert shutdown.reason == "Back tomorrow"


def test_a_restart_says_so_and_becomes_a_stop_by_a_signal(shutdown):
    shutdown.begin_restart()
    assert (shutdown.reason, shutdown.restarting) == (RESTARTING, True)

    shutdown.begin_by_signal(signal.SIGTERM)
    assert (shutdown.reason, shutdown.restarting) == (STOPPING, False)


def test_a_stop_does_not_become_a_restart(shutdown):
    shutdown.begin("Back in an hour")
    shutdown.begin_restart()

    assert (shutdown.reason, shutdown.restarting) == ("Back in an hour", False)


async def test_it_begins_from_another_thread_and_does_nothing_when_the_loop_is_closed(shutdown):
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(shutdown.begin_from_any_thread, loop)
    await shutdown.wait()

    closed = asyncio.new_event_loop()
    closed.close()
    shutdown.begin_from_any_thread(closed)
    assert shutdown.reason == STOPPING
