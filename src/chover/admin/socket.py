"""The operator's socket: ``admin.sock`` in the data directory, for its owner only.

The request is one JSON object on a line (``{"verb": "who"}``), as is the answer: ``{"ok": true, "rows": []}`` or
``{"error": "…"}``.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from pathlib import Path
from typing import Any, Final

import msgspec

from chover.admin import verbs
from chover.admin.ask import AskError, require_unix_sockets, short
from chover.admin.verb import NotDone, OperatorVerb, VerbRequest
from chover.ports import Operator

LINE_BYTES: Final = 512 * 1024
"""Enough for the picture of an emoji, in base64."""
CLIENTS: Final = 16
IDLE_SECONDS: Final = 120.0
"""How long a client may take for its next line, or to read an answer."""
HANG_UP_SECONDS: Final = 1.0

_log: Final = logging.getLogger(__name__)


class VerbSocket:
    """Executes verbs for anyone who may open the socket: processes of the user who runs the server."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen. The socket of a killed server is replaced.

        Raises AskError if there are no Unix sockets, or if the path is not available.
        """
        require_unix_sockets()
        try:
            listening = _bound(self.path)
        except OSError as error:
            raise AskError(f"the operator's socket {self.path} cannot be made: {error.strerror or error}") from error
        self._server = await asyncio.start_unix_server(self._accepted, sock=listening, limit=LINE_BYTES)

    async def close(self) -> None:
        """Disconnect everybody and remove the socket.

        Call this last: ``chover stop`` takes the end of its connection for the end of the server.
        """
        if self._server is None:
            return
        self._server.close()
        self.path.unlink(missing_ok=True)
        for task in self._clients:
            task.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)
        self._server = None

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A task of our own, because asyncio 3.11 reports one that it made as an error when it is cancelled.
        task = asyncio.create_task(self._attend(reader, writer))
        self._clients.add(task)
        task.add_done_callback(self._clients.discard)

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        except (TimeoutError, ConnectionError):
            pass  # It is gone, or stuck: nobody is left to tell.
        finally:
            await _hang_up(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._clients) > CLIENTS:
            await _send(writer, {"error": f"{CLIENTS} others are connected already; try again"})
            return
        while line := await _line(reader, writer):
            try:
                verb, request = verbs.parse(line)
            except NotDone as error:
                await _send(writer, {"error": str(error)})
                continue
            await _send(writer, await self._answer(verb, request))
            if self.hangs_up(verb):
                return

    async def _answer(self, verb: OperatorVerb, request: VerbRequest) -> dict[str, Any]:
        try:
            return {"ok": True, "rows": await self.do(verb, request)}
        except NotDone as error:
            return {"error": str(error)}
        except Exception as error:  # noqa: BLE001 - a bug in a verb belongs in the log and must not end the socket
            # Without the request, which may hold a password.
            _log.exception("an operator's verb failed")
            return {"error": f"this is a bug ({type(error).__name__}); the server's log says where"}

    async def do(self, verb: OperatorVerb, request: VerbRequest) -> list[Any]:
        """The rows of the answer. Raises NotDone."""
        raise NotImplementedError

    def hangs_up(self, _verb: OperatorVerb) -> bool:
        """Whether the connection ends after the answer to this verb."""
        return False


class OperatorSocket(VerbSocket):
    """Executes the verbs of an Operator."""

    def __init__(self, operator: Operator, path: Path) -> None:
        super().__init__(path)
        self._operator = operator

    async def do(self, verb: OperatorVerb, request: VerbRequest) -> list[Any]:
        rows = await verb.act(self._operator, request)
        if verb.logged:
            _log.info("operator console: %s", verb.named(request))
        return rows


async def _line(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """The next line; empty if the client has disconnected or the line is too long."""
    try:
        async with asyncio.timeout(IDLE_SECONDS):
            return await reader.readline()
    except ValueError:
        await _send(writer, {"error": f"a line has at most {LINE_BYTES} bytes"})
        return b""


async def _send(writer: asyncio.StreamWriter, answer: dict[str, Any]) -> None:
    writer.write(msgspec.json.encode(answer) + b"\n")
    async with asyncio.timeout(IDLE_SECONDS):
        await writer.drain()


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(HANG_UP_SECONDS):
            await writer.wait_closed()


def _bound(path: Path) -> socket.socket:
    """A socket bound to ``path`` that only its owner can connect to. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_stale(path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with short(path) as address:
            listening.bind(address)
        # Between bind and listen nobody can connect, so the umask does not matter.
        path.chmod(0o600)
    except OSError:
        listening.close()
        raise
    return listening


def _remove_stale(path: Path) -> None:
    """Remove the socket of a killed server. Raises OSError if it is not a socket, or answers."""
    if not path.exists():
        return
    if not path.is_socket():
        raise FileExistsError(0, "another file has that name; move it away")
    if _answers(path):
        raise FileExistsError(0, "another server answers there; stop it first")
    path.unlink()


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe, short(path) as address:
        try:
            probe.connect(address)
        except ConnectionRefusedError:
            return False
    return True
