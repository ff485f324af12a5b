"""The composition root: builds every part of a server and gives each what it works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from chover import server_log
from chover.accounts.operator_admin import AccountOperatorAdmin
from chover.accounts.registrar import AccountRegistrar
from chover.accounts.service import AccountService
from chover.archive.account_export import AccountExports
from chover.config import Config
from chover.edge.listener import Bind, TlsCertificates
from chover.edge.tls.handler import certificates_of
from chover.files.emoji import ServerEmoji
from chover.files.opening import directory_of, is_shared, open_blobs
from chover.files.uploads import Uploads
from chover.notify.guard import Guard
from chover.notify.hooks import HookService
from chover.notify.outgoing import Means, Outgoing
from chover.notify.push import Pushing
from chover.notify.sealing import VapidKeys
from chover.ports import Accounts, BlobStorage, Bus, Hook, Observer, Storage, Voice
from chover.ports.push import Subscription
from chover.previews.service import LinkPreviews
from chover.serve.cluster_measures import ClusterMeasures
from chover.serve.condition import Condition
from chover.serve.data_sizes import DataSizes
from chover.serve.listening import InvitationLinks, binds_of
from chover.serve.operator import ServerOperator
from chover.serve.reload import Reloader
from chover.serve.renewal import CertificateRenewal
from chover.serve.row_watch import RowWatch, readers_of
from chover.serve.sending import BatchedSending
from chover.serve.shutdown import Shutdown
from chover.serve.single_jobs import Job, SingleJobs
from chover.serve.upkeep import Upkeep
from chover.server.building import Equipment
from chover.server.host import ChatHost
from chover.server.info import isupport
from chover.server.operators import privileges
from chover.server.profile import changed_elsewhere
from chover.server.users import devices
from chover.server.users.succession import succeed


class Kept(NamedTuple):
    """What the store holds for a server's extensions."""

    hooks: list[tuple[bytes, Hook]]
    subscriptions: list[Subscription]
    vapid: bytes
    previews: bytes

    @classmethod
    async def read(cls, store: Storage) -> Kept:
        return cls(
            await store.hooks.all(), await store.push.all(), await store.secret("vapid"), await store.secret("previews")
        )


class Extensions:
    """What a server has besides its chat: files, hooks, pushes, previews.

    They are built when the chat provides them with its voice.
    """

    files: Uploads
    emoji: ServerEmoji
    outgoing: Outgoing
    hooks: HookService
    previews: LinkPreviews
    pushing: Pushing | None = None

    def __init__(
        self,
        config: Config,
        store: Storage,
        kept: Kept,
        accounts: Accounts,
        reloader: Reloader,
        links: InvitationLinks,
        blobs: BlobStorage,
    ) -> None:
        self._config = config
        self._blobs = blobs
        self._store = store
        self._kept = kept
        self._accounts = accounts
        self._reloader = reloader
        self._links = links

    def equip(self, voice: Voice) -> Equipment:
        config, store = self._config, self._store
        self.files = Uploads(config.files, store.uploads, self._blobs)
        self.emoji = ServerEmoji(self.files)
        self.outgoing = Outgoing(Means(store, store.hooks, voice), Guard(config.outgoing.networks))
        self.hooks = HookService(store.hooks, self._kept.hooks, voice, self.outgoing)
        if config.outgoing.push:
            keys, held, way = VapidKeys(self._kept.vapid), self._kept.subscriptions, self.outgoing
            self.pushing = Pushing(
                store.push, held, keys, _subject(config), way.outside, way.destinations,
                may_send=lambda: store.cluster.lease_left > 0,
            )  # fmt: skip
        exports = AccountExports(store, self._accounts, voice.channel)
        self.previews = LinkPreviews(self.outgoing.outside, self._kept.previews)
        return Equipment(
            self.files, self.hooks, self.pushing, self._reloader.reload, self._links.link, exports, self.previews,
            self.emoji,
        )  # fmt: skip

    async def reconfigure(self, config: Config) -> None:
        self.files.settings = config.files
        self.outgoing.guard.allow(config.outgoing.networks)

    async def close(self) -> None:
        if self.pushing is not None:
            await self.pushing.close()
        await self.previews.close()
        await self.outgoing.close()
        await self._blobs.close()


