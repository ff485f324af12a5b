"""Rows that are kept in memory are read again when another node has changed them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Final

from chover.accounts.service import AccountService
from chover.accounts.tokens import is_token_id
from chover.engine.ids import UserId
from chover.notify.hooks import HookService
from chover.notify.push import Pushing
from chover.ports import StoreError
from chover.ports.registry import ChangedRow, ChangeKind, Changes
from chover.server.host import ChatHost
from chover.server.operators import privileges
from chover.server.pipeline.ledger import NotKept
from chover.server.scheduling.job import reread
from chover.server.users import devices

_log = logging.getLogger(__name__)

SECONDS: Final = 1.0
"""How often a node looks for changed rows that it was not told of."""
TOGETHER_SECONDS: Final = 0.02
"""What is told within so long after a look is read by the next one."""

RowReader = Callable[[AbstractSet[str]], Awaitable[None]]
"""Reads rows again, by their keys; an empty key among them: all rows."""


class RowWatch:
    """Looks for changed rows, and has the readers of each kind read them."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._readers: Mapping[ChangeKind, RowReader] = {}
        self._waiting: set[ChangedRow] = set()
        """What has to be read again, because it could not be yet."""
        self._failing = False
        self._looking = asyncio.Lock()
        self._told = asyncio.Event()

    async def begin(self) -> None:
        """What is changed from now on is noticed: called before any row is read. Raises StoreError."""
        await self._changes.poll()

    def serve(self, readers: Mapping[ChangeKind, RowReader]) -> None:
        """Give it its readers; until then nothing is looked for."""
        self._readers = readers

    async def run(self) -> None:
        """Run until it is cancelled; return at once if no other node can change anything."""
        if not self._changes.shared:
            return
        async with asyncio.TaskGroup() as both:
            both.create_task(self._changes.listen(self._told.set))
            both.create_task(self._look_again())

    async def _look_again(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SECONDS):
                    await self._told.wait()
            self._told.clear()
            await self.look()
            await asyncio.sleep(TOGETHER_SECONDS)

    async def look(self) -> None:
        """Look once. A failure is logged, and the rows are read the next time."""
        if self._changes.shared and self._readers:
            async with self._looking:
                await self._look()

    async def _look(self) -> None:
        try:
            self._waiting |= await self._changes.poll()
            for kind, read in self._readers.items():
                changed = {row for row in self._waiting if row.kind == kind}
                if changed:
                    await read({row.key for row in changed})
                    self._waiting -= changed
        except (StoreError, NotKept) as error:
            if not self._failing:
                _log.error("cannot read yet what other nodes have changed: %s", error)
            self._failing = True
        else:
            self._failing = False
            self._waiting.clear()


def readers_of(
    accounts: AccountService, host: ChatHost, hooks: HookService, pushing: Pushing | None
) -> dict[ChangeKind, RowReader]:
    """The parts of a server that keep rows in memory."""
    readers: dict[ChangeKind, RowReader] = {
        "account": partial(_read_accounts, accounts, host),
        "operator": partial(_read_operators, accounts, host),
        "ban": lambda _keys: host.node.moderation.reload(),
        "hook": lambda _keys: hooks.reload(),
        "scheduled": partial(reread, host.node),
        "token": partial(_end_revoked, accounts, host, is_token_id, _tokens),
        "credential": partial(_end_revoked, accounts, host, _is_fingerprint, _certificates),
    }
    if pushing is not None:
        readers["push"] = lambda _keys: pushing.reload()
    return readers


async def _read_accounts(accounts: AccountService, host: ChatHost, keys: AbstractSet[str]) -> None:
    for closed in await accounts.reload(None if "" in keys else [UserId(key) for key in keys]):
        await privileges.depose(host.node, closed.account)
        await devices.put_out_here(host.node, closed.account, closed.why)


async def _read_operators(accounts: AccountService, host: ChatHost, _keys: AbstractSet[str]) -> None:
    for account in await accounts.operators.reload():
        await privileges.depose(host.node, account)


async def _end_revoked(
    accounts: AccountService,
    host: ChatHost,
    is_kind: Callable[[str], bool],
    held_by: Callable[[AccountService, UserId], Awaitable[AbstractSet[str]]],
    keys: AbstractSet[str],
) -> None:
    """End the sessions that were logged in by what their account does not have any more (``ports.Login.by``)."""
    logins = {session: session.login for session in host.node.sessions if session.login is not None}
    of_kind = {session: login for session, login in logins.items() if is_kind(login.by)}
    for account in {login.account.id for login in of_kind.values()}:
        if "" in keys or account in keys:
            held = await held_by(accounts, account)
            for session in [each for each, login in of_kind.items() if login.account.id == account]:
                if of_kind[session].by not in held:
                    session.end(devices.REVOKED)


async def _tokens(accounts: AccountService, account: UserId) -> AbstractSet[str]:
    return {token.id for token in await accounts.tokens.of(account)}


def _is_fingerprint(by: str) -> bool:
    """Whether a client certificate or an SSH key has logged somebody in."""
    return by != "" and not is_token_id(by)


async def _certificates(accounts: AccountService, account: UserId) -> AbstractSet[str]:
    return set(await accounts.certificates.of(account))
