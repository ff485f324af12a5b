"""Reports in PostgreSQL."""

import asyncio

import pytest
from tests.store.contract_of_reports import ReportsContract, told

from chover.store.postgres.tables.reports import PostgresReports


@pytest.fixture
async def reports(connect):
    return PostgresReports(await connect())


class TestPostgresReports(ReportsContract):
    pass


async def test_two_nodes_give_no_number_twice(reports, connect):
    other = PostgresReports(await connect())
    kept = await asyncio.gather(*[rows.add(told(text=str(n))) for n in range(20) for rows in (reports, other)])
    assert len({report.no for report in kept}) == 40
    assert len(await reports.open("c1")) == 40
