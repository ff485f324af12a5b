import pytest

from tests.doubles.memory_records import MemoryRecords
from tests.store.contract_of_records import RecordsContract


@pytest.fixture
def records():
    return MemoryRecords()


class TestMemoryRecords(RecordsContract):
    pass
