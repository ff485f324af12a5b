"""Somebody who is on becomes an account: the same user under another id."""

from functools import partial

from chover.engine import verbs
from chover.engine.events import Said
from chover.engine.ids import UserId


async def identify(wire, account):
    session = wire.session
    await session.commit(partial(verbs.identify, session.me, UserId("a1"), account))


async def test_a_login_is_told_to_those_who_asked_for_it(stage):
    alice = await stage.enter("alice", "#tea")
    bob = await stage.enter("bob", "#tea", caps="account-notify extended-join")
    carol = await stage.enter("carol", "#tea")
    await identify(alice, "Alice")
    await bob.expect("ACCOUNT Alice")
    assert not await carol.heard("ACCOUNT")


async def test_a_login_keeps_channels_and_ranks(stage):
    alice = await stage.enter("alice", "#tea")
    bob = await stage.enter("bob", "#tea")
    await identify(alice, "Alice")
    alice.send("TOPIC #tea :green", "KICK #tea bob :bye")
    await bob.expect("TOPIC #tea :green")
    await bob.expect("KICK #tea bob :bye")
    assert list(stage.node.chat.find_channel("#tea").members) == [UserId("a1")]


async def test_what_was_on_its_way_to_the_guest_reaches_the_account(stage):
    alice = await stage.enter("alice")
    bob = await stage.enter("bob")
    user = alice.session.me
    decided = verbs.say(stage.node.chat, bob.session.me, "alice", Said("late"))
    await identify(alice, "Alice")
    assert user.id == "a1"
    await stage.node.ledger.commit(lambda: decided)
    await alice.expect("PRIVMSG alice :late")
