"""Bans, the audit log and the connection log in PostgreSQL."""

import asyncio

import msgspec
import pytest
from tests.store.contract_of_records import ENTRY, SPAM, RecordsContract, connection

from chover.ports import Ban, ConnectionQuery
from chover.store.postgres.tables.records import CHUNK, PostgresRecords


@pytest.fixture
async def records(connect):
    return PostgresRecords(await connect(), "one")


@pytest.fixture
async def other(connect):
    return PostgresRecords(await connect(), "two")


class TestPostgresRecords(RecordsContract):
    pass


async def test_of_the_same_ban_from_two_nodes_one_stands_and_no_number_is_given_twice(records, other):
    given = set()
    for _ in range(20):
        bans = await asyncio.gather(records.add_ban(SPAM, ENTRY), other.add_ban(SPAM, ENTRY))
        [standing] = await records.bans(1000)
        assert standing.no in {ban.no for ban in bans}
        given |= {ban.no for ban in bans}
    assert len(given) == 40


async def test_a_ban_is_lifted_on_one_node(records, other):
    ban = await records.add_ban(SPAM, ENTRY)
    lifted = msgspec.structs.replace(ENTRY, did="UNBAN")
    assert sorted(await asyncio.gather(*[rows.lift_ban(ban.no, lifted) for rows in (records, other)])) == [False, True]
    assert await records.audit_entries(9) == [lifted, ENTRY]


async def test_two_nodes_number_their_connections_apart(records, other):
    mine, theirs = await records.last_connection() + 1, await other.last_connection() + 1
    await records.keep_connections([connection(mine + n) for n in range(9)])
    await other.keep_connections([connection(theirs + n) for n in range(9)])
    assert len(await records.connections(ConnectionQuery(), 99)) == 18
    assert await records.last_connection() >= theirs + 8


async def test_the_newest_come_first_whatever_node_kept_them(records, other):
    kept = [msgspec.structs.replace(connection(no), since=since) for no, since in ((900, 1), (3, 4), (901, 9), (4, 12))]
    await records.keep_connections(kept[::2])
    await other.keep_connections(kept[1::2])
    assert [one.since for one in await records.connections(ConnectionQuery(), 99)] == [12, 9, 4, 1]


async def test_a_node_that_starts_ends_what_its_last_run_left_and_nothing_of_others(records, other):
    await records.keep_connections([connection(1)])
    await other.keep_connections([connection(2)])
    await records.close_connections(7000)
    assert [one.until for one in await records.connections(ConnectionQuery(), 9)] == [0, 7000]


async def test_a_host_is_looked_for_beyond_the_rows_that_are_read_together(records):
    kept = [msgspec.structs.replace(connection(no), host="far" if no == 1 else "near") for no in range(1, CHUNK + 9)]
    await records.keep_connections(kept)
    assert [one.no for one in await records.connections(ConnectionQuery(host="f*"), 9)] == [1]


async def test_what_is_too_old_goes_each_by_its_own_days(records):
    await records.add_ban(Ban("account", "bob", "root", 1000, 9000), ENTRY)
    stands = await records.add_ban(Ban("account", "eve", "root", 1000), msgspec.structs.replace(ENTRY, at=50_000))
    await records.keep_connections([connection(1, until=4000), connection(2, until=6000), connection(3)])
    # One ban, one audit entry, one connection.
    assert await records.retain(10_000, 40_000, 5000) == 3
    assert await records.bans(0) == [stands]
    assert [found.no for found in await records.connections(ConnectionQuery(), 10)] == [3, 2]
    assert len(await records.audit_entries(10)) == 1
