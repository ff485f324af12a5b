"""The secrets of a cluster, the same on every node."""

from __future__ import annotations

import secrets
from typing import Final

from chover.store.postgres.tables.rows import PostgresRows

_BYTES: Final = 32
# If two nodes ask for the first time at once, the second waits here and then finds the secret of the first.
_MAKE: Final = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING"


class PostgresSecrets(PostgresRows):
    """Secrets are created at their first use."""

    async def get(self, name: str) -> bytes:
        """See Store.secret."""
        found = await self._db.value("SELECT value FROM meta WHERE name = $1", name)
        if found is None:
            await self._db.execute(_MAKE, name, secrets.token_bytes(_BYTES))
            found = await self._db.value("SELECT value FROM meta WHERE name = $1", name)
        return bytes(found)
