"""The five invariants of the path of a message."""

import asyncio
import re

import pytest
from tests.doubles.stage import Stage

from chover.engine.events import Said

ECHO = "echo-message message-tags labeled-response batch standard-replies"


def chat_facts(chat):
    """What a chat says of its channels, to compare it with what the store's logs give."""
    return {
        channel.name: (
            channel.head,
            channel.rules_version,
            channel.modes,
            channel.topic,
            {user: member.modes for user, member in channel.members.items()},
        )
        for channel in chat.channels.values()
    }


async def turns(count=5):
    """Let the loop go round."""
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    "line",
    [
        "PRIVMSG #tea :x",
        "PRIVMSG bob :x",
        "NOTICE #tea :x",
        "JOIN #cake",
        "PART #tea",
        "TOPIC #tea :x",
        "MODE #tea +m",
        "KICK #tea bob",
        "INVITE bob #own",
        "NICK alicia",
        "QUIT",
    ],
)
async def test_nobody_sees_what_is_not_committed(stage, line):
    bob = await stage.enter("bob", "#cake")
    alice = await stage.enter("alice", "#own", "#tea", caps=ECHO)
    bob.send("JOIN #tea")
    await stage.quiet()
    stage.store.pause()
    facts = chat_facts(stage.node.chat)
    alice.send(line)
    await turns()
    assert [seen for seen in alice.lines if "ERROR" not in seen] == bob.lines == []
    assert chat_facts(stage.node.chat) == facts
    stage.store.go_on()
    await turns()
    assert alice.lines or bob.lines


async def test_a_pong_says_that_all_before_it_was_kept(stage):
    alice = await stage.enter("alice", "#tea", caps=ECHO)
    stage.store.pause()
    alice.send("PRIVMSG #tea :x", "PING now")
    await turns()
    assert alice.lines == []
    stage.store.go_on()
    await alice.expect("PRIVMSG")
    await alice.expect("PONG chat.test now")


async def test_of_two_who_race_for_the_last_place_one_gets_in(stage):
    alice = await stage.enter("alice", "#tea")
    bob, carol = await stage.enter("bob"), await stage.enter("carol")
    alice.send("MODE #tea +l 2")
    await stage.quiet()
    stage.store.pause()
    bob.send("JOIN #tea")
    carol.send("JOIN #tea")
    await turns()
    stage.store.go_on()
    answers = [*await bob.messages(), *await carol.messages()]
    assert [message.command for message in answers if message.command in {"JOIN", "471"}] == ["JOIN", "471"]
    assert len(stage.node.chat.find_channel("#tea").members) == 2


async def test_of_two_who_open_a_channel_one_is_its_operator(stage):
    alice, bob = await stage.enter("alice"), await stage.enter("bob")
    stage.store.pause()
    alice.send("JOIN #new")
    bob.send("JOIN #NEW")
    await turns()
    stage.store.go_on()
    await stage.quiet()
    members = stage.node.chat.find_channel("#new").members.values()
    assert sorted(member.modes for member in members) == ["", "o"]


