"""The store of the server's tests reads as the real one does."""

import pytest

from tests.doubles.memory_store import MemoryStore
from tests.store.contract_of_reading import ConversationsContract, ReadContract
from tests.store.contract_of_search import SearchContract


@pytest.fixture
def store():
    return MemoryStore()


class TestMemoryStore(ReadContract, ConversationsContract, SearchContract):
    pass
