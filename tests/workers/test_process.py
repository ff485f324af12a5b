"""A process that is kept running."""

import asyncio
import logging
import sys

import pytest

from chover.workers import process
from chover.workers.process import KeptProcess, NotStarted
from chover.workers.relay import merged

SLEEPS = "import time; print(1, flush=True); time.sleep(60)"


class Program(KeptProcess):
    """Runs the programs one after the other, the last again and again; ready when it has printed a line."""

    name = "the program"

    def __init__(self, *programs):
        super().__init__()
        self._programs = list(programs)
        self.runs = 0
        self.up = asyncio.Event()
        self.went = 0

    async def begin(self):
        self.runs += 1
        program = self._programs.pop(0) if len(self._programs) > 1 else self._programs[0]
        return await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)

    async def ready(self):
        if not await self.process.stdout.readline():
            raise NotStarted("it said nothing")
        self.up.set()

    def gone(self):
        self.went += 1


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    monkeypatch.setattr(process, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(process, "LONGEST_PAUSE", 0.002)


async def test_what_ends_is_started_again_and_that_is_logged(caplog):
    caplog.set_level(logging.INFO)
    kept = Program("print(1)", "raise SystemExit(3)", SLEEPS)
    await kept.start()
    while kept.runs < 3:
        kept.up.clear()
        await kept.up.wait()
    pid = kept.process.pid
    kept.up.clear()
    kept.process.kill()
    await kept.up.wait()
    assert kept.process.pid != pid
    await kept.stop()
    assert not kept.is_alive
    told = [record.getMessage() for record in caplog.records if record.name == process.__name__]
    assert any("the program ended (status 0); it is started again in" in line for line in told)
    assert "the program could not be started again: it said nothing" in told
    assert any("the program ended (signal SIGKILL)" in line for line in told)
    assert told[-1] == "the program runs again"


async def test_a_first_start_that_fails_leaves_nothing():
    kept = Program("raise SystemExit(1)")
    with pytest.raises(NotStarted):
        await kept.start()
    assert (kept.runs, kept.is_alive) == (1, False)


async def test_what_does_not_end_is_killed(caplog):
    kept = Program("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPS)
    kept.kills_after = 0.01
    await kept.start()
    await kept.stop()
    assert kept.process.returncode == -9
    assert "the program did not end within" in caplog.text


def test_the_state_of_all_workers_is_told_as_that_of_one_server():
    row = {"started": 1.0, "sessions": 2, "memory": 10, "people": 4, "channels": 1, "messages": 7,
           "messages_per_minute": 1.5, "warnings": ["the disk is nearly full"], "version": "1", "pid": 5}  # fmt: skip
    other = {**row, "started": 2.0, "sessions": 3, "messages": 9, "pid": 6, "warnings": [*row["warnings"], "and more"]}
    told = merged([other, row])
    assert (told["sessions"], told["people"], told["memory"], told["messages"]) == (5, 4, 20, 9)
    assert (told["pid"], told["workers"]) == (5, [6, 5])
    assert told["warnings"] == ["the disk is nearly full", "and more"]
