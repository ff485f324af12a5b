"""FAIL for those who know it, a notice for those who do not."""

import pytest


async def told(wire, line):
    await wire.all()
    wire.send(line)
    [message] = await wire.messages()
    return message.command, *message.params


@pytest.mark.parametrize("caps", ["standard-replies", "draft/chathistory"])
async def test_anyone_who_knows_the_reply_or_the_command_gets_a_fail(stage, caps):
    alice = await stage.enter("alice", caps=caps)
    assert await told(alice, "CHATHISTORY LATEST #nil * 9") == (
        "FAIL", "CHATHISTORY", "INVALID_TARGET", "LATEST", "#nil", "Messages could not be retrieved",
    )  # fmt: skip


async def test_others_get_a_notice(stage):
    alice = await stage.enter("alice")
    expected = ("NOTICE", "alice", "CHATHISTORY LATEST #nil: Messages could not be retrieved")
    assert await told(alice, "CHATHISTORY LATEST #nil * 9") == expected


@pytest.mark.parametrize(("caps", "command"), [("", "NOTICE"), ("standard-replies", "FAIL")])
async def test_what_is_of_no_command_is_a_fail_to_those_alone_who_know_all_of_them(stage, caps, command):
    alice = await stage.enter("alice", "#tea", caps=caps)
    stage.store.fail = "the disk is full"
    message = await told(alice, "PRIVMSG #tea :hi")
    assert (message[0], message[-1]) == (command, "the disk is full")
    stage.store.fail = ""


async def test_a_reply_of_a_specification_without_a_capability_is_a_fail_to_all(stage):
    alice = await stage.enter("alice")
    alice.send_bytes(b"PRIVMSG alice :\xff\r\n")
    assert (await alice.expect("INVALID_UTF8")).startswith(":chat.test FAIL ")
