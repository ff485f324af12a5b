"""Stores that are closed behind each test."""

import pytest

from chover.store.sqlite.store import SqliteStore


@pytest.fixture
async def open_store(tmp_path):
    """Open the store of this test's directory; what is still open at its end is closed."""
    opened = []

    def opens(**options):
        store = SqliteStore.open(tmp_path / "data", **{"durability": "process", **options})
        opened.append(store)
        return store

    yield opens
    for store in opened:
        await store.close()
