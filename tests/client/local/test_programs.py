"""Programs that somebody runs from the client: their limits, and that nothing outlives them."""

import asyncio
import os
import sys
import time

import pytest

from chover.client.local.programs import CannotRun, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the commands are those of a Unix shell")


async def test_a_command_is_run_by_the_shell_and_both_outputs_are_shown():
    output = await run("echo one | tr o 0; echo two >&2")
    assert (output.text, output.trouble) == ("0ne\ntwo", "")


@pytest.mark.parametrize(
    ("command", "trouble"),
    [("exit 3", "exit status 3"), ("kill -TERM $$", "ended by SIGTERM"), ("no-such-command-here", "exit status 127")],
)
async def test_how_it_failed_is_told(command, trouble):
    assert (await run(command)).trouble == trouble


async def test_it_has_no_input_to_wait_for_and_no_terminal_to_draw_on():
    output = await run("cat; (: < /dev/tty) 2>/dev/null || echo no terminal; echo $TERM $PAGER")
    assert output.text == "no terminal\ndumb cat"


async def test_a_command_that_does_not_end_is_ended_with_its_children():
    output = await run("sleep 1000 & echo $!; sleep 1000", seconds=0.5)
    assert output.trouble == "ended after 0.5 seconds"
    await gone(int(output.text))


async def test_one_that_writes_without_end_is_ended():
    output = await run("yes", most=10_240)
    assert (len(output.text) <= 10_240, output.trouble) == (True, "ended after 10 KiB")


async def test_leaving_the_client_ends_it(children_of_other_tests):
    running = asyncio.create_task(run("echo $$ > /dev/null; sleep 1000"))
    before = set(asyncio.all_tasks())
    async with asyncio.timeout(10):
        while not (children := child_processes() - children_of_other_tests):
            await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    for child in children:
        await gone(child)
    assert set(asyncio.all_tasks()) <= before


@pytest.mark.parametrize("turns", range(1, 8))
async def test_leaving_while_it_starts_ends_its_children_too(turns, children_of_other_tests):
    running = asyncio.create_task(run("sleep 1000; true"))
    for _ in range(turns):
        await asyncio.sleep(0)
    started = child_processes() - children_of_other_tests
    try:
        # The loop stands still meanwhile, so that the shell has a child however far the start has come.
        children = {child for shell in started for child in await_children(shell)}
    finally:
        running.cancel()
        async with asyncio.timeout(10):
            with pytest.raises(asyncio.CancelledError):
                await running
    for process in started | children:
        await gone(process)


async def test_a_shell_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setenv("SHELL", "/nowhere/sh")
    with pytest.raises(CannotRun, match=r"The shell cannot be started: No such file or directory. \$SHELL names it."):
        await run("echo")


@pytest.fixture
def children_of_other_tests():
    """What this process runs for the whole session, a database for instance."""
    return child_processes()


def await_children(pid):
    """The children of a process, as soon as it has some."""
    deadline = time.monotonic() + 10
    while not (children := child_processes(pid)):
        assert time.monotonic() < deadline, "the shell starts nothing"
    return children


def child_processes(pid=None):
    """The processes that this one, or another, has started and not yet waited for."""
    pid = pid or os.getpid()
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:  # noqa: PTH123
            return {int(word) for word in file.read().split()}
    except FileNotFoundError:
        pytest.skip("this kernel does not list children")


async def gone(pid):
    """Wait until a process has ended: a killed one may take a moment, or wait as a zombie for whoever adopts it."""
    async with asyncio.timeout(10):
        while True:
            try:
                with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
                    if file.read().rpartition(")")[2].split()[0] == "Z":
                        return
            except FileNotFoundError:
                return
            await asyncio.sleep(0)
