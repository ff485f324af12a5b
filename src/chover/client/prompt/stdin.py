"""Lines from standard input for a client on an event loop, also from files and slow pipes."""

from __future__ import annotations

import asyncio
import codecs
import os
import sys
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import CancelledError
from typing import Any, Final

WAITING: Final = 100
"""The maximum number of lines read ahead."""
LINE_CHARS: Final = 65536
"""A longer line is split into pieces of this size."""

_READ: Final = 65536


def is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


async def lines() -> AsyncIterator[str]:
    """Each line without its end, until the end of the input."""
    queue: asyncio.Queue[str | None] = asyncio.Queue(WAITING)
    loop = asyncio.get_running_loop()
    # A thread, because files and consoles cannot be polled for readiness. It ends with the program.
    threading.Thread(target=_pump, args=(queue, loop), name="standard input", daemon=True).start()
    while (line := await queue.get()) is not None:
        yield line


def _pump(queue: asyncio.Queue[str | None], loop: asyncio.AbstractEventLoop) -> None:
    try:
        for line in _read_lines():
            _put(queue.put(line), loop)
        _put(queue.put(None), loop)
    except (CancelledError, RuntimeError):
        return  # the loop has ended, nobody reads on


def _put(put: Coroutine[Any, Any, None], loop: asyncio.AbstractEventLoop) -> None:
    try:
        waiting = asyncio.run_coroutine_threadsafe(put, loop)
    except RuntimeError:
        put.close()
        raise
    waiting.result()


def _read_lines() -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    for chunk in _chunks():
        *whole, rest = (rest + decoder.decode(chunk)).split("\n")
        yield from (line.removesuffix("\r") for line in whole)
        while len(rest) > LINE_CHARS:
            yield rest[:LINE_CHARS]
            rest = rest[LINE_CHARS:]
    rest += decoder.decode(b"", final=True)
    if rest:
        yield rest


def _chunks() -> Iterator[bytes]:
    """Read directly from the descriptor: a thread blocked inside sys.stdin would keep the interpreter from ending."""
    if sys.stdin is None:
        return
    try:
        descriptor = sys.stdin.fileno()
    except (OSError, ValueError):
        yield sys.stdin.read().encode()
        return
    while chunk := os.read(descriptor, _READ):
        yield chunk
