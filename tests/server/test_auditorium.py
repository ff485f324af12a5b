"""In an auditorium (+u) plain members are shown to those with a rank alone."""

import pytest


@pytest.fixture
async def op(stage):
    alice = await stage.enter("alice", "#tea")
    alice.send("MODE #tea +u")
    await alice.all()
    return alice


async def commands(wire):
    return [(message.command, message.source.partition("!")[0]) for message in await wire.messages()]


async def names(wire):
    wire.send("NAMES #tea")
    return {word for message in await wire.heard("353") for word in message.params[-1].split()}


async def test_joins_and_leaves_are_shown_to_members_with_a_rank(stage, op):
    bob, carol = await stage.enter("bob", "#tea"), await stage.enter("carol", "#tea")
    await op.all()
    op.send("MODE #tea +v carol")
    await stage.quiet()
    dave = await stage.enter("dave", "#tea", caps="away-notify")
    dave.send("AWAY :tea", "NICK david", "PART #tea", "JOIN #tea", "QUIT")
    await dave.ended()
    seen = [("JOIN", "dave"), ("NICK", "dave"), ("PART", "david"), ("JOIN", "david"), ("QUIT", "david")]
    assert await commands(op) == seen
    assert await commands(carol) == seen
    assert await commands(bob) == []


async def test_what_they_say_is_heard_by_all(stage, op):
    bob, carol = await stage.enter("bob", "#tea"), await stage.enter("carol", "#tea")
    bob.send("PRIVMSG #tea :a question")
    await carol.expect(":bob!")
    await op.expect("PRIVMSG #tea :a question")


async def test_names_who_and_whois_show_plain_members_only_the_ranks(stage, op):
    bob, carol = await stage.enter("bob", "#tea"), await stage.enter("carol", "#tea")
    assert await names(bob) == {"@alice"}
    assert await names(op) == {"@alice", "bob", "carol"}
    bob.send("WHO #tea")
    assert [message.params[5] for message in await bob.heard("352")] == ["alice"]
    bob.send("WHOIS carol", "WHOIS bob")
    assert [message.params[1:] for message in await bob.heard("319")] == [["bob", "#tea"]]
    carol.send("PART #tea")
    await carol.all()
    assert await names(carol) == {"@alice"}


async def test_history_shows_plain_members_nobody_who_came_or_went(stage, op):
    caps = "batch message-tags server-time draft/chathistory draft/event-playback"
    bob, _ = await stage.enter("bob", "#tea", caps=caps), await stage.enter("carol", "#tea")
    op.send("PRIVMSG #tea :hi", "MODE #tea +m")
    await stage.quiet()
    bob.send("CHATHISTORY LATEST #tea * 20")
    shown = [message.command for message in await bob.messages() if message.command != "BATCH"]
    assert shown == ["MODE", "PRIVMSG", "MODE"]
    op.send("MODE #tea +v bob")
    await op.all()
    await bob.all()
    bob.send("CHATHISTORY LATEST #tea * 20")
    assert "JOIN" in [message.command for message in await bob.messages()]


async def test_a_login_is_noticed_by_those_with_a_rank(stage, op):
    stage.accounts.add("bob")
    watcher = await stage.enter("watcher", "#tea", caps="account-notify")
    bob = await stage.enter("bobby", "#tea")
    op.send("CAP REQ account-notify")
    await op.all()
    bob.send("NS IDENTIFY bob sesame")
    await bob.all()
    assert ("ACCOUNT", "bobby") in await commands(op)
    assert "ACCOUNT" not in [command for command, _ in await commands(watcher)]
