"""What one node wants to be done with sessions on another: KILL, GHOST, new passwords, revoked tokens."""

import json

import pytest
from tests.bus.faulty import Faults
from tests.doubles.nodes import Nodes

OPERATORS = {"CHOVER_OPERATORS": json.dumps([{"name": "root", "password": "sesame"}])}


@pytest.fixture
async def nodes():
    async with Nodes.open(environ=OPERATORS) as opened:
        opened.accounts.add("anna", "sesame")
        yield opened


@pytest.fixture
def here(nodes):
    return nodes.stages[0]


@pytest.fixture
def there(nodes):
    return nodes.stages[1]


@pytest.fixture
async def root(here):
    wire = await here.enter("root")
    wire.send("OPER root sesame")
    await wire.expect(" 381 ")
    return wire


async def test_kill_reaches_somebody_on_another_node(nodes, root, there):
    bob = await there.enter("bob", "#tea")
    await nodes.settle()
    root.send("KILL bob :spam")
    await nodes.settle()
    assert (await bob.ended())[-1] == "ERROR :Killed (root (spam))"
    assert set(nodes.cluster.owners) == {"root"}


async def test_kill_reaches_all_devices_of_a_user_on_both_nodes(nodes, root, here, there):
    one = await here.enter("anna", "#tea", login="anna@one")
    await nodes.settle()
    other = await there.enter("anna", login="anna@two")
    await nodes.settle()
    root.send("KILL anna :spam")
    await nodes.settle()
    for wire in (one, other):
        assert (await wire.ended())[-1] == "ERROR :Killed (root (spam))"
    assert set(here.node.chat.users) == set(there.node.chat.users) == {root.session.me.id}


async def test_an_order_that_was_lost_is_given_again_and_one_that_was_answered_is_not(nodes, root, there):
    bob = await there.enter("bob")
    await nodes.settle()
    nodes.lose_everything()
    root.send("KILL bob :spam")
    await root.all()
    assert not bob.closed
    nodes.bring_back()
    await nodes.settle()
    assert bob.closed
    again = await there.enter("bob")
    await nodes.settle()
    assert not again.closed


async def test_an_order_that_comes_twice_is_carried_out_once(nodes, root, here, there):
    nodes.bus.faults = Faults(0, 1, 0)
    await there.enter("anna", login="anna@one")
    await nodes.settle()
    carried = []
    orders = there.node.presence.orders
    carry_out, orders.carry_out = orders.carry_out, lambda order: (carried.append(order), carry_out(order))
    root.send("KILL anna :spam")
    await nodes.settle()
    assert len(carried) == 1


async def test_an_order_for_a_node_that_is_gone_is_dropped(nodes, root, here, there):
    await there.enter("bob")
    await nodes.settle()
    nodes.lose_everything()
    root.send("KILL bob :spam")
    await root.all()
    assert here.node.presence.orders._open
    await nodes.die(there)
    await nodes.settle()
    assert not here.node.presence.orders._open


async def test_ghost_ends_the_devices_on_other_nodes_and_says_how_many(nodes, here, there):
    one = await there.enter("anna", login="anna@one")
    other = await there.enter("anna", login="anna@two")
    await nodes.settle()
    bob = await here.enter("bob")
    bob.send("NS GHOST anna sesame")
    await bob.expect("Disconnected 2 devices of anna")
    await nodes.settle()
    assert one.closed
    assert other.closed


async def test_clients_shows_how_many_devices_are_on_other_nodes_and_logs_them_out(nodes, here, there):
    one = await here.enter("anna", login="anna@one")
    await nodes.settle()
    other = await there.enter("anna", login="anna@two")
    await nodes.settle()
    one.send("NS CLIENTS")
    await one.expect("1 device on another node, from 127.0.0.1, since ")
    one.send("NS LOGOUT")
    await one.expect("Other devices of yours are online")
    one.send("NS CLIENTS LOGOUT")
    await one.expect("Disconnected 1 other device")
    await nodes.settle()
    assert other.closed
    assert not one.closed


async def test_an_account_that_allows_one_device_has_one_on_all_nodes(nodes, here, there):
    one = await here.enter("anna", login="anna@one")
    one.send("NS SET MULTICLIENT OFF")
    await nodes.settle()
    other = there.connect()
    other.send("PASS anna@two:sesame", "NICK anna", "USER a 0 * :a")
    await other.expect("is online with another device and allows only one at a time")


async def test_what_a_token_has_logged_in_ends_on_other_nodes_with_the_token(nodes, here, there):
    token = await nodes.accounts.tokens.make("a1", "laptop")
    [row] = await nodes.accounts.tokens.of("a1")
    one = await here.enter("anna", login="anna@one")
    await nodes.settle()
    other = there.connect()
    other.send(f"PASS anna:{token}", "NICK anna", "USER a 0 * :a")
    await other.expect(" 001 ")
    await nodes.settle()
    one.send(f"NS TOKEN REVOKE {row.id}")
    await one.expect("It no longer logs anybody in")
    await nodes.settle()
    assert other.closed
    assert not one.closed