async def test_a_join_decided_before_the_key_was_set_is_decided_again(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob")
    stage.store.pause()
    alice.send("MODE #tea +k secret")
    await turns()
    bob.send("JOIN #tea")
    await turns()
    stage.store.go_on()
    await bob.expect(" 475 bob #tea ")


async def test_a_command_of_somebody_who_loses_the_right_to_it_meanwhile_is_refused(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    alice.send("MODE #tea +o bob")
    await stage.quiet()
    stage.store.pause()
    alice.send("MODE #tea -o bob")
    await turns()
    bob.send("KICK #tea alice")
    await turns()
    stage.store.go_on()
    await bob.expect(" 482 bob #tea ")


@pytest.mark.parametrize(
    "line",
    ["JOIN #cake", "PART #tea", "TOPIC #tea :x", "MODE #tea +m", "KICK #tea bob", "NICK alicia", "INVITE carol #tea"],
)
async def test_a_failed_commit_leaves_the_memory_as_the_store_has_it_and_tells_the_sender(stage, line):
    bob, _ = await stage.enter("bob", "#tea"), await stage.enter("carol")
    alice = await stage.enter("alice", "#tea", caps="standard-replies")
    bob.send("MODE #tea +o alice")
    await stage.quiet()
    stage.store.fail = "The disk is full; free some space"
    alice.send(line)
    assert await alice.all() == [":chat.test FAIL * CANNOT_SAVE :The disk is full; free some space"]
    assert chat_facts(stage.node.chat) == chat_facts(stage.store.replayed())
    assert await bob.all() == []
    stage.store.fail = ""
    assert await alice.numerics("NICK alicia", "NICK alice") == [("NICK",), ("NICK",)]


async def test_each_sender_is_told_which_of_several_messages_failed(stage):
    alice, bob = await stage.enter("alice", "#tea", caps=ECHO), await stage.enter("bob", "#tea", caps=ECHO)
    await stage.quiet()
    stage.store.fail = "The disk is full"
    alice.send("@label=1 PRIVMSG #tea :a", "@label=2 PRIVMSG #tea :b")
    bob.send("@label=3 PRIVMSG #tea :c")
    told = [*await alice.heard("FAIL"), *await bob.heard("FAIL")]
    assert [message.tags["label"] for message in told] == ["1", "2", "3"]
    assert {tuple(message.params) for message in told} == {("*", "CANNOT_SAVE", "The disk is full")}
    stage.store.fail = ""
    alice.send("PRIVMSG #tea :again")
    await bob.expect("again")


async def test_somebody_who_leaves_while_nothing_can_be_kept_is_gone_as_soon_as_it_can(stage, monkeypatch):
    monkeypatch.setattr("chover.server.host.QUIT_AGAIN_SECONDS", 0)
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    stage.store.fail = "The disk is full"
    alice.send("QUIT")
    await alice.ended()
    assert await bob.all() == []
    assert "alice" in stage.node.chat.nicks
    stage.store.fail = ""
    await bob.expect(":alice!")
    assert "alice" not in stage.node.chat.nicks


PIPELINE = [
    ["JOIN #new", "PRIVMSG #new :hello", "PART #new"],
    ["PRIVMSG #tea :a", "MODE #tea +m", "PRIVMSG #tea :b", "NICK alicia", "PRIVMSG #tea :c"],
    ["PRIVMSG #tea :a", "PRIVMSG nobody :x", "PRIVMSG #tea :b"],
    ["PRIVMSG #tea :a", "PRIVMSG nobody,#tea :b", "PRIVMSG #tea :c"],
    ["PRIVMSG #tea :a", "PRIVMSG #tea", "PRIVMSG", "WRONG", "PRIVMSG #tea :b"],
    ["PRIVMSG #tea :a", "x" * 600, "PRIVMSG #tea :b"],
    ["TOPIC #tea :x", "PRIVMSG #tea :a", "PART #tea", "PRIVMSG #tea :b", "JOIN #tea", "PRIVMSG #tea :c"],
    ["@label=1 PRIVMSG #tea :a", "@label=2 PING x", "@label=3 JOIN #tea,#x", "@label=4 PRIVMSG nobody :x"],
]


@pytest.mark.parametrize("lines", PIPELINE, ids=lambda lines: lines[1][:12])
async def test_pipelined_commands_behave_as_if_executed_one_by_one(lines):
    seen = []
    for together in (True, False):
        stage = await Stage.open()
        alice = await stage.enter("alice", "#tea", caps="echo-message labeled-response batch")
        bob = await stage.enter("bob", "#tea")
        await stage.quiet()
        if together:
            alice.send(*lines)
            answers = await alice.all()
        else:
            answers = []
            for line in lines:
                alice.send(line)
                answers += await alice.all()
        host = stage.node.chat.find_user("bob").host
        # The second in which a topic was set (333) may differ between the two halves.
        heard = [re.sub(r" \d{10}$", " then", line) for line in [*answers, *await bob.all()]]
        seen.append([line.replace(host, "host") for line in heard])
        await stage.close()
    assert seen[0] == seen[1]
    assert len(seen[0]) > 2


async def test_messages_are_not_slowed_to_one_per_commit(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    before = len(stage.store.groups)
    alice.send(*[f"PRIVMSG #tea :{number}" for number in range(60)])
    await alice.all()
    heard = [message.params[1] for message in await bob.heard("PRIVMSG")]
    assert heard == [str(number) for number in range(60)]
    assert len(stage.store.groups) - before <= 3
    assert sum(isinstance(e.body, Said) for group in stage.store.groups for a in group for e in a.events) == 60


async def test_whatever_arrives_while_a_group_is_written_is_the_next_group(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    before = len(stage.store.groups)
    stage.store.pause()
    alice.send("PRIVMSG #tea :first")
    await turns()
    for number in range(20):
        (alice, bob)[number % 2].send(f"PRIVMSG #tea :{number}")
        await turns(2)
    stage.store.go_on()
    await stage.quiet()
    assert [len(group) for group in stage.store.groups[before:]] == [1, 20]
