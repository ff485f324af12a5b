"""The connection log: who was on from where."""

import json

import pytest
from tests.doubles.stage import Stage

from chover.ports import ConnectionQuery, StoreError

OPERATORS = {"CHOVER_OPERATORS": json.dumps([{"name": "root", "password": "x"}])}


@pytest.fixture
async def stage():
    opened = await Stage.open(environ=OPERATORS)
    yield opened
    await opened.close()


async def kept(stage, **sought):
    await stage.node.connections.flush()
    return [
        (v.nick, v.account, v.address, bool(v.until))
        for v in await stage.store.records.connections(ConnectionQuery(**sought), 99)
    ]


async def test_joins_and_leaves_are_kept_with_the_address(stage):
    bob = await stage.enter("bob", address="192.0.2.9")
    assert await kept(stage) == [("bob", "", "192.0.2.9", False)]
    bob.send("QUIT")
    await bob.ended()
    assert await kept(stage) == [("bob", "", "192.0.2.9", True)]


async def test_a_new_nick_and_a_login_each_begin_a_row(stage):
    stage.accounts.add("Bobby")
    bob = await stage.enter("bob", address="192.0.2.9")
    bob.send("NICK bob2", "NS IDENTIFY Bobby sesame")
    await bob.all()
    bob.send("NS LOGOUT")
    await bob.all()
    assert await kept(stage) == [
        ("Bobby", "", "192.0.2.9", False),
        ("Bobby", "Bobby", "192.0.2.9", True),
        ("bob2", "Bobby", "192.0.2.9", True),
        ("bob2", "", "192.0.2.9", True),
        ("bob", "", "192.0.2.9", True),
    ]


async def test_each_device_of_an_account_has_its_row(stage):
    stage.accounts.add("bob")
    await stage.enter("bob", login="bob", address="192.0.2.9")
    await stage.enter("bob", login="bob", address="192.0.2.10")
    late = await stage.enter("late", address="192.0.2.11")
    late.send("NS IDENTIFY bob sesame")
    await late.all()
    rows = await kept(stage, account="bob")
    assert [address for *_, address, ended in rows if not ended] == ["192.0.2.11", "192.0.2.10", "192.0.2.9"]
    assert ("late", "", "192.0.2.11", True) in await kept(stage)


async def test_those_who_come_together_are_written_together(stage):
    written = []
    keep = stage.store.records.keep_connections

    async def counted(connections):
        written.append(len(connections))
        await keep(connections)

    stage.store.records.keep_connections = counted
    for number in range(20):
        await stage.enter(f"user{number}")
    await stage.node.connections.flush()
    assert written == [20]


async def test_what_a_full_disk_kept_out_is_kept_later(stage):
    keep = stage.store.records.keep_connections

    async def full(_):
        raise StoreError("the disk is full")

    stage.store.records.keep_connections = full
    await stage.enter("bob", address="192.0.2.9")
    await stage.node.connections.flush()
    stage.store.records.keep_connections = keep
    await stage.enter("carol", address="192.0.2.10")
    assert [nick for nick, *_ in await kept(stage)] == ["carol", "bob"]


async def test_a_stop_ends_the_rows_and_a_start_those_that_a_crash_left(stage):
    await stage.enter("bob")
    await stage.node.connections.flush()
    again = await Stage.open(store=stage.store)
    assert [ended for *_, ended in await kept(again)] == [True]
    await again.enter("carol")
    await again.close()
    assert [(v.no, v.nick, bool(v.until)) for v in await stage.store.records.connections(ConnectionQuery(), 9)] == [
        (2, "carol", True),
        (1, "bob", True),
    ]


async def test_where_no_days_are_set_nothing_is_kept():
    stage = await Stage.open({"records.connection_days": 0})
    await stage.enter("bob")
    assert not await kept(stage)
    await stage.close()


async def test_an_operator_asks_by_nick_account_address_or_cloak(stage):
    stage.accounts.add("bob")
    bob = await stage.enter("bob", login="bob", address="192.0.2.9")
    bob.send("QUIT")
    await bob.ended()
    root = await stage.enter("root", address="198.51.100.1")
    root.send("OPER root x")
    await root.all()
    cloak = stage.node.cloaks.of_address("192.0.2.9")
    for what in ("BOB", "account:Bob", "192.0.2.9", "192.0.2.0/24", cloak, f"*!*@*.{cloak.partition('.')[2]}"):
        root.send(f"OS SEEN {what}")
        rows = [message.params[-1] for message in await root.heard("NOTICE")]
        assert rows[0].startswith(f"bob from 192.0.2.9 ({cloak}) by irc, account bob, ")
        assert rows[1] == "1 connection"
    root.send("OS SEEN nobody", "OS SEEN 1.2.3.4/99")
    assert [m.params[-1].partition(" ")[0] for m in await root.heard("NOTICE")] == ["0", "1.2.3.4/99"]


async def test_without_the_right_to_see_addresses_nobody_asks(stage):
    bob = await stage.enter("bob")
    assert await bob.numerics("OS SEEN bob") == [
        ("481", "Permission denied: that needs an operator of the server with the right 'see'")
    ]
