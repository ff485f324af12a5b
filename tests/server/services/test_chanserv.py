"""ChanServ: channels that belong to accounts."""

import pytest
from tests.doubles.stage import Stage


@pytest.fixture
async def alice(stage):
    stage.accounts.add("alice")
    return await stage.enter("alice", "#tea", login="alice")


async def asked(wire, text):
    """What ChanServ answers."""
    await wire.all()
    wire.send(f"PRIVMSG ChanServ :{text}")
    return [message.params[-1] for message in await wire.heard("NOTICE")]


async def test_an_operator_makes_a_channel_theirs(stage, alice):
    bob = await stage.enter("bob", "#tea")
    alice.send("CS REGISTER #tea")
    line = await bob.expect("MODE #tea +q alice")
    assert line.startswith(":ChanServ!ChanServ@chat.test ")


async def test_only_who_rules_a_channel_and_has_an_account_registers_it(stage, alice):
    stage.accounts.add("bob")
    bob = await stage.enter("bob", "#tea", login="bob")
    assert await asked(bob, "REGISTER #tea") == [
        "#tea: You're not a channel operator: only an operator (@) or a higher rank can do that"
    ]
    guest = await stage.enter("guest", "#mine")
    [answer] = await asked(guest, "REGISTER #mine")
    assert "NickServ REGISTER" in answer


async def test_a_channel_is_registered_once(stage, alice):
    await asked(alice, "REGISTER #tea")
    assert await asked(alice, "REGISTER #tea") == [
        "#tea: That channel is already registered; ChanServ INFO says by whom"
    ]


async def test_it_outlives_its_members_and_the_server(stage, alice):
    await asked(alice, "REGISTER #tea")
    alice.send("MODE #tea +ib eve", "TOPIC #tea :green", "QUIT")
    await alice.ended()
    again = await Stage.open(store=stage.store, accounts=stage.accounts)
    eve = await again.enter("eve")
    assert [numeric for numeric, *_ in await eve.numerics("JOIN #tea")] == ["474"]
    back = await again.enter("alice", login="alice")
    back.send("JOIN #tea")
    await back.expect(" 332 alice #tea green")
    await back.expect(" 353 alice = #tea :~alice")
    await again.close()


async def test_anyone_who_comes_first_into_it_is_no_operator(stage, alice):
    await asked(alice, "REGISTER #tea")
    alice.send("PART #tea")
    await alice.all()
    bob = await stage.enter("bob", "#tea")
    bob.send("NAMES #tea")
    await bob.expect(" 353 bob = #tea :bob")


async def test_a_rank_is_given_for_good(stage, alice):
    stage.accounts.add("bob")
    await asked(alice, "REGISTER #tea")
    bob = await stage.enter("bob", "#tea", login="bob")
    alice.send("CS ACCESS #tea ADD bob op")
    await bob.expect("MODE #tea +o bob")
    bob.send("PART #tea", "JOIN #tea", "NAMES #tea")
    await bob.expect("@bob")
    alice.send("CS ACCESS #tea DEL bob")
    await bob.expect("MODE #tea -o bob")
    assert await asked(alice, "ACCESS #tea") == ["alice: +q"]


async def test_nobody_gives_or_takes_what_is_above_them(stage, alice):
    for name in ("bob", "carol"):
        stage.accounts.add(name)
    await asked(alice, "REGISTER #tea")
    await asked(alice, "ACCESS #tea ADD bob op")
    bob = await stage.enter("bob", "#tea", login="bob")
    for refused in ("ACCESS #tea ADD carol admin", "ACCESS #tea DEL alice", "TRANSFER #tea bob", "UNREGISTER #tea"):
        assert "founder" in (await asked(bob, refused))[0]
    assert await asked(bob, "ACCESS #tea ADD carol voice") == ["carol has +v in #tea"]
    assert await asked(bob, "ACCESS #tea DEL bob") == ["bob has no rank now in #tea"]


async def test_a_channel_goes_over_to_another(stage, alice):
    stage.accounts.add("bob")
    await asked(alice, "REGISTER #tea")
    await asked(alice, "TRANSFER #tea bob")
    assert sorted(await asked(alice, "ACCESS #tea")) == ["alice: +a", "bob: +q"]


async def test_a_channel_that_is_given_up_belongs_to_nobody(stage, alice):
    await asked(alice, "REGISTER #tea")
    await asked(alice, "UNREGISTER #tea")
    assert await asked(alice, "INFO #tea") == ["#tea is not registered"]


