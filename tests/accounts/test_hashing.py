"""The work of hashing goes on in a process of its own, also after that was killed."""

import os
import signal

import pytest

from chover.accounts.hashing import Cost, Hashing, hashed, matches

CHEAP = Cost(1, 64, 1, 4096)


@pytest.fixture
def hashing():
    opened = Hashing(apart=True)
    yield opened
    opened.close()


async def test_it_is_done_in_another_process_which_steps_back(hashing):
    assert await hashing.run(os.getpid) != os.getpid()
    assert await hashing.run(os.nice, 0) > os.nice(0)


async def test_what_was_hashed_there_matches_there(hashing):
    kept = await hashing.run(hashed, CHEAP, "sesame")
    assert await hashing.run(matches, CHEAP, kept, "sesame")
    assert not await hashing.run(matches, CHEAP, kept, "simsim")
    assert not await hashing.run(matches, CHEAP, "", "sesame")


async def test_a_worker_that_was_killed_is_replaced(hashing):
    first = await hashing.run(os.getpid)
    os.kill(first, signal.SIGKILL)
    assert await hashing.run(os.getpid) not in {first, os.getpid()}


async def test_cheap_work_stays_here():
    here = Hashing(apart=False)
    assert await here.run(os.getpid) == os.getpid()
    here.close()
