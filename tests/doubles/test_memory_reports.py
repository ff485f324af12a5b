"""The reports of the server's tests fulfil the contract of the real ones."""

import pytest

from tests.doubles.memory_reports import MemoryReports
from tests.store.contract_of_reports import ReportsContract


@pytest.fixture
def reports():
    return MemoryReports()


class TestMemoryReports(ReportsContract):
    pass