async def test_a_secret_channel_is_not_given_away(stage, alice):
    await asked(alice, "REGISTER #tea")
    alice.send("MODE #tea +s")
    await alice.all()
    bob = await stage.enter("bob")
    assert await asked(bob, "INFO #tea") == await asked(bob, "INFO #tea") == ["#tea is not registered"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("ACCESS #tea ADD nobody op", "There is no account nobody"),
        ("ACCESS #tea ADD alice king", "A role is founder"),
        ("ACCESS #tea ADD alice founder", "TRANSFER gives it to somebody else"),
        ("ACCESS #tea PAINT", "ACCESS <#channel> ADD"),
        ("AMODE #tea o alice", "AMODE <#channel>"),
        ("OP #tea nobody", "No such nick"),
        ("REGISTER #nowhere", "No such channel"),
        ("REGISTER", "needs more parameters: REGISTER <#channel>"),
        ("REGSITER #tea", "did you mean REGISTER?"),
    ],
)
async def test_what_cannot_be_done_is_told(stage, alice, text, part):
    await asked(alice, "REGISTER #tea")
    assert part in " ".join(await asked(alice, text))


async def test_ranks_are_taken_up_again(stage, alice):
    bob = await stage.enter("bob", "#tea")
    await asked(alice, "REGISTER #tea")
    alice.send("CS OP #tea bob")
    await bob.expect("MODE #tea +o bob")
    alice.send("CS DEOP #tea bob")
    await bob.expect("MODE #tea -o bob")
    assert await asked(bob, "OP #tea") == ["Only operators in the access list of the channel can do that"]


async def test_an_account_has_only_so_many_channels():
    stage = await Stage.open({"channels.registered_per_account": 1})
    stage.accounts.add("alice")
    alice = await stage.enter("alice", "#a", "#b", login="alice")
    await asked(alice, "REGISTER #a")
    assert "is the limit here" in (await asked(alice, "REGISTER #b"))[0]
    assert await asked(alice, "LIST") == ["#a: +q", "You have a rank in 1 registered channel"]
    await stage.close()


async def test_access_lists_survive_a_restart(stage, alice):
    stage.accounts.add("bob")
    await asked(alice, "REGISTER #tea")
    await asked(alice, "ACCESS #tea ADD bob halfop")
    again = await Stage.open(store=stage.store, accounts=stage.accounts)
    bob = await again.enter("bob", "#tea", login="bob")
    assert ("353", "=", "#tea", "%bob") in await bob.numerics("NAMES #tea")
    assert await asked(bob, "ACCESS #tea") == ["alice: +q", "bob: +h"]
    await again.close()


async def test_the_channels_of_a_deleted_account_go_to_the_next_in_the_access_list(stage, alice):
    stage.accounts.add("bob")
    bob = await stage.enter("bob", "#tea", login="bob")
    await asked(alice, "REGISTER #tea")
    await asked(alice, "ACCESS #tea ADD bob op")
    alice.send("NS DROP sesame")
    assert "#tea" in await alice.expect("the next in the access list becomes founder")
    await bob.expect("MODE #tea ")
    assert await asked(bob, "ACCESS #tea") == ["bob: +q"]
    assert ("353", "=", "#tea", "~bob @alice") in await bob.numerics("NAMES #tea")


async def test_the_channels_of_an_account_that_was_deleted_without_a_server_go_to_the_next_at_the_start(stage, alice):
    stage.accounts.add("bob")
    bob = await stage.enter("bob", "#tea", login="bob")
    await asked(alice, "REGISTER #tea")
    await asked(alice, "ACCESS #tea ADD bob op")
    await stage.accounts.delete(stage.accounts.named("alice").id)
    again = await Stage.open(store=stage.store, accounts=stage.accounts)
    bob = await again.enter("bob", "#tea", login="bob")
    assert await asked(bob, "ACCESS #tea") == ["bob: +q"]
    await again.close()


async def test_without_anybody_in_the_access_list_they_are_nobodys(stage, alice):
    await asked(alice, "REGISTER #tea")
    alice.send("NS DROP sesame")
    await alice.all()
    assert await asked(alice, "INFO #tea") == ["#tea is not registered"]


async def test_anyone_who_logs_in_after_coming_in_has_the_rank_of_the_access_list_at_once(stage):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", "#tea", login="alice")
    alice.send("CS REGISTER #tea")
    await alice.expect("is yours")
    alice.send("QUIT")
    await alice.ended()
    guest = await stage.enter("guest", "#tea")
    guest.send("NS IDENTIFY alice sesame")
    await guest.expect("MODE #tea +q ")
