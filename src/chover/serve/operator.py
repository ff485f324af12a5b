"""What the verbs of the operator's socket call while the server runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from chover.accounts.operator_admin import AccountOperatorAdmin
from chover.accounts.registrar import AccountRegistrar
from chover.files.emoji import ServerEmoji
from chover.notify.hooks import HookService
from chover.ports import Present
from chover.serve.condition import Condition
from chover.serve.handover import require_runnable
from chover.serve.reload import Reloader
from chover.serve.shutdown import Shutdown
from chover.server.host import ChatHost
from chover.server.operators.hooks import OperatorHooks
from chover.server.operators.moderator import ChannelModerator


class OperatorExtensions(Protocol):
    """What a server has besides its chat, as far as its operator manages it."""

    @property
    def hooks(self) -> HookService: ...
    @property
    def emoji(self) -> ServerEmoji: ...


class ServerOperator:
    """Implements ports.Operator."""

    def __init__(
        self,
        host: ChatHost,
        registrar: AccountRegistrar,
        operators: AccountOperatorAdmin,
        extensions: OperatorExtensions,
        reloader: Reloader,
        shutdown: Shutdown,
        condition: Condition,
        pin: Callable[[], Awaitable[str]],
    ) -> None:
        self._host = host
        self.registrar = registrar
        self.operators = operators
        self._extensions = extensions
        self._reloader = reloader
        self._shutdown = shutdown
        self._pin = pin
        self.status = condition.status

    async def moderator(self) -> ChannelModerator:
        return ChannelModerator(self._host.node)

    async def hooks(self) -> OperatorHooks:
        return OperatorHooks(self._host.node, self._extensions.hooks, self._pin)

    async def emoji(self) -> ServerEmoji:
        return self._extensions.emoji

    def who(self) -> list[Present]:
        return self._host.present()

    def stop(self, reason: str) -> None:
        self._shutdown.begin(reason, f"chover stop, and people are told: {reason}")

    async def restart(self) -> None:
        self._reloader.require_readable()
        await require_runnable()
        self._shutdown.begin_restart()

    async def reload(self) -> list[str]:
        return await self._reloader.reload()
