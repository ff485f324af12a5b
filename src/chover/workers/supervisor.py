"""Starts the workers of a data directory and what they need, keeps them running, and stops them in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Final

import msgspec

from chover import server_log
from chover.admin.ask import NAME, AskError
from chover.bus.local_nats import LocalNats
from chover.config import Config, ConfigError
from chover.edge.binding import CannotListen
from chover.ports import BusError, NewInvitation, StoreError
from chover.serve.assignment import Assignment
from chover.serve.handover import require_runnable
from chover.serve.listening import Ready, binds_of
from chover.store.lock import DirectoryLock
from chover.store.opening import local_postgres, require_nothing_left_behind
from chover.version import __version__
from chover.workers.process import KeptProcess, NotStarted
from chover.workers.relay import WorkersSocket
from chover.workers.servers import DatabaseProcess, NatsProcess
from chover.workers.sockets import SharedSockets
from chover.workers.worker import SupervisedWorker

_log = logging.getLogger(__name__)

CONNECTIONS_EACH: Final = 10
"""To the database, of each worker; two are spare."""
LOOK_SECONDS: Final = 0.05


def run(config: Config, *, ready: Callable[[Ready], None], reread: Callable[[], Config], invites: bool) -> int:
    """Serve by ``server.workers`` processes until stopped. Returns the exit status.

    ``ready`` is called when people can connect; ``reread`` reads the configuration again. ``invites``: if there are no
    accounts, an invitation is made at the start and passed to ``ready``.
    """
    server_log.begin(config.server.log_level, config.log.format)
    try:
        asyncio.run(_serve(config, ready, reread, invites=invites))
    except (StoreError, BusError, CannotListen) as error:
        sys.stderr.write(f"chover: {error}\n")
        return 1
    except NotStarted:
        return 1  # it has said why
    return 0


async def _serve(
    config: Config, ready: Callable[[Ready], None], reread: Callable[[], Config], *, invites: bool
) -> None:
    _require_usable(config)
    lock = DirectoryLock(config.server.data_path)
    try:
        async with contextlib.AsyncExitStack() as stack:
            await Supervisor(config, ready, reread, stack, invites=invites).serve()
    finally:
        lock.release()
    _log.info("stopped")


def _require_usable(config: Config) -> None:
    """Before anything is written. Raises StoreError and BusError."""
    if not config.bus.url:
        LocalNats(config.server.data_path).require_usable()
    if not config.store.url:
        local_postgres(config).require_usable()
        require_nothing_left_behind(config)


class Supervisor:
    """What it starts is stopped in the opposite order."""

    def __init__(
        self,
        config: Config,
        ready: Callable[[Ready], None],
        reread: Callable[[], Config],
        stack: contextlib.AsyncExitStack,
        *,
        invites: bool,
    ) -> None:
        self._config = config
        self._ready = ready
        self._reread = reread
        self._stack = stack
        self._invites = invites
        self._workers: list[SupervisedWorker] = []
        self._sockets: SharedSockets
        self._stop_wanted = asyncio.Event()
        self._cause = ""
        self._reason = ""
        self._changing = asyncio.Lock()
        self._background: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Until it is told to stop. Raises StoreError, BusError, CannotListen and NotStarted."""
        config = self._config
        socket = WorkersSocket(self, config.server.data_path / NAME)
        # Last: `chover stop` takes the end of this connection for the end of the server.
        self._stack.push_async_callback(socket.close)
        self._sockets = await SharedSockets.open(binds_of(config), config.server.workers)
        self._stack.callback(self._sockets.close)
        self._handle_signals()
        starting = asyncio.create_task(self._start_all())
        stopping = asyncio.create_task(self._stop_wanted.wait())
        await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
        else:
            await starting
            await _open_for_operators(socket)
            self._tell_ready()
        await stopping
        _log.info("stopping: %s", self._cause)

    async def _start_all(self) -> None:
        config = self._config
        store, bus = await self._start_database(), await self._start_nats()
        self._stack.push_async_callback(self._stop_workers)
        sets, invites = self._sockets.sets, self._invites
        for number in range(1, config.server.workers + 1):
            assignment = Assignment(number, store, bus, sets, 0, invites and number == 1)
            drain, data = config.server.drain_seconds, config.server.data_path
            self._workers.append(SupervisedWorker(assignment, data, drain, self._share, self._read_certificates))
        await self._others_gone()
        first = self._workers[0]
        if not first.has_served:
            # It makes the keys, certificates and tables that all use.
            await first.start()
        waiting = [worker.start() for worker in self._workers if not worker.serves]
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _others_gone(self) -> None:
        """Wait for workers of a run whose first process was killed: they end by themselves."""
        deadline = asyncio.get_running_loop().time() + self._workers[0].kills_after
        while any(worker.is_held_by_another for worker in self._workers):
            if asyncio.get_running_loop().time() > deadline:
                return  # the worker says which process it is
            await asyncio.sleep(LOOK_SECONDS)

    async def _start_database(self) -> str:
        if self._config.store.url:
            return self._config.store.url
        local = local_postgres(self._config)
        await self._start(DatabaseProcess(local, self._config.server.workers * CONNECTIONS_EACH))
        return local.url

    async def _start_nats(self) -> str:
        if self._config.bus.url:
            return self._config.bus.url
        local = LocalNats(self._config.server.data_path / "workers")
        await self._start(NatsProcess(local))
        return local.url

    async def _start(self, process: KeptProcess) -> None:
        self._stack.push_async_callback(process.stop)
        await process.start()

    async def _stop_workers(self) -> None:
        if self._reason:
            await asyncio.gather(*map(self._stop_saying_why, self.serving()))
        await asyncio.gather(*[worker.stop() for worker in self._workers])

    async def _stop_saying_why(self, worker: SupervisedWorker) -> None:
        worker.expect_end()
        with contextlib.suppress(AskError):
            await worker.ask("stop", reason=self._reason)

    def _handle_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop, f"signal {number.name}")
        loop.add_signal_handler(signal.SIGHUP, lambda: self._spawn(self._reload_by_signal()))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _tell_ready(self) -> None:
        _log.info(
            "ChatOverSockets %s started as process %d with %d workers; its data is in %s",
            __version__, os.getpid(), len(self._workers), self._config.server.data_path,
        )  # fmt: skip
        row = self._workers[0].first_ready
        invitation = row.pop("invitation", None)
        bound = msgspec.convert(row.pop("bound"), list[tuple[str, int]])
        told = Ready(**row, bound=bound, stop=lambda: self.stop("the program that runs it wants it"))  # type: ignore[arg-type]  # from a worker of this version
        told.invitation = msgspec.convert(invitation, NewInvitation | None)
        self._ready(told)

    # ---- what workers cause

    def _share(self) -> None:
        """Spread the listening sockets over the workers that serve, or give all to one that wants all."""
        serving = self.serving()
        takers = [worker for worker in serving if worker.wants_all] or serving
        shares = self._sockets.shares([worker.number for worker in takers], len(self._workers))
        for worker in serving:
            worker.accept_from(shares.get(worker.number, []))

    def _read_certificates(self) -> None:
        for worker in self.serving():
            worker.read_certificates()

    # ---- what operators want of all

    def serving(self) -> list[SupervisedWorker]:
        return [worker for worker in self._workers if worker.serves]

    def stop(self, cause: str, reason: str = "") -> None:
        # The signal that follows an operator's stop has no reason of its own.
        self._cause, self._reason = cause, reason or self._reason
        self._stop_wanted.set()

    async def restart(self) -> None:
        """One worker after the other. Raises ValueError."""
        self._require_readable()
        await require_runnable()
        async with self._changing:
            for worker in self._workers:
                if self._stop_wanted.is_set():
                    return
                _log.info("%s is restarted: an operator wants it", worker.name)
                try:
                    await worker.restart()
                except NotStarted as error:
                    raise ValueError(f"{error}; the workers after it were not restarted") from error

    def _require_readable(self) -> None:
        try:
            self._reread()
        except ConfigError as error:
            raise ValueError(str(error)) from error

    async def reload(self) -> list[str]:
        """Raises ValueError."""
        self._require_readable()
        async with self._changing:
            try:
                told = [await worker.ask("reload") for worker in self.serving()]
            except AskError as error:
                raise ValueError(str(error)) from error
        return list(dict.fromkeys(line for lines in told for line in lines))

    async def _reload_by_signal(self) -> None:
        try:
            await self.reload()
        except ValueError as error:
            _log.error("reload: %s", error)


async def _open_for_operators(socket: WorkersSocket) -> None:
    try:
        await socket.start()
    except AskError as error:
        _log.warning("%s", error)
