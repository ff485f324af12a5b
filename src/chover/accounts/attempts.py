"""The only place where secrets are judged: wrong ones slow down the next attempt, whatever and wherever they are."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from chover.accounts.directory import AccountDirectory
from chover.accounts.throttle import LoginThrottle, tell_nobody
from chover.ports import Denied, Peer

_log = logging.getLogger(__name__)

WRONG: Final = frozenset({"INVALID_CREDENTIALS", "INVALID_CODE", "INVALID_INVITE"})
"""The codes of Denied that mean that a secret was wrong."""


class Attempts:
    """Attempts at accounts, and at anything else that a secret opens."""

    def __init__(self, directory: AccountDirectory, throttle: LoginThrottle | None = None) -> None:
        self._directory = directory
        self.throttle = throttle or LoginThrottle(time.monotonic)

    @asynccontextmanager
    async def at_account(
        self, by: str, name: str, peer: Peer, told: Callable[[int], None] = tell_nobody
    ) -> AsyncIterator[None]:
        """A context in which a secret of an account is judged. It makes no difference here whether the account exists.

        ``by`` is for the log: a SASL mechanism, or a command.
        """
        key = self._directory.key(name)
        known = key if self._directory.named(key) is not None else ""
        async with self.at(by, key, peer, told, shown=known):
            yield

    @asynccontextmanager
    async def at(
        self,
        by: str,
        what: str,
        peer: Peer,
        told: Callable[[int], None] = tell_nobody,
        shown: str | None = None,
    ) -> AsyncIterator[None]:
        """The same for anything else: attempts with the same ``what`` are counted together; empty for none.

        The log calls it ``shown`` if that is given: people type passwords where names belong.
        A Denied that reports a wrong secret also says when the next attempt is judged.
        """
        async with self.throttle.turn(what, peer.address, told):
            try:
                yield
            except Denied as denied:
                if denied.code not in WRONG:
                    raise
                self.throttle.wrong(what, peer.address)
                log_failed(by, what if shown is None else shown, peer)
                raise self._with_wait(denied, peer) from None
            self.throttle.right(what)

    def _with_wait(self, denied: Denied, peer: Peer) -> Denied:
        seconds = self.throttle.next_in(peer.address)
        return Denied(denied.code, f"{denied}. Your next attempt has to wait {seconds} s" if seconds else str(denied))


def log_failed(by: str, what: str, peer: Peer) -> None:
    """Write the line that fail2ban reads (packaging/fail2ban).

    Its format is fixed, and text of others is escaped in it.
    """
    _log.warning("failed login from %s: account %s by %s", peer.address or "this machine", json.dumps(what), by)
