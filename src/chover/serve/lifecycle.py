"""Starts a server, keeps it running until it is told to stop, and stops it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any, Final

from chover import server_log
from chover.admin.ask import AskError
from chover.admin.socket import OperatorSocket
from chover.bus.opening import open_bus
from chover.config import FLAGS, Config, renamed
from chover.edge.listener import CannotListen
from chover.edge.loop import loop_factory
from chover.edge.tls.errors import CertificateError
from chover.ports import Bus, BusError, NewInvitation, Observer, StoreError
from chover.ports.bus import Cluster
from chover.serve import open_files
from chover.serve.assignment import Assignment
from chover.serve.cluster_watch import ClusterWatch
from chover.serve.compose import Server, compose
from chover.serve.handover import ProcessHandover, inherited
from chover.serve.listening import Listening, Ready, metrics_bind
from chover.serve.shutdown import Shutdown
from chover.serve.worker_link import WorkerDuties, WorkerLink
from chover.server.measures import ERRORS
from chover.store.opening import open_storage
from chover.version import __version__

_log = logging.getLogger(__name__)

FIRST_PEOPLE: Final = 10
FIRST_SECONDS: Final = 86400
"""How many people may use the invitation of a first start, and for how long."""
YOUNG: Final = 10_000
"""New objects before the garbage collector looks at them: a busy second has many that live for a moment."""


def run(
    config: Config,
    *,
    observer: Observer | None = None,
    ready: Callable[[Ready], None] | None = None,
    reread: Callable[[], Config] | None = None,
    flags: Mapping[str, str] = FLAGS,
    invites: bool = False,
    assignment: Assignment | None = None,
) -> int:
    """Serve until stopped. Returns the exit status. Also works outside the main thread, without signal handling.

    ``ready`` is called when people can connect; ``reread`` reads the configuration again for a reload.
    ``invites``: if there are no accounts, an invitation is made at the start and passed to ``ready``.
    ``assignment``: this process is one of several workers.
    ``flags`` are the names of the flags for settings in the program that starts the server.
    """
    level = config.server.log_level
    # An observer shows who joins and leaves; the log on the same terminal is limited to problems.
    level = "warning" if observer is not None and level == "info" else level
    server_log.begin(level, config.log.format, assignment.number if assignment is not None else 0)
    open_files.raise_limit(config.limits.connections)
    if few := open_files.shortage(config.limits.connections):
        _log.warning("%s", few)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        try:
            handover = runner.run(_serve(config, observer, ready, reread, assignment, invites=invites))
        except (StoreError, BusError, CannotListen, CertificateError) as error:
            sys.stderr.write(f"chover: {renamed(str(error), flags)}\n")
            return 1
    if handover is not None:
        handover.run_again()
    return 0


async def _serve(
    config: Config,
    observer: Observer | None,
    ready: Callable[[Ready], None] | None,
    reread: Callable[[], Config] | None,
    assignment: Assignment | None,
    *,
    invites: bool,
) -> ProcessHandover | None:
    directory = config.server.data_path if assignment is None else assignment.directory(config)
    # First, because it writes nothing.
    bus = await open_bus(config)
    try:
        store = await open_storage(config, directory)
    except BaseException:
        await bus.close()
        raise
    shutdown = Shutdown(observer)
    try:
        await bus.enter(await store.secret("cluster"))
        server = await compose(config, store, bus, observer, reread, shutdown)
    except BaseException:
        await bus.close()
        await store.close()
        raise
    socket = OperatorSocket(server.operator, directory / "admin.sock")
    try:
        lifecycle = _Lifecycle(config, server, shutdown, ready, assignment, invites=invites)
        await lifecycle.serve(socket, bus)
    except (BusError, CannotListen, CertificateError):
        raise  # The command says it in one line.
    except Exception as error:
        _log.critical("stopping because of an error: %s", error)
        raise
    else:
        return lifecycle.handover
    finally:
        await bus.close()
        await store.close()
        # Last: `chover stop` takes the end of this connection for the end of the server.
        await socket.close()


class _Lifecycle:
    """Everything between an open store and a closed one."""

    def __init__(
        self,
        config: Config,
        server: Server,
        shutdown: Shutdown,
        ready: Callable[[Ready], None] | None,
        assignment: Assignment | None,
        *,
        invites: bool,
    ) -> None:
        self._config = config
        self._server = server
        self._shutdown = shutdown
        self._ready = ready
        self._invites = invites
        self._assignment = assignment
        self._link = None if assignment is None else WorkerLink(assignment.control, shutdown)
        self._inherited = inherited() if assignment is None else assignment.inheritance()
        self.handover: ProcessHandover | None = None
        """What the next run gets, after ``serve``."""
        self._background: set[asyncio.Task[None]] = set()

    async def serve(self, socket: OperatorSocket, bus: Bus) -> None:
        """Run until the shutdown begins. Raises CannotListen and CertificateError."""
        server = self._server
        logging.getLogger().addHandler(ERRORS)
        cluster = server.host.node.store.cluster
        await cluster.join(__version__, server.host.node.reached_at)
        await _require_wire(cluster, bus)
        await server.host.boot(self._inherited.states)
        await server.host.node.presence.meet()
        listening = await self._listen()
        try:
            await listening.take_over()
            await _open_for_operators(socket)
            self._handle_signals()
            await self._follow_supervisor(listening)
            await self._announce(listening)
            self._log_start(listening)
            await listening.reconfigure(server.reloader.config)
            self._spawn(ClusterWatch(cluster, server.host, self._shutdown).run())
            self._spawn(server.upkeep.run())
            self._spawn(server.jobs.run())
            if self._assignment is None or self._assignment.is_first:
                self._spawn(server.renewal.run())
            self._spawn(server.rows.run())
            if not cluster.alone:
                self._spawn(server.extensions.emoji.follow())
            self._spawn(server.data.run())
            self._spawn(_settle(listening))
            await self._shutdown.wait()
            _log.info("stopping: %s", self._shutdown.cause)
        finally:
            await self._close(listening)
            with contextlib.suppress(StoreError):  # the lease ends by itself
                await cluster.leave()
        _log.info("stopped")

    async def _listen(self) -> Listening:
        server = self._server
        binds, worker = server.binds, self._assignment
        if worker is not None:
            binds = [*binds, *metrics_bind(self._config, worker.number)]
        listening = Listening(self._config, server.host, binds, server.tls, self._inherited, worker)
        server.links.port = await listening.open()
        server.condition.addresses = tuple(listening.addresses)
        server.accounts.warm_up()
        server.reloader.follow(listening.reconfigure)
        return listening

    async def _follow_supervisor(self, listening: Listening) -> None:
        """A worker does what the process wants that started it."""
        link, server = self._link, self._server
        if link is None:
            return
        await link.open()
        server.renewal.exclusive = link.exclusive
        server.renewal.renewed = link.renewed
        self._ready = link.started
        self._spawn(link.run(WorkerDuties(listening.accept_from, server.reloader.read_certificates)))

    async def _announce(self, listening: Listening) -> None:
        await listening.certified()
        # Objects created at the start stay for good: the garbage collector never looks at them again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG)
        if self._ready is not None:
            loop = asyncio.get_running_loop()
            ready = await listening.ready(partial(self._shutdown.begin_from_any_thread, loop))
            ready.invitation = await self._first_invitation()
            self._ready(ready)

    async def _first_invitation(self) -> NewInvitation | None:
        """An invitation where somebody watches, and nobody has an account yet."""
        registrar = self._server.operator.registrar
        if not self._invites or await registrar.accounts():
            return None
        return await registrar.invite((), FIRST_PEOPLE, FIRST_SECONDS, "")

    def _log_start(self, listening: Listening) -> None:
        where = ", ".join(listening.addresses)
        text = "ChatOverSockets %s started as process %d: it listens on %s, its data is in %s"
        _log.info(text, __version__, os.getpid(), where, self._config.server.data_path)

    def _handle_signals(self) -> None:
        if threading.current_thread() is not threading.main_thread() or sys.platform == "win32":
            return
        loop, reloader = asyncio.get_running_loop(), self._server.reloader
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._shutdown.begin_by_signal, number)
        if reloader.rereads:
            loop.add_signal_handler(signal.SIGHUP, lambda: self._spawn(reloader.reload_by_signal()))
        else:
            # There is nothing to reload: the terminal is gone, as for any other program that runs in one.
            loop.add_signal_handler(signal.SIGHUP, self._shutdown.begin_by_signal, signal.SIGHUP)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _close(self, listening: Listening) -> None:
        server, seconds = self._server, self._server.reloader.config.server.drain_seconds
        for task in self._background:
            task.cancel()
        if self._shutdown.restarting:
            self.handover = await self._hand_over(listening, seconds)
        withdrawn = listening.stop_accepting()
        await server.jobs.close()
        await server.extensions.close()
        server.sending.close()
        await server.host.close(self._shutdown.reason, seconds)
        if not self._shutdown.restarting:
            server.host.node.presence.end()
        await listening.close(seconds)
        await withdrawn
        server.accounts.close()
        if self._link is not None:
            self._link.close()
        logging.getLogger().removeHandler(ERRORS)

    async def _hand_over(self, listening: Listening, seconds: float) -> ProcessHandover:
        """Disconnect everybody whose connection cannot be handed over; the others are idle, and are not told."""
        sockets = listening.hand_over_listening()
        await self._server.host.handover.come_to_rest(self._shutdown.reason, seconds)
        return ProcessHandover(sockets, listening.hand_over_connections())


async def _require_wire(cluster: Cluster, bus: Bus) -> None:
    """Raises BusError where there are other nodes, and this one would not hear them."""
    if not bus.lossy and len(nodes := await cluster.nodes()) > 1:
        await cluster.leave()
        others = ", ".join(facts.address for facts in nodes[:3])
        raise BusError(
            f"another server uses the database of store.url ({others}): set bus.url on all of them, so that they hear"
            " each other, or give this one a database of its own"
        )


async def _open_for_operators(socket: OperatorSocket) -> None:
    """Without the socket (some systems have none) people can still chat."""
    try:
        await socket.start()
    except AskError as error:
        _log.warning("%s", error)


async def _settle(listening: Listening) -> None:
    """The web is prepared last; what it has imported stays for good, too."""
    with contextlib.suppress(Exception):  # logged where it was made; the next request tries again
        await listening.web_ready()
    gc.collect()
    gc.freeze()
