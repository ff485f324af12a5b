"""Everything that a server keeps, behind one object: what another database has to implement."""

from __future__ import annotations

from typing import Protocol

from chover.ports.files import FileRows
from chover.ports.hooks import HookRows
from chover.ports.push import PushRows
from chover.ports.registry import Registry
from chover.ports.store import Store


class Storage(Store, Protocol):
    """An open storage. ``Store`` is the part of it that the chat sees: logs, records, reports, search, secrets.

    Every method of every part is asynchronous, except those that a boot calls, before anybody can connect. They may
    wait for the disk: ``load``, ``secret``, ``records.bans``, ``records.last_connection``, ``registry.accounts.all``,
    ``hooks.all`` and ``push.all``. ``append`` returns at once and calls back.

    Each part has its contract in tests/store/contract*.py.
    """

    @property
    def registry(self) -> Registry:
        """Accounts and what belongs to them."""

    @property
    def hooks(self) -> HookRows:
        """Incoming and outgoing hooks."""

    @property
    def push(self) -> PushRows:
        """Push subscriptions."""

    @property
    def uploads(self) -> FileRows:
        """The rows of uploads; their bytes are in files.blobs."""
