"""Looks names up in the DNS, in threads that nobody has to wait for.

A DNS that does not answer holds a thread for as long as the system's resolver tries, which may be minutes. The loop's
own threads read and write files; and Python waits for all threads of an executor before it ends, so that a server
could not be stopped meanwhile. These threads are few, they are daemons, and they do nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import socket
import threading
from collections.abc import Callable
from typing import Final, NamedTuple

SECONDS: Final = 5.0
"""Time limit for an answer, waiting for a free thread included."""
THREADS: Final = 4
Found = list[str]


class _Question(NamedTuple):
    host: str
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Found]

    def settle(self, tell: Callable[[Found], None] | Callable[[BaseException], None], what: Found | OSError) -> None:
        """Give the answer to the loop, unless nobody waits any more."""
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self.loop.call_soon_threadsafe(lambda: None if self.answer.done() else tell(what))  # type: ignore[arg-type]


class Lookups:
    """``resolve`` gives the numeric addresses of a name. It blocks, and raises OSError and UnicodeError."""

    def __init__(self, resolve: Callable[[str], Found], threads: int = THREADS, seconds: float = SECONDS) -> None:
        self._resolve = resolve
        self._most = threads
        self._seconds = seconds
        self._started = 0
        self._questions: queue.SimpleQueue[_Question] = queue.SimpleQueue()

    async def find(self, host: str) -> Found:
        """The addresses of a name. Raises OSError (including TimeoutError) and UnicodeError."""
        loop = asyncio.get_running_loop()
        question = _Question(host, loop, loop.create_future())
        self._questions.put(question)
        if self._started < self._most:
            self._started += 1
            threading.Thread(target=self._work, name="lookup", daemon=True).start()
        async with asyncio.timeout(self._seconds):
            return await question.answer

    def _work(self) -> None:
        while True:
            question = self._questions.get()
            if question.answer.done():
                continue
            try:
                found = self._resolve(question.host)
            except (OSError, UnicodeError) as error:
                question.settle(question.answer.set_exception, error)  # type: ignore[arg-type]
            else:
                question.settle(question.answer.set_result, found)


def _resolve(host: str) -> Found:
    places = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in places))


addresses_of: Final = Lookups(_resolve).find


async def connect(host: str, port: int, seconds: float) -> socket.socket:
    """A connection to the first address of a name that accepts one within ``seconds``. Raises OSError."""
    trouble: OSError = OSError(f"{host} has no address")
    for address in await addresses_of(host):
        sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        try:
            async with asyncio.timeout(seconds):
                await asyncio.get_running_loop().sock_connect(sock, (address, port))
        except OSError as error:
            sock.close()
            trouble = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise trouble