@dataclass(frozen=True)
class Server:
    """The parts of a server that does not listen yet."""

    accounts: AccountService
    host: ChatHost
    extensions: Extensions
    sending: BatchedSending
    operator: ServerOperator
    upkeep: Upkeep
    jobs: SingleJobs
    renewal: CertificateRenewal
    rows: RowWatch
    data: DataSizes
    condition: Condition
    reloader: Reloader
    links: InvitationLinks
    binds: list[Bind]
    tls: TlsCertificates


async def compose(
    config: Config,
    store: Storage,
    bus: Bus,
    observer: Observer | None,
    reread: Callable[[], Config] | None,
    shutdown: Shutdown,
) -> Server:
    """Build a server on an open store and its bus. Raises StoreError."""
    server_log.show_addresses(config.log.addresses)
    tls, binds = certificates_of(config), binds_of(config)
    certificates = [tls, *[bind.tls for bind in binds if bind.tls is not None]]
    reloader = Reloader(config, reread, certificates)
    links = InvitationLinks(reloader, tls)
    rows = RowWatch(store.registry.changes)
    await rows.begin()
    accounts = await AccountService.open(config, store.registry, await store.secret("scram"), rows.look)
    blobs = await _claimed_blobs(config, store)
    extensions = Extensions(config, store, await Kept.read(store), accounts, reloader, links, blobs)
    host = ChatHost(config, store, bus, accounts, await store.secret("cloak"), observer, extensions.equip)
    sending = BatchedSending(config, host.node.outbox)
    bus.subscribe(extensions.outgoing.notice)
    host.node.measure_sources += [bus.measures, sending.measures, extensions.previews.measures]
    _follow_settings(reloader, accounts, extensions, host)
    extensions.emoji.changed = partial(isupport.tell_emoji, host.node)
    await extensions.emoji.reload()
    data = DataSizes(config.server.data_path, directory_of(config), store.sizes)
    condition = Condition(host, data, certificates, lambda: accounts.login.throttle.failed)
    registrar = _registrar(accounts, links, host)
    operators = AccountOperatorAdmin(accounts, partial(privileges.depose, host.node))
    operator = ServerOperator(host, registrar, operators, extensions, reloader, shutdown, condition, links.pin)
    upkeep = Upkeep(host, store, extensions.files, condition.certificate_warnings)
    jobs = SingleJobs(store.cluster, _jobs(host, extensions, upkeep))
    host.node.measure_sources.append(ClusterMeasures(store, host, jobs).measures)
    renewal = CertificateRenewal(config, tls)
    rows.serve(readers_of(accounts, host, extensions.hooks, extensions.pushing))
    accounts.follow(partial(changed_elsewhere.tell, host.node))
    return Server(
        accounts, host, extensions, sending, operator, upkeep, jobs, renewal, rows, data, condition, reloader, links,
        binds, tls,
    )  # fmt: skip


def _jobs(host: ChatHost, extensions: Extensions, upkeep: Upkeep) -> dict[str, Job]:
    """What one node does for all."""
    jobs: dict[str, Job] = {"hooks": extensions.hooks.tell, "retention": upkeep.retain, "scheduled": host.scheduled.run}
    if host.pushes is not None:
        jobs["push"] = host.pushes.run
    return jobs


async def _claimed_blobs(config: Config, store: Storage) -> BlobStorage:
    """The contents of uploads; where nodes share them, they are those of this cluster. Raises StoreError."""
    blobs = open_blobs(config)
    if is_shared(config):
        try:
            await blobs.claim((await store.secret("cluster")).hex(), store.uploads.digests)
        except BaseException:
            await blobs.close()
            raise
    return blobs


def _follow_settings(reloader: Reloader, accounts: AccountService, extensions: Extensions, host: ChatHost) -> None:
    async def apply(config: Config) -> None:
        server_log.show_addresses(config.log.addresses)
        accounts.config = config
        await extensions.reconfigure(config)
        host.reconfigure(config)

    reloader.follow(apply)


def _registrar(accounts: AccountService, links: InvitationLinks, host: ChatHost) -> AccountRegistrar:
    node = host.node
    return AccountRegistrar(
        accounts,
        links.link,
        partial(devices.put_out, node),
        lambda account: account in node.chat.users,
        partial(succeed, node),
        partial(privileges.depose, node),
        partial(devices.end_sessions, node),
    )


def _subject(config: Config) -> str:
    """An address at which push services can complain (RFC 8292, 2.1)."""
    return config.web.url if config.web.url.startswith("https:") else f"https://{config.server.server_name}"
