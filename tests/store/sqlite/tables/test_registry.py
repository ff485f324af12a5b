"""Accounts and what belongs to them, in the database."""

import pytest
from tests.store.contract_of_registry import ALICE, INVITE, KEY, RegistryContract

from chover.ports import Account, Token


@pytest.fixture
def registry(open_store):
    return open_store().registry


class TestSqliteRegistry(RegistryContract):
    pass


async def test_they_outlive_the_server(open_store):
    store = open_store()
    await store.registry.accounts.create(ALICE, {"argon2": ["hash"]})
    await store.registry.tokens.add(KEY, Token("t1", ALICE.id, "phone", 5))
    await store.registry.invites.add(KEY, INVITE)
    await store.close()
    registry = open_store().registry
    assert await registry.accounts.all() == [Account(ALICE.id, "Alice", "alice", 1)]
    assert await registry.credentials.of(ALICE.id) == {"argon2": ["hash"]}
    assert await registry.tokens.of(ALICE.id) == [Token("t1", ALICE.id, "phone", 5)]
    assert await registry.invites.open(2000) == [INVITE]
