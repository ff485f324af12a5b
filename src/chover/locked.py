"""The operator's verbs on the locked store, while no server is running: for a first invitation, and for recovery."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any

import msgspec

from chover.accounts.operator_admin import AccountOperatorAdmin
from chover.accounts.registrar import AccountRegistrar
from chover.accounts.service import AccountService
from chover.admin import verbs
from chover.admin.verb import NotDone, OperatorVerb, VerbRequest
from chover.bus.local import LocalBus
from chover.config import Config
from chover.edge.public_address import link_of, place_of
from chover.edge.tls.handler import certificates_of
from chover.files.emoji import ServerEmoji
from chover.files.opening import open_blobs
from chover.files.uploads import Uploads
from chover.notify.hooks import HookService
from chover.ports import BlobStorage, Hook, Present, Storage, Voice
from chover.ports.status import ServerStatus
from chover.server.building import Equipment
from chover.server.host import ChatHost
from chover.server.operators.hooks import OperatorHooks
from chover.server.operators.moderator import ChannelModerator
from chover.store.opening import open_existing
from chover.wire.invite import PORT, InvitationLink


def do(config: Config, verb: str, **parameters: Any) -> list[Any]:
    """The rows of the answer, in the form of a running server's socket.

    Raises NotDone, and StoreError if no server has ever run there, or if one holds the directory after all.
    """
    row, request = verbs.parse(json.dumps({"verb": verb, **parameters}).encode())
    if not row.at_rest:
        raise NotDone(f"no server is running on {config.server.data_path}; start one with: chover serve")
    rows = asyncio.run(_do(config, row, request))
    return list(msgspec.json.decode(msgspec.json.encode(rows)))


async def _do(config: Config, verb: OperatorVerb, request: VerbRequest) -> list[Any]:
    store = await open_existing(config)
    try:
        accounts = await AccountService.open(config, store.registry, await store.secret("scram"))
        operator = _Operator(config, store, accounts)
        try:
            return await verb.act(operator, request)
        finally:
            await operator.close()
            accounts.close()
    finally:
        await store.close()


class _Operator:
    """Implements the part of ports.Operator that does not need anybody online."""

    def __init__(self, config: Config, store: Storage, accounts: AccountService) -> None:
        self._config = config
        self._store = store
        self._accounts = accounts
        self._host: ChatHost | None = None
        self._blobs: BlobStorage | None = None
        self.registrar = AccountRegistrar(accounts, self._link)
        self.operators = AccountOperatorAdmin(accounts)

    async def moderator(self) -> ChannelModerator:
        """A channel's state follows from its events, so this loads the chat, with nobody online."""
        return ChannelModerator((await self._loaded_host()).node)

    async def hooks(self) -> OperatorHooks:
        host = await self._loaded_host()
        assert host.hooks is not None
        host.node.reached_at = place_of(self._config, self._config.server.port or PORT)
        return OperatorHooks(host.node, host.hooks, self._pin)

    async def emoji(self) -> ServerEmoji:
        self._blobs = self._blobs or open_blobs(self._config)
        emoji = ServerEmoji(Uploads(self._config.files, self._store.uploads, self._blobs))
        await emoji.reload()
        return emoji

    async def _loaded_host(self) -> ChatHost:
        if self._host is None:
            store = self._store
            key, hooks = await store.secret("cloak"), await store.hooks.all()
            equip = partial(self._equip, hooks)
            self._host = ChatHost(self._config, store, LocalBus(), self._accounts, key, equip=equip)
            await self._host.boot()
        return self._host

    def _equip(self, hooks: list[tuple[bytes, Hook]], voice: Voice) -> Equipment:
        self._blobs = open_blobs(self._config)
        files = Uploads(self._config.files, self._store.uploads, self._blobs)
        return Equipment(files, HookService(self._store.hooks, hooks, voice))

    async def close(self) -> None:
        if self._host is not None:
            await self._host.close("", self._config.server.drain_seconds)
        if self._blobs is not None:
            await self._blobs.close()

    async def _link(self, token: str) -> InvitationLink:
        identity = await certificates_of(self._config).ready()
        port = self._config.server.port or PORT
        return link_of(self._config, port, token, identity.pin, self_signed=identity.self_signed)

    async def _pin(self) -> str:
        link = await self._link("")
        return link.pin if link.browsers_warn else ""

    def who(self) -> list[Present]:
        return []

    async def status(self) -> ServerStatus:
        """Never asked without a server."""
        raise NotImplementedError

    def stop(self, reason: str) -> None:
        """Nothing is running."""

    async def restart(self) -> None:
        """Nothing is running."""

    async def reload(self) -> list[str]:
        return []
