"""An account is deleted, and its name is registered by somebody else: nothing that named it is theirs."""

import pytest
from tests.doubles.stage import Stage

from chover.server.access.moderation import WantedBan
from chover.server.users.succession import succeed

OTHERS = "x!*@* account:z*"
"""Entries that name no account, which stay."""


@pytest.fixture
async def stage():
    opened = await Stage.open()
    yield opened
    await opened.close()


async def listed(wire, letter):
    return [row[2] for row in await wire.numerics(f"MODE #tea +{letter}") if row[0] in {"346", "348", "367"}]


async def with_entries(stage):
    """Alice rules #tea, which is for the invited, and has named bob in each of its lists."""
    for name in ("alice", "bob"):
        stage.accounts.add(name)
    alice = await stage.enter("alice", "#tea", login="alice")
    alice.send("CS REGISTER #tea", "MODE #tea +ibeI m:account:bob a:Bob account:bob", f"MODE #tea +bb {OTHERS}")
    assert await listed(alice, "b") == ["m:account:bob", *OTHERS.split()]
    return alice


async def test_the_next_owner_of_a_name_is_in_no_list(stage):
    alice = await with_entries(stage)
    bob = await stage.enter("bob", "#tea", login="bob")
    assert "#tea" in [channel.name for channel in bob.session.me.channels.values()]
    assert ("404", "#tea", "you are banned there (+b)") not in await bob.numerics("PRIVMSG #tea :excepted")
    bob.send("NS DROP sesame")
    await alice.expect(":ChanServ!ChanServ@chat.test MODE #tea -b")
    stage.accounts.add("bob", "another")
    assert [await listed(alice, letter) for letter in "beI"] == [OTHERS.split(), [], []]
    bob.hang_up()
    next_one = await stage.enter("somebody")
    next_one.send("NS IDENTIFY bob another")
    await next_one.expect("You are logged in as bob")
    assert [row[0] for row in await next_one.numerics("JOIN #tea")] == ["473"]


async def test_so_it_is_when_it_was_deleted_and_registered_again_while_no_server_ran(stage):
    alice = await with_entries(stage)
    bob = stage.accounts.named("bob")
    channel = stage.node.chat.find_channel("#tea")
    assert {entry.account for entry in channel.lists["I"].values()} == {bob.id}
    await alice.all()
    await stage.host.close("over", 5)
    await stage.accounts.delete(bob.id)
    stage.accounts.add("bob", "another")
    again = await Stage.open(store=stage.store, accounts=stage.accounts)
    channel = again.node.chat.find_channel("#tea")
    assert {letter: list(entries) for letter, entries in channel.lists.items() if entries} == {"b": OTHERS.split()}
    await again.close()


@pytest.mark.parametrize("entry", ["+I account:nobody", "+e a:NOBODY"])
async def test_an_account_that_there_is_not_is_no_entry(stage, entry):
    alice = await stage.enter("alice", "#tea")
    [row] = await alice.numerics(f"MODE #tea {entry}")
    assert row[0] == "696"
    assert "there is no account nobody" in row[-1]


@pytest.mark.parametrize("entry", ["account:nobody", "m:account:nobody"])
async def test_a_name_without_an_account_can_be_banned_before_somebody_registers_it(stage, entry):
    alice = await stage.enter("alice", "#tea")
    alice.send(f"MODE #tea +b {entry}")
    assert entry in await alice.expect("MODE #tea +b")


async def test_nobody_blocks_the_next_owner(stage):
    for name in ("alice", "bob"):
        stage.accounts.add(name)
    alice, guest = await stage.enter("alice", login="alice"), await stage.enter("guest")
    for wire in (alice, guest):
        wire.send("SILENCE +account:bob", "SILENCE +x!*@*")
        await wire.all()
    bob = await stage.enter("bob", login="bob")
    bob.send("NS DROP sesame")
    await bob.expect("bob is deleted")
    for wire in (alice, guest):
        assert [row[1] for row in await wire.numerics("SILENCE") if row[0] == "271"] == ["x!*@*"]


async def test_a_ban_of_the_server_outlives_the_account_and_keeps_its_name(stage):
    bob = stage.accounts.add("bob")
    await stage.node.moderation.ban("root", WantedBan("account:bob", force=True))
    await succeed(stage.node, bob.id)
    await stage.accounts.delete(bob.id)
    again = await stage.enter("Bob", caps="standard-replies")
    again.send("REGISTER * * :sesame")
    assert "ACCOUNT_BANNED" in await again.expect("FAIL REGISTER")
    await stage.node.moderation.unban("root", "account:bob")
    again.send("REGISTER * * :sesame")
    await again.expect("REGISTER SUCCESS Bob")
