"""What the author of a message sees of it."""

import time

import pytest

from chover.wire.capabilities import NONCE

LABELS = "labeled-response batch message-tags"


@pytest.fixture
async def alice(stage):
    return await stage.enter("alice", "#tea", caps=f"{LABELS} echo-message standard-replies")


async def test_an_echo_carries_the_label_of_its_message_and_no_other(stage, alice):
    alice.send("@label=1 PRIVMSG #tea :one", "PRIVMSG #tea :two", "@label=3 PRIVMSG #tea :three")

    echoes = await alice.messages()
    assert [echo.params[1] for echo in echoes] == ["one", "two", "three"]
    assert [echo.tags.get("label") for echo in echoes] == ["1", None, "3"]
    assert len({echo.tags["msgid"] for echo in echoes}) == 3


async def test_without_echoes_a_label_is_acknowledged_and_nothing_else_is_said(stage):
    alice = await stage.enter("alice", "#tea", caps=LABELS)
    alice.send("@label=1 PRIVMSG #tea :one", "PRIVMSG #tea :two")

    [answer] = await alice.messages()
    assert (answer.command, answer.tags["label"]) == ("ACK", "1")


async def test_a_message_that_could_not_be_kept_is_refused_under_its_label_and_heard_by_nobody(stage, alice):
    bob = await stage.enter("bob", "#tea")
    await stage.quiet()
    stage.store.fail = "the disk is full: free some space; nothing was sent"
    alice.send("@label=1 PRIVMSG #tea :one", "PRIVMSG #tea :two")

    labeled, plain = await alice.messages()
    stage.store.fail = ""
    assert (labeled.command, labeled.tags["label"]) == ("FAIL", "1")
    assert (plain.command, plain.tags) == ("FAIL", {})
    assert labeled.params[1:] == ["CANNOT_SAVE", "the disk is full: free some space; nothing was sent"]
    assert await bob.all() == []


async def test_after_a_failure_the_next_message_goes_its_way(stage, alice):
    stage.store.fail = "the disk is full; nothing was sent"
    alice.send("PRIVMSG #tea :one")
    await alice.expect("CANNOT_SAVE")
    stage.store.fail = ""
    alice.send("PRIVMSG #tea :two")

    await alice.expect("PRIVMSG #tea :two")
    assert alice.session.lines.pending == 0


async def test_a_repeat_is_answered_under_its_own_label_with_the_first_echo(stage, alice):
    alice.send(f"@label=1;{NONCE}=n PRIVMSG #tea :one", f"@label=2;{NONCE}=n PRIVMSG #tea :changed")

    first, again = await alice.messages()
    assert [echo.tags["label"] for echo in (first, again)] == ["1", "2"]
    assert (again.params, again.tags["msgid"]) == (["#tea", "one"], first.tags["msgid"])


async def test_a_repeat_without_echoes_is_acknowledged(stage):
    alice = await stage.enter("alice", "#tea", caps=LABELS)
    alice.send(f"@label=1;{NONCE}=n PRIVMSG #tea :one", f"@label=2;{NONCE}=n PRIVMSG #tea :one")

    assert [(answer.command, answer.tags["label"]) for answer in await alice.messages()] == [("ACK", "1"), ("ACK", "2")]


async def test_anyone_who_has_said_something_is_not_idle_any_more(stage, alice):
    alice.session.last_spoke = before = time.monotonic() - 3600
    alice.send("PING x")
    await alice.expect("PONG")
    assert alice.session.last_spoke == before

    alice.send("PRIVMSG #tea :here I am")
    await alice.expect("PRIVMSG")
    assert alice.session.last_spoke > before + 3000
