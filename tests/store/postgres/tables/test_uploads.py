"""The rows of uploads in PostgreSQL."""

import asyncio
from types import SimpleNamespace

import pytest
from tests.store.contract_of_uploads import ALICE, UploadsContract, upload

from chover.ports import OverQuota
from chover.store.postgres.tables.registry import PostgresRegistry
from chover.store.postgres.tables.uploads import PostgresFileRows


@pytest.fixture
async def storage(connect):
    db = await connect()
    return SimpleNamespace(registry=PostgresRegistry(db), uploads=PostgresFileRows(db))


class TestPostgresFileRows(UploadsContract):
    pass


async def test_two_uploads_on_two_nodes_do_not_both_take_the_last_place(storage, connect):
    await storage.registry.accounts.create(ALICE, {})
    other = PostgresFileRows(await connect())
    for number in range(0, 40, 2):
        at = number * 1000
        done = await asyncio.gather(
            storage.uploads.add(upload(number, size=60, at=at), 100, at),
            other.add(upload(number + 1, size=60, at=at), 100, at),
            return_exceptions=True,
        )
        assert sorted(type(one) for one in done if one) == [OverQuota], number


async def test_of_two_who_remove_the_last_two_of_a_digest_one_is_told_so(storage, connect):
    other = PostgresFileRows(await connect())
    for number in range(0, 40, 2):
        for each in (number, number + 1):
            await storage.uploads.add(upload(each, digest=f"d{number}", owner=""), 0, 0)
        gone = await asyncio.gather(storage.uploads.remove([f"f{number}"]), other.remove([f"f{number + 1}"]))
        assert sorted(gone) == [[], [f"d{number}"]]
