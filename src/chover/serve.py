"""Builds the server, starts it, stops it. The only file that knows every room."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec

from chover.accounts.registrar import AccountRegistrar
from chover.accounts.service import AccountService
from chover.admin.ask import AskError
from chover.admin.socket import OperatorSocket
from chover.bus.local import LocalBus
from chover.config import FLAGS, Config, ConfigError, ListenerSettings, changes, renamed
from chover.edge.announce import Announcer
from chover.edge.listener import (
    Address,
    Bind,
    CannotListen,
    Listener,
    ListenerLimits,
    Protocol,
    SshWorkerPool,
    TlsCertificates,
)
from chover.edge.loop import loop_factory
from chover.edge.public_address import local_ip, place_of, public_place
from chover.edge.tls.errors import CertificateError
from chover.edge.tls.handler import keeper_of
from chover.files.blobs import BlobStore
from chover.files.uploads import Uploads
from chover.notify.guard import Guard
from chover.notify.hooks import HookService
from chover.notify.outgoing import Means, Outgoing
from chover.notify.push import Pushing
from chover.notify.sealing import VapidKeys
from chover.ports import Observer, Present, StoreError, Voice
from chover.server.host import ChatHost, Equipment
from chover.server.measures import ERRORS
from chover.server.operators.hooks import OperatorHooks
from chover.server.operators.moderator import ChannelModerator
from chover.server.users import devices
from chover.server.users.succession import succeed
from chover.store.sqlite import SqliteStore
from chover.wire.invite import InvitationLink

_log = logging.getLogger(__name__)

RETAIN_SECONDS: Final = 3600.0
"""How often retention looks for what is too old."""
AT_START: Final = (
    "server.host",
    "server.port",
    "server.name",
    "server.data_dir",
    "server.casemapping",
    "server.proxy",
    "server.log_level",
    "listeners",
    "tls",
    "store",
    "limits.quiet",
    "outgoing.push",
)
"""Beginnings of the settings that are looked at when the server starts, and not again."""
STOPPING: Final = "The server is shutting down"
HANDS_SOCKETS_ON: Final = hasattr(socket, "send_fds")
"""Windows does not, so there SSH is not spoken."""
SSH_WORKER: Final = (sys.executable, "-P", "-m", "chover.ssh_worker")
"""-P: not what lies in the directory where the server was started."""


class Ready(msgspec.Struct):
    """Where the server listens, and by what it is known."""

    bound: list[tuple[str, int]]
    local_ip: str
    spki: str
    sha256: str
    ssh: str
    """The fingerprint of the SSH host key, as ssh shows it; empty where SSH is not spoken."""
    data_dir: str
    stop: Callable[[], None]
    """Begins the graceful shutdown; may be called from any thread."""


def run(
    config: Config,
    *,
    observer: Observer | None = None,
    ready: Callable[[Ready], None] | None = None,
    reread: Callable[[], Config] | None = None,
    flags: Mapping[str, str] = FLAGS,
) -> int:
    """Serve until stopped; the exit status. Works off the main thread, where no signals are handled.

    ``ready`` is called when people can connect; ``reread`` reads the configuration again for a reload.
    ``flags`` is what whoever starts the server calls the settings that ``chover serve`` has flags for.
    """
    logging.basicConfig(level=config.server.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    server = _Server(config, observer, ready, reread)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        try:
            return runner.run(server.serve())
        except (StoreError, CannotListen, CertificateError) as error:
            sys.stderr.write(f"chover: {renamed(str(error), flags)}\n")
            return 1


class _Server:
    """Implements ports.Operator."""

    def __init__(
        self,
        config: Config,
        observer: Observer | None,
        ready: Callable[[Ready], None] | None,
        reread: Callable[[], Config] | None,
    ) -> None:
        self._config = config
        self._observer = observer
        self._ready = ready
        self._reread = reread
        self._stopping = asyncio.Event()
        self._reason = STOPPING
        self._host: ChatHost
        self._files: Uploads
        self._hooks: HookService
        self._outgoing: Outgoing
        self._pushing: Pushing | None = None
        self._tls: TlsCertificates
        self._port = 0
        self.registrar: AccountRegistrar
        self._listener: Listener
        self._announcer: Announcer
        self._keepers: list[TlsCertificates] = []
        self._beside: set[asyncio.Task[None]] = set()

    async def serve(self) -> int:
        config = self._config
        store = SqliteStore.open(config.server.data_path, durability=config.store.durability)
        operator = OperatorSocket(self, config.server.data_path / "admin.sock")
        try:
            await self._serve_with(store, operator)
        finally:
            await store.close()
            # Last: for `chover stop` the server is gone when this connection is.
            await operator.close()
        return 0

    async def _serve_with(self, store: SqliteStore, operator: OperatorSocket) -> None:
        config = self._config
        bus = LocalBus()
        self._accounts = AccountService(config, store.registry, store.secret("scram"))
        self._host = ChatHost(config, store, bus, self._accounts, self._observer, partial(self._equip, store))
        bus.subscribe(self._outgoing.notice)
        self.registrar = self._make_registrar()
        logging.getLogger().addHandler(ERRORS)
        await self._host.boot()
        bound = await self._listen()
        try:
            await self._open_for_operators(operator)
            self._handle_signals()
            await self._announce(bound)
            await self._announcer.follow(config)
            self._spawn(self._retain(store))
            self._spawn(self._settle())
            for hook in self._hooks.everywhere():
                self._outgoing.follow(hook)
            await self._stopping.wait()
        finally:
            await self._close()
            await bus.close()

    def _equip(self, store: SqliteStore, voice: Voice) -> Equipment:
        """What the server has beside its store: files, hooks, pushes."""
        config = self._config
        self._files = Uploads(config.files, store.uploads, BlobStore(config.server.data_path / "files"))
        self._outgoing = Outgoing(Means(store, store.hooks, voice), Guard(config.outgoing.networks))
        self._hooks = HookService(store.hooks, voice, self._outgoing)
        if config.outgoing.push:
            keys = VapidKeys(store.secret("vapid"))
            self._pushing = Pushing(store.push, keys, _subject(config), self._outgoing.outside)
        return Equipment(self._files, self._hooks, self._pushing, self.reload, self._link)

    def _make_registrar(self) -> AccountRegistrar:
        node = self._host.node
        return AccountRegistrar(
            self._accounts,
            self._link,
            partial(devices.put_out, node),
            lambda account: account in node.chat.users,
            partial(succeed, node),
        )

    async def _listen(self) -> list[Address]:
        """Open the ports. Raises CannotListen."""
        config = self._config
        self._tls = keeper_of(config)
        binds = _binds(config)
        self._keepers = [self._tls, *[bind.tls for bind in binds if bind.tls is not None]]
        self._ssh = (
            SshWorkerPool(config.server.data_path, (*SSH_WORKER, config.server.log_level.upper()))
            if HANDS_SOCKETS_ON
            else None
        )
        self._listener = Listener(self._host, binds, self._tls, _door_settings(config), self._ssh)
        self._tell_listener(config)
        bound = await self._listener.open()
        self._accounts.warm_up()
        self._port = bound[0].port
        self._host.node.reached_at = place_of(config, self._port)
        self._announcer = Announcer([host for host, port in bound if port == self._port], self._port)
        return bound

    async def _close(self) -> None:
        for task in self._beside:
            task.cancel()
        self._listener.stop_accepting()
        goodbye = asyncio.ensure_future(self._announcer.close())
        seconds = self._config.server.drain_seconds
        if self._pushing is not None:
            await self._pushing.close()
        await self._outgoing.close()
        await self._host.close(self._reason, seconds)
        await self._listener.close(seconds)
        await goodbye
        self._accounts.close()
        logging.getLogger().removeHandler(ERRORS)

    @staticmethod
    async def _open_for_operators(operator: OperatorSocket) -> None:
        """Without the socket (a system that has none) people chat all the same."""
        try:
            await operator.start()
        except AskError as error:
            _log.warning("%s", error)

    async def _settle(self) -> None:
        """The web comes last; what it has imported stays for good, too."""
        await self._listener.web_ready()
        gc.collect()
        gc.freeze()

    async def _announce(self, bound: list[Address]) -> None:
        for keeper in self._keepers:
            await keeper.ready()
        identity = await self._tls.ready()
        # What a start makes stays for good: no collection ever looks at it again.
        gc.collect()
        gc.freeze()
        if self._ready is None:
            return
        loop = asyncio.get_running_loop()
        self._ready(
            Ready(
                [(address.host, address.port) for address in bound],
                local_ip(),
                identity.pin,
                identity.fingerprint,
                await self._ssh.fingerprint() if self._ssh else "",
                str(self._config.server.data_path),
                lambda: self._stop_soon(loop),
            )
        )

    async def _link(self, token: str) -> InvitationLink:
        """An invitation's token with what finds this server and knows it again."""
        host, port = public_place(self._config, self._port)
        return InvitationLink(host, port, token, (await self._tls.ready()).pin)

    def _stop_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: stopped already
            loop.call_soon_threadsafe(self.stop, STOPPING)

    def _handle_signals(self) -> None:
        if threading.current_thread() is not threading.main_thread() or sys.platform == "win32":
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop, STOPPING)
        if self._reread is None:
            # Nothing to read again: the terminal is gone, as for any other program that runs in one.
            loop.add_signal_handler(signal.SIGHUP, self.stop, STOPPING)
        else:
            loop.add_signal_handler(signal.SIGHUP, lambda: self._spawn(self._reload_by_signal()))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _retain(self, store: SqliteStore) -> None:
        """Let go of what has had its time: messages, codes that nobody used."""
        while True:
            now = time.time_ns() // 1_000_000
            try:
                await self._host.node.moderation.retain()
                gone = await store.retain(self._config.history.retention_days, now)
                codes = await store.registry.purge(now)
                files = await self._files.tidy()
                ended = await self._host.forgetting.look()
            except StoreError as error:
                _log.error("what is too old could not be deleted, it is tried again in an hour: %s", error)
            else:
                if gone or codes or files or ended:
                    text = "retention: %d events, %d codes, %d uploads and %d channels left behind are gone"
                    _log.info(text, gone, codes, files, ended)
            await asyncio.sleep(RETAIN_SECONDS)

    # ---- ports.Operator ------------------------------------------------------------------------------------------

    async def moderator(self) -> ChannelModerator:
        return ChannelModerator(self._host.node)

    async def hooks(self) -> OperatorHooks:
        return OperatorHooks(self._host.node, self._hooks)

    def who(self) -> list[Present]:
        return self._host.present()

    def stop(self, reason: str) -> None:
        self._reason = reason or STOPPING
        if self._observer is not None and not self._stopping.is_set():
            self._observer.stopping()
        self._stopping.set()

    async def reload(self) -> list[str]:
        """What takes effect at once does; what needs a restart is named."""
        try:
            config = self._reread() if self._reread is not None else self._config
        except ConfigError as error:
            raise ValueError(str(error)) from error
        changed = [line for keeper in self._keepers for line in await keeper.reload()]
        for key, line in changes(self._config, config).items():
            changed.append(f"{line} (from the next start on)" if key.startswith(AT_START) else line)
        self._config = config
        self._accounts.config = config
        self._files.settings = config.files
        self._outgoing.guard.allow(config.outgoing.networks)
        self._tell_listener(config)
        self._host.reconfigure(config)
        await self._announcer.follow(config)
        return changed

    def _tell_listener(self, config: Config) -> None:
        self._listener.trust(config.server.trusted_proxies)
        self._listener.origins = config.web.origins
        self._listener.url = config.web.url
        self._listener.metrics_token = config.web.metrics_token

    async def _reload_by_signal(self) -> None:
        try:
            for line in await self.reload():
                _log.warning("reload: %s", line)
        except ValueError as error:
            _log.error("reload: %s; nothing was changed", error)


def _binds(config: Config) -> list[Bind]:
    first = Bind(config.server.host, config.server.port, proxy=config.server.proxy)
    return [first, *[_bind(row, config) for row in config.listeners]]


def _bind(row: ListenerSettings, config: Config) -> Bind:
    tls = None
    if row.tls_cert:
        tls = TlsCertificates(config.server.data_path, Path(row.tls_cert).expanduser(), Path(row.tls_key).expanduser())
    # Whether the PROXY protocol is spoken depends on who speaks it alone.
    return Bind(row.host, row.port, frozenset(map(Protocol, row.doors)) | {Protocol.PROXY}, tls, row.proxy)


def _subject(config: Config) -> str:
    """Where push services can complain (RFC 8292, 2.1)."""
    return config.web.url if config.web.url.startswith("https:") else f"https://{config.server.server_name}"


def _door_settings(config: Config) -> ListenerLimits:
    limits = config.limits
    return ListenerLimits(
        quiet_total=limits.quiet,
        quiet_per_address=limits.quiet_per_address,
        quiet_seconds=limits.quiet_seconds,
        close_seconds=config.server.drain_seconds,
    )
