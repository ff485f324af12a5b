"""Runs a command of this machine with limits: no terminal, no input, an end, and nothing that outlives it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from asyncio import subprocess
from typing import Final, NamedTuple

from chover.i18n import _

SECONDS: Final = 30.0
"""How long a command may run."""
MOST_BYTES: Final = 65_536
"""How much of its output is kept; a command that writes more is ended."""
READ_BYTES: Final = 8192
_ENVIRONMENT: Final = {"TERM": "dumb", "PAGER": "cat", "GIT_PAGER": "cat", "NO_COLOR": "1"}


class CannotRun(Exception):
    """The text is one line for the person."""


class ProgramOutput(NamedTuple):
    text: str
    """What it wrote on both of its outputs."""
    trouble: str
    """Why that is not all, or how it failed: "exit status 1"; "" if all went well."""


async def run(command: str, *, seconds: float = SECONDS, most: int = MOST_BYTES) -> ProgramOutput:
    """Run a command by the person's shell. Raises CannotRun if there is no shell.

    It and all that it has started are killed after ``seconds``, after ``most`` bytes, and when this is cancelled.
    """
    process = await _started(command)
    output = bytearray()
    trouble = ""
    try:
        async with asyncio.timeout(seconds):
            trouble = await _read(process, output, most)
            if not trouble:
                trouble = _status(await process.wait())
    except TimeoutError:
        trouble = _("ended after {seconds} seconds", seconds=f"{seconds:g}")
    finally:
        _kill(process)
    await process.wait()
    return ProgramOutput(output[:most].decode(errors="replace").rstrip(), trouble)


async def _started(command: str) -> subprocess.Process:
    """Start it, and kill it with its children if this is cancelled meanwhile."""
    starting = asyncio.ensure_future(_start(command))
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        # A start that is itself cancelled kills the shell alone, and waits for the children that hold its output.
        process = await starting
        _kill(process)
        await process.wait()
        raise


async def _start(command: str) -> subprocess.Process:
    environment = {**os.environ, **_ENVIRONMENT}
    nothing, pipe = subprocess.DEVNULL, subprocess.PIPE
    try:
        if sys.platform == "win32":
            return await asyncio.create_subprocess_shell(
                command, env=environment, stdin=nothing, stdout=pipe, stderr=subprocess.STDOUT
            )
        shell = [os.environ.get("SHELL") or "/bin/sh", "-c", command]
        # A session of its own has no terminal that could be read from or drawn on, and can be killed as a whole.
        return await asyncio.create_subprocess_exec(
            *shell, env=environment, stdin=nothing, stdout=pipe, stderr=subprocess.STDOUT, start_new_session=True
        )
    except OSError as error:
        raise CannotRun(
            _("The shell cannot be started: {error}. $SHELL names it.", error=error.strerror or error)
        ) from error


async def _read(process: subprocess.Process, output: bytearray, most: int) -> str:
    """Read until the end, or too much. Returns why it is not all, or ""."""
    assert process.stdout is not None
    while chunk := await process.stdout.read(READ_BYTES):
        output += chunk
        if len(output) > most:
            return _("ended after {n} KiB", n=most // 1024)
    return ""


def _status(status: int) -> str:
    if status < 0:
        with contextlib.suppress(ValueError):
            return _("ended by {signal}", signal=signal.Signals(-status).name)
    return _("exit status {status}", status=status) if status else ""


def _kill(process: subprocess.Process) -> None:
    """Kill it with its children, also those that it has left behind."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    # There is no public way to close a pipe that was not read to its end.
    process._transport.close()  # type: ignore[attr-defined] # noqa: SLF001
