"""What becomes of people when the server starts and when it ends."""

import asyncio

import msgspec
import pytest
from tests.doubles.accounts import MemoryAccounts
from tests.doubles.memory_store import MemoryStore
from tests.doubles.stage import PATIENCE_SECONDS, Stage

from chover.ports.accounts import AccountSettings
from chover.server.lifecycle import end_all
from chover.server.users.devices import GONE

ALWAYS = AccountSettings(always_on=True)


@pytest.fixture
def accounts():
    return MemoryAccounts()


@pytest.fixture
async def opened(accounts):
    """Opens a server over the same accounts, and the same store if one is given."""
    stages = []

    async def opens(store=None, **flags):
        flags = {name.replace("__", "."): value for name, value in flags.items()}
        stages.append(await Stage.open(flags, store, accounts=accounts))
        return stages[-1]

    yield opens
    for stage in stages:
        await stage.close()


async def here(stage):
    """The users who are there, by nick."""
    return {user.nick: user for user in stage.node.chat.users.values()}


async def test_anyone_who_is_always_on_is_there_before_a_device_is(opened, accounts):
    accounts.add("Alice", settings=msgspec.structs.replace(ALWAYS, realname="Alice L.", modes="i"))
    accounts.add("Bob", settings=AccountSettings(always_on=False))
    accounts.add("Carol")

    users = await here(await opened())
    assert list(users) == ["Alice"]
    assert (users["Alice"].realname, users["Alice"].away, "i" in users["Alice"].modes) == ("Alice L.", GONE, True)


async def test_the_away_message_of_before_is_the_one_of_after(opened, accounts):
    accounts.add("Alice", settings=msgspec.structs.replace(ALWAYS, away="at sea"))

    assert (await here(await opened()))["Alice"].away == "at sea"


@pytest.mark.parametrize(("policy", "names"), [("opt-in", ["Alice"]), ("opt-out", ["Alice", "Carol"]), ("off", [])])
async def test_the_settings_say_who_is_always_on(opened, accounts, policy, names):
    accounts.add("Alice", settings=ALWAYS)
    accounts.add("Carol")

    assert sorted(await here(await opened(accounts__always_on=policy))) == names


async def test_a_suspended_account_is_not_there(opened, accounts):
    accounts.add("Alice", settings=ALWAYS, suspended="spam")

    assert await here(await opened()) == {}


async def test_anyone_who_was_in_channels_is_in_them_again_and_guests_are_not(opened, accounts):
    accounts.add("alice", settings=ALWAYS)
    before = await opened()
    await before.enter("alice", "#tea", login="alice")
    await before.enter("guest", "#tea")

    after = await opened(before.store)
    tea = after.node.chat.find_channel("#tea")
    assert [member.user.nick for member in tea.members.values()] == ["alice"]
    assert [log[-1].body.reason for log in after.store.logs.values()] == ["The server was restarted"]


async def test_at_the_end_everybody_is_told_why_after_all_that_was_said_before(opened):
    stage = await opened()
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    alice.send("PRIVMSG #tea :last words")

    await end_all(stage.node, "The server is stopping")

    for wire in (alice, bob):
        assert wire.closed
        assert "ERROR :The server is stopping" in wire.lines[-1]
    assert any("PRIVMSG #tea :last words" in line for line in bob.lines)
    assert list(stage.node.sessions) == []


async def test_a_node_of_a_cluster_stops_as_soon_as_everything_is_written(opened):
    store = MemoryStore()
    store.cluster.alone = False
    stage = await opened(store)
    alice = await stage.enter("alice", "#tea")
    alice.send("NICK alicia")
    await alice.expect("NICK alicia")
    async with asyncio.timeout(PATIENCE_SECONDS):
        await end_all(stage.node, "bye")
    assert await store.cluster.present() == set(), "every nick was given back"
    await stage.host.close("bye", 1)
