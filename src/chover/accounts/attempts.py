"""The one way in which secrets are judged: slowed when they were wrong, whatever they are and wherever they come in."""

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
"""The codes of Denied that say that a secret was wrong."""


class Attempts:
    """Those at accounts, and at other things that a secret opens."""

    def __init__(self, directory: AccountDirectory, throttle: LoginThrottle | None = None) -> None:
        self._directory = directory
        self.throttle = throttle or LoginThrottle(time.monotonic)

    @asynccontextmanager
    async def at_account(
        self, by: str, name: str, peer: Peer, told: Callable[[int], None] = tell_nobody
    ) -> AsyncIterator[None]:
        """Judge within it a secret of the account of that name, if there is one: it makes no difference here.

        ``by`` says in the log what it was: a SASL mechanism, or a command.
        """
        async with self.at(by, self._directory.key(name), peer, told):
            yield

    @asynccontextmanager
    async def at(
        self, by: str, what: str, peer: Peer, told: Callable[[int], None] = tell_nobody
    ) -> AsyncIterator[None]:
        """The same for anything else: two attempts are at one thing when ``what`` is the same; empty for none.

        A Denied that says that the secret was wrong also says when the next one is judged.
        """
        async with self.throttle.turn(what, peer.address, told):
            try:
                yield
            except Denied as denied:
                if denied.code not in WRONG:
                    raise
                self.throttle.wrong(what, peer.address)
                log_failed(by, what, peer)
                raise self._with_wait(denied, peer) from None
            self.throttle.right(what)

    def _with_wait(self, denied: Denied, peer: Peer) -> Denied:
        seconds = self.throttle.next_in(peer.address)
        return Denied(denied.code, f"{denied}. The next try is looked at in {seconds} s" if seconds else str(denied))


def log_failed(by: str, what: str, peer: Peer) -> None:
    """The line that fail2ban reads (packaging/fail2ban); its form is fixed, and what others wrote is escaped in it."""
    _log.warning("failed login from %s: account %s by %s", peer.address or "this machine", json.dumps(what), by)
