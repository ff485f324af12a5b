"""Bans and mutes of channels that end by themselves."""

import pytest
from tests.doubles.nodes import Nodes
from tests.doubles.stage import Stage

HOUR = 3600
CAPS = "batch draft/multiline chover.chat/scheduled"


@pytest.fixture
async def alice(stage):
    return await stage.enter("alice", "#tea")


@pytest.fixture
async def bob(stage, alice):
    return await stage.enter("bob", "#tea")


async def told(wire, *commands):
    wire.send(*commands)
    return [line.params[-1] for line in await wire.messages() if line.command == "NOTICE" and line.nick == "ChanServ"]


async def pass_time(stage, seconds):
    stage.pass_time(seconds)
    await stage.host.scheduled.look()


def bans(stage, name="#tea"):
    return list(stage.node.chat.find_channel(name).lists.get("b", {}))


async def test_who_is_muted_is_told_until_when_and_may_speak_after_that(stage, alice, bob):
    [words] = await told(alice, "CHANSERV MUTE #tea bob 2h")
    assert words.startswith("bob is muted in #tea until ")
    assert (await told(bob))[0].startswith("You are muted in #tea until ")
    bob.send("PRIVMSG #tea :hello")
    [refused] = await bob.heard("404")
    assert " you are muted there until " in refused.params[-1]
    await pass_time(stage, HOUR)
    bob.send("PRIVMSG #tea :hello")
    assert await bob.heard("404")
    await alice.all()
    await pass_time(stage, HOUR + 1)
    [lifted] = await alice.heard("MODE")
    assert (lifted.nick, lifted.params[:2]) == ("ChanServ", ["#tea", "-b"])
    bob.send("PRIVMSG #tea :hello")
    assert await bob.heard("404") == []


async def test_who_is_banned_for_a_time_is_told_so_and_comes_back_after_that(stage, alice, bob):
    [words, *_] = await told(alice, "CHANSERV KICKBAN #tea bob 1d enough")
    assert " is banned from #tea until " in words
    assert (await bob.heard("KICK"))[0].params[-1] == "enough"
    bob.send("JOIN #tea")
    [refused] = await bob.heard("474")
    assert "you are banned until " in refused.params[-1]
    await pass_time(stage, 24 * HOUR + 1)
    bob.send("JOIN #tea")
    assert await bob.heard("JOIN")


async def test_a_ban_without_a_time_has_no_end_and_another_duration_replaces_one(stage, alice, bob):
    await told(alice, "CHANSERV BAN #tea bob")
    await pass_time(stage, 365 * 24 * HOUR)
    assert len(bans(stage)) == 1
    await told(alice, "CHANSERV BAN #tea bob 1h")
    await told(alice, "CHANSERV BAN #tea bob 3h")
    await pass_time(stage, 2 * HOUR)
    assert len(bans(stage)) == 1
    await pass_time(stage, HOUR + 1)
    assert bans(stage) == []


async def test_a_mute_is_ended_by_name_and_the_list_says_until_when(stage, alice, bob):
    await told(alice, "CHANSERV MUTE #tea bob 2h", "CHANSERV BAN #tea bob")
    mute, ban, count = await told(alice, "CHANSERV BANS #tea")
    assert mute.startswith("m:bob!*@* by alice until ")
    assert ban.endswith(" by alice, for ever")
    assert count == "2 bans in #tea; those that begin with m: are mutes"
    assert (await told(alice, "CHANSERV UNMUTE #tea bob"))[0].startswith("No longer muted in #tea: m:bob!*@*")
    assert "is not muted in #tea" in (await told(alice, "CHANSERV UNMUTE #tea bob"))[0]
    assert len(bans(stage)) == 1


async def test_the_list_of_modes_has_the_end_for_clients_that_know_it(stage, alice, bob):
    await told(alice, "CHANSERV MUTE #tea bob 2h")
    ours = await stage.enter("carol", "#tea", caps=CAPS)
    lengths = []
    for wire in (alice, ours):
        wire.send("MODE #tea +b")
        [row] = await wire.heard("367")
        lengths.append(len(row.params))
    assert lengths == [5, 6]


async def test_bad_durations_and_missing_ranks_are_refused(stage, alice, bob):
    assert "is not a duration" in (await told(alice, "CHANSERV MUTE #tea bob soon"))[0]
    assert "only a half-operator" in (await told(bob, "CHANSERV MUTE #tea alice 2h"))[0]
    assert bans(stage) == []


async def test_an_end_outlives_a_restart(stage):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", "#tea", login="alice")
    await stage.enter("bob", "#tea")
    await told(alice, "CHANSERV REGISTER #tea", "CHANSERV MUTE #tea bob 2h")
    again = await Stage.open(store=stage.store, accounts=stage.accounts)
    try:
        assert len(bans(again)) == 1
        await pass_time(again, 2 * HOUR + 1)
        assert bans(again) == []
    finally:
        await again.close()


async def test_of_two_nodes_one_lifts_it():
    async with Nodes.open() as nodes:
        here, there = nodes.stages
        alice, bob = await here.enter("alice", "#tea"), await there.enter("bob")
        await nodes.settle()
        bob.send("JOIN #tea")
        await nodes.settle()
        await told(alice, "CHANSERV MUTE #tea bob 2h")
        await nodes.settle()
        await bob.all()
        for stage in nodes.stages:
            await pass_time(stage, 2 * HOUR + 1)
        await nodes.settle()
        assert [line.params[1] for line in await bob.heard("MODE")] == ["-b"]
