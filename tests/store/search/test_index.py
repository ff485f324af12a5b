"""The index of the SQLite store."""

import pytest
from tests.store.contract_of_search import SearchContract


@pytest.fixture
def store(open_store):
    return open_store()


class TestSqliteSearch(SearchContract):
    pass
