"""Reports in the database."""

import pytest
from tests.store.contract_of_reports import ReportsContract, told


@pytest.fixture
async def reports(open_store):
    return open_store().reports


class TestSqliteReports(ReportsContract):
    pass


async def test_they_outlive_the_server(open_store):
    store = open_store()
    kept = await store.reports.add(told())
    await store.close()
    assert await open_store().reports.open("c1") == [kept]
