"""A program on a pseudo-terminal, and what a person would see there."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import pty
import re
import subprocess
import sys
import termios
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pyte

ROOT: Final = Path(__file__).parent.parent
BOUND: Final = 20.0
"""Seconds that anything on a screen may take before the test fails."""


def environment(**more: str) -> dict[str, str]:
    """For programs under test: the package of this tree, UTF-8, a plain terminal."""
    given = {"PYTHONPATH": str(ROOT / "src"), "LANG": "C.UTF-8", "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
    return {**os.environ, **given, **more}


def _own_the_terminal() -> None:
    # Only the terminal that controls a program turns Ctrl-C into a signal.
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """80 by 24 characters; the program reads keys from it and writes to it."""

    def __init__(self, *command: str, **env: str) -> None:
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)
        self._ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, 80))
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=ROOT,
            env=environment(**env),
            start_new_session=True,
            preexec_fn=_own_the_terminal,  # noqa: PLW1509 - it makes one system call
        )
        os.close(theirs)
        self._changed = asyncio.Event()
        self._ended = False
        asyncio.get_running_loop().add_reader(self._ours, self._read)

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, without the empty lines."""
        return [line.rstrip() for line in self.screen.display if line.strip()]

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)
        termios.tcsetwinsize(self._ours, (rows, columns))

    async def shows(self, text: str) -> str:
        """Wait until a line holds this text; that line."""
        return await self._until(lambda: next((line for line in self.lines if text in line), ""), text)

    async def matches(self, pattern: str) -> str:
        """Wait until a line matches somewhere; that line."""
        return await self._until(lambda: next((line for line in self.lines if re.search(pattern, line)), ""), pattern)

    async def prompts(self, text: str) -> str:
        """Wait until the last line is a prompt that ends so."""
        return await self._until(lambda: self.lines[-1] if self.lines and self.lines[-1].endswith(text) else "", text)

    async def ends(self) -> int:
        """Wait until the program has ended; its exit status."""
        await self._until(lambda: self._ended, "the end")
        return await asyncio.to_thread(self.process.wait, BOUND)

    async def interrupted(self) -> int:
        """Press Ctrl-C, and again where it was not noticed; the exit status.

        The interpreter misses a signal that comes between writing its prompt and waiting for keys.
        """
        for _ in range(int(BOUND)):
            self.type("\x03")
            try:
                async with asyncio.timeout(1):
                    return await self.ends()
            except TimeoutError:
                continue
        return await self.ends()

    async def _until(self, found, what):
        try:
            async with asyncio.timeout(BOUND):
                while not (result := found()):
                    self._changed.clear()
                    await self._changed.wait()
                return result
        except TimeoutError:
            screen = "\n".join(self.lines)
            raise AssertionError(f"{what!r} is not on the screen:\n{screen}") from None

    def _read(self) -> None:
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # Linux says EIO when the last writer has closed
            data = b""
        if not data:
            self._ended = True
            asyncio.get_running_loop().remove_reader(self._ours)
        self._stream.feed(data)
        self._changed.set()

    async def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._ours)
        if self.process.poll() is None:
            self.process.kill()
        await asyncio.to_thread(self.process.wait)
        os.close(self._ours)


@contextlib.asynccontextmanager
async def terminal(*arguments: str, **env: str) -> AsyncIterator[Terminal]:
    """Python with these arguments on a terminal of its own."""
    opened = Terminal(sys.executable, *arguments, **env)
    try:
        yield opened
    finally:
        await opened.close()
