"""Commands of a session run one after the other; messages run beside messages."""

import asyncio

import pytest

from chover.engine.refusals import Refusal, Why
from chover.server.pipeline.ledger import NotKept
from chover.server.session.command import Command
from chover.server.table import COMMANDS


async def turns(count=8):
    """Let the loop go round."""
    for _ in range(count):
        await asyncio.sleep(0)


@pytest.fixture
def command(stage, monkeypatch):
    """Adds a command to the server's."""

    def added(name, run, **row):
        commands = {**stage.node.commands, name: Command(name, run, name, "", **row)}
        monkeypatch.setattr(stage.node, "commands", commands)

    assert stage.node.commands == COMMANDS
    return added


@pytest.fixture
async def held(stage, command):
    """A command HOLD, that waits until the event is set."""
    event = asyncio.Event()

    async def hold(session, _message):
        await event.wait()
        session.say("NOTICE", session.me.nick, "held")

    command("HOLD", hold)
    return event


async def test_a_command_that_waits_holds_back_those_behind_it_and_no_other_session(stage, held):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    alice.send("HOLD", "PRIVMSG #tea :behind it", "PING x")
    await turns()
    assert alice.lines == []
    assert await bob.all() == []

    held.set()
    await bob.expect("PRIVMSG #tea :behind it")
    assert [message.params[-1] for message in await alice.messages()] == ["held", "x"]


async def test_messages_run_beside_messages_and_other_commands_wait_for_them(stage):
    alice = await stage.enter("alice", "#tea", caps="echo-message")
    stage.store.pause()
    alice.send("PRIVMSG #tea :one", "PRIVMSG #tea :two", "PING x", "PRIVMSG #tea :three")
    await turns()
    assert alice.session.lines.pending == 2
    assert alice.lines == []

    stage.store.go_on()
    said = [(message.command, message.params[-1]) for message in await alice.messages()]
    assert said == [("PRIVMSG", "one"), ("PRIVMSG", "two"), ("PONG", "x"), ("PRIVMSG", "three")]


async def test_a_message_to_several_targets_does_not_run_beside_others(stage):
    alice = await stage.enter("alice", "#tea", caps="echo-message")
    stage.store.pause()
    alice.send("PRIVMSG #tea :one", "PRIVMSG #nowhere,#tea :two")
    await turns()
    assert alice.lines == []

    stage.store.go_on()
    said = [(message.command, message.params[-1]) for message in await alice.messages()]
    assert said == [("PRIVMSG", "one"), ("403", "No such channel"), ("PRIVMSG", "two")]


async def test_a_refusal_does_not_overtake_the_echo_of_what_was_sent_before(stage):
    alice = await stage.enter("alice", "#tea", caps="echo-message labeled-response batch")
    stage.store.pause()
    alice.send("@label=1 PRIVMSG #tea :one", "@label=2 PRIVMSG #nowhere :two", "@label=3 PRIVMSG #tea :three")
    await turns()
    assert alice.lines == []

    stage.store.go_on()
    answers = [(message.tags["label"], message.command) for message in await alice.messages()]
    assert answers == [("1", "PRIVMSG"), ("2", "403"), ("3", "PRIVMSG")]


@pytest.mark.parametrize("later", [False, True])
async def test_a_refusal_of_a_handler_is_answered_whether_it_waited_or_not(stage, command, later):
    def at_once(_session, _message):
        raise Refusal(Why.NO_SUCH_CHANNEL, "#nowhere")

    async def after_a_while(session, message):
        await asyncio.sleep(0)
        at_once(session, message)

    command("REFUSE", after_a_while if later else at_once)
    alice = await stage.enter("alice", caps="labeled-response batch")
    alice.send("@label=7 REFUSE", "PING x")

    refused, pong = await alice.messages()
    assert (refused.command, refused.tags["label"]) == ("403", "7")
    assert pong.command == "PONG"


async def test_what_could_not_be_kept_is_said_and_the_next_command_runs(stage, command):
    async def fails(_session, _message):
        await asyncio.sleep(0)
        raise NotKept("the disk is full; nothing was done")

    command("FAILS", fails)
    alice = await stage.enter("alice", caps="standard-replies labeled-response batch")
    alice.send("@label=7 FAILS", "PING x")

    failure, pong = await alice.messages()
    assert (failure.command, failure.tags["label"]) == ("FAIL", "7")
    assert failure.params[1:] == ["CANNOT_SAVE", "the disk is full; nothing was done"]
    assert pong.command == "PONG"


async def test_an_answer_of_several_lines_is_one_batch_under_the_label(stage, command):
    def twice(session, _message):
        session.say("NOTICE", session.me.nick, "one")
        session.say("NOTICE", session.me.nick, "two")

    command("TWICE", twice)
    alice = await stage.enter("alice", caps="labeled-response batch standard-replies")
    alice.send("@label=7 TWICE")

    opening, one, two, end = await alice.messages()
    assert (opening.command, opening.tags["label"], opening.params[1]) == ("BATCH", "7", "labeled-response")
    batch = opening.params[0].removeprefix("+")
    assert [(line.params[-1], line.tags["batch"]) for line in (one, two)] == [("one", batch), ("two", batch)]
    assert end.params == [f"-{batch}"]


async def test_without_the_capability_a_label_is_nothing(stage):
    alice = await stage.enter("alice")
    alice.send("@label=7 PING x")

    [pong] = await alice.messages()
    assert pong.tags == {}
