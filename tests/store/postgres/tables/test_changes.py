"""Changed rows in PostgreSQL."""

from types import SimpleNamespace

import pytest
from tests.store.contract_of_changes import ALICE, ChangesContract
from tests.store.contract_of_records import ENTRY, SPAM

from chover.ports import StoreError
from chover.ports.registry import CHANGE_KINDS, ChangedRow
from chover.store.postgres.tables import changes as module
from chover.store.postgres.tables.changes import PostgresChanges
from chover.store.postgres.tables.hooks import PostgresHooks
from chover.store.postgres.tables.push import PostgresPush
from chover.store.postgres.tables.records import PostgresRecords
from chover.store.postgres.tables.registry import PostgresRegistry


def storage(db):
    return SimpleNamespace(
        db=db,
        registry=PostgresRegistry(db),
        records=PostgresRecords(db),
        hooks=PostgresHooks(db),
        push=PostgresPush(db),
    )


@pytest.fixture
async def nodes(connect):
    return [storage(await connect()) for _ in range(2)]


class TestPostgresChanges(ChangesContract):
    pass


async def test_what_is_committed_late_is_heard_then_and_once(nodes):
    here, there = nodes
    poll = there.registry.changes.poll
    await poll()
    async with here.db.transaction() as late:
        await late.execute("UPDATE ban SET by = by")
        await late.execute("INSERT INTO operator VALUES ('early', '', 1)")
        await here.registry.accounts.create(ALICE, {})
        # This one began later and is there earlier.
        assert await poll() == {ChangedRow("account", ALICE.id)}
        assert await poll() == set()
    assert await poll() == {ChangedRow("operator", "early")}
    assert await poll() == set()


async def test_what_was_under_way_at_the_beginning_is_heard(nodes):
    here, there = nodes
    async with here.db.transaction() as late:
        await late.execute("INSERT INTO operator VALUES ('early', '', 1)")
        assert await there.registry.changes.poll() == set()
    assert await there.registry.changes.poll() == {ChangedRow("operator", "early")}


async def test_nothing_is_missed_over_a_lost_connection(nodes, connections):
    here, there = nodes
    await there.registry.changes.poll()
    await here.registry.accounts.create(ALICE, {})
    pid = await there.db.value("SELECT pg_backend_pid()")
    await connections.execute("SELECT pg_terminate_backend($1, 5000)", pid)
    ban = await here.records.add_ban(SPAM, ENTRY)
    heard = set()
    while len(heard) < 2:
        try:
            heard |= await there.registry.changes.poll()
        except StoreError:
            continue
    assert heard == {ChangedRow("account", ALICE.id), ChangedRow("ban", str(ban.no))}


async def test_who_could_not_ask_for_longer_than_changes_are_kept_reads_everything(nodes, monkeypatch):
    changes = nodes[1].registry.changes
    await changes.poll()
    monkeypatch.setattr(module, "KEPT_SECONDS", 0.0)
    assert await changes.poll() == {ChangedRow(kind) for kind in CHANGE_KINDS}


async def test_old_changes_go(nodes, monkeypatch, connections):
    await nodes[0].registry.accounts.create(ALICE, {})
    await connections.execute("UPDATE change SET at = at - interval '2 days'")
    await nodes[0].registry.accounts.update(ALICE)
    await PostgresChanges(connections).poll()
    assert await connections.value("SELECT count(*) FROM change") == 1
