import asyncio
import threading

import msgspec
import pytest
from tests.store.contract_of_records import ENTRY, SPAM, RecordsContract, connection

from chover.ports import AuditEntry, Ban, ConnectionQuery

DAY = 86_400_000


@pytest.fixture
def records(open_store):
    return open_store().records


class TestSqliteRecords(RecordsContract):
    pass


async def test_what_is_kept_is_there_after_a_restart(open_store):
    store = open_store()
    ban = await store.records.add_ban(SPAM, ENTRY)
    await store.records.keep_connections([connection(1)])
    await store.close()
    records = open_store().records
    assert await records.bans(1000) == [ban]
    assert await records.audit_entries(1) == [ENTRY]
    assert await records.last_connection() == 1


async def test_a_number_is_not_given_again_after_a_restart(open_store):
    store = open_store()
    ban = await store.records.add_ban(SPAM, ENTRY)
    await store.records.lift_ban(ban.no, ENTRY)
    await store.close()
    assert (await open_store().records.add_ban(SPAM, ENTRY)).no > ban.no


async def test_what_older_versions_called_seed_is_the_legacy_protocol(records):
    await records.keep_connections([msgspec.structs.replace(connection(1), protocol="seed")])
    (found,) = await records.connections(ConnectionQuery(), 10)
    assert found.protocol == "legacy"


async def test_what_is_too_old_goes_each_by_its_own_days(records):
    now = 100 * DAY
    over = await records.add_ban(Ban("account", "bob", "root", 1000, 9000), ENTRY)
    stands = await records.add_ban(Ban("account", "eve", "root", 1000), AuditEntry(now - DAY, "root", "BAN"))
    await records.keep_connections([connection(1, until=now - 3 * DAY), connection(2, until=now - DAY), connection(3)])
    # One ban, the first audit entry (of 1970), one connection.
    assert await records.retain(now, now - 30 * DAY, now - 2 * DAY) == 3
    assert await records.bans(0) == [stands]
    assert over.no != stands.no
    assert [found.no for found in await records.connections(ConnectionQuery(), 10)] == [3, 2]
    assert len(await records.audit_entries(10)) == 1


async def test_without_a_limit_everything_but_old_bans_stays(records):
    await records.add_ban(SPAM, ENTRY)
    await records.keep_connections([connection(1, until=1)])
    assert await records.retain(100 * DAY, 0, 0) == 1
    assert len(await records.connections(ConnectionQuery(), 10)) == len(await records.audit_entries(10)) == 1


async def test_anyone_who_gives_a_write_up_before_its_turn_does_not_stop_the_writer(open_store):
    store = open_store()
    gate = threading.Event()
    held = store._writer.run(lambda _: gate.wait(10))
    given_up = asyncio.create_task(store.records.note(ENTRY))
    await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    gate.set()
    assert await asyncio.wrap_future(held)
    await store.records.add_ban(SPAM, ENTRY)
    assert await store.records.audit_entries(9) == [ENTRY]
    await store.close()
