"""The store of the server's tests fulfils the contract of the real one, except retention."""

import contextlib

import pytest

from tests.doubles.memory_store import MemoryStore
from tests.store.contract import AppendContract, ConditionContract, FailureContract, StateContract
from tests.store.contract_of_edits import EditsContract
from tests.store.contract_of_reading import ConversationsContract, ReadContract
from tests.store.contract_of_search import SearchContract
from tests.store.contract_of_sharing import SharedStoreContract


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def reopen():
    async def again(store):
        await store.close()
        store.closed = False
        return store

    return again


@pytest.fixture
def full():
    @contextlib.contextmanager
    def no_space(store):
        store.fail = "the disk is full: free some space; nothing was sent"
        yield
        store.fail = ""

    return no_space


class TestMemoryStore(
    AppendContract,
    ConditionContract,
    FailureContract,
    StateContract,
    EditsContract,
    ReadContract,
    ConversationsContract,
    SearchContract,
    SharedStoreContract,
):
    pass
