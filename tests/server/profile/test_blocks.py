"""Refusing private messages: SILENCE, NickServ BLOCK, user mode +R."""

import pytest
from tests.doubles.stage import Stage

from chover.server.profile import blocks


@pytest.fixture
async def alice(stage):
    return await stage.enter("alice")


async def silenced(alice, mask="eve"):
    alice.send(f"SILENCE +{mask}")
    await alice.all()


async def asked(wire, text):
    """What NickServ answers."""
    await wire.all()
    wire.send(f"PRIVMSG NickServ :{text}")
    return [message.params[-1] for message in await wire.heard("NOTICE")]


@pytest.mark.parametrize(
    "line", ["PRIVMSG alice :hi", "NOTICE alice :hi", "PRIVMSG alice :\x01VERSION\x01", "TAGMSG alice"]
)
async def test_what_the_blocked_say_in_private_does_not_arrive_and_they_are_not_told(stage, line):
    alice = await stage.enter("alice", caps="message-tags")
    eve = await stage.enter("eve", caps="echo-message message-tags")
    await silenced(alice)
    eve.send(f"@+typing=active {line}")
    echo = await eve.all()
    assert [line.split(" ", 1)[1] in text for text in echo] == [True]
    assert await alice.all() == []


async def test_it_is_in_nobodys_history(stage):
    caps = "batch draft/chathistory message-tags server-time"
    alice, eve = await stage.enter("alice", caps=caps), await stage.enter("eve", caps=caps)
    await silenced(alice)
    eve.send("PRIVMSG alice :hi")
    await eve.all()
    for reader, other in ((alice, "eve"), (eve, "alice")):
        reader.send(f"CHATHISTORY LATEST {other} * 10")
        assert not await reader.heard("PRIVMSG")


async def test_their_invitations_do_not_arrive_and_open_nothing(stage, alice):
    eve = await stage.enter("eve", "#den")
    eve.send("MODE #den +i")
    await silenced(alice)
    assert [line[0] for line in await eve.numerics("INVITE alice #den")] == ["341"]
    assert await alice.all() == []
    assert [line[0] for line in await alice.numerics("JOIN #den")] == ["473"]


@pytest.mark.parametrize("mask", ["a:", "account:", "r:", "m:a:"])
async def test_a_mask_that_names_nobody_is_refused(stage, mask):
    alice = await stage.enter("alice", caps="standard-replies")
    alice.send(f"SILENCE +{mask}")
    [fail] = await alice.messages()
    assert fail.params[:3] == ["SILENCE", "INVALID_MASK", mask]
    assert "names nobody" in (await asked(alice, f"BLOCK {mask}"))[0]
    assert not blocks.of(alice.session)


async def test_in_channels_they_are_heard(stage):
    alice, eve = await stage.enter("alice", "#tea"), await stage.enter("eve", "#tea")
    await silenced(alice)
    eve.send("PRIVMSG #tea :hi")
    await alice.expect("PRIVMSG #tea :hi")


async def test_the_list_is_shown_and_taken_back(stage, alice):
    alice.send("SILENCE +eve", "SILENCE *@bad.host")
    await alice.expect(":alice!~alice@")
    rows = [("271", "eve!*@*"), ("271", "*!*@bad.host"), ("272", "End of silence list")]
    assert await alice.numerics("SILENCE") == rows
    alice.send("SILENCE -eve")
    await alice.expect("SILENCE -eve!*@*")
    eve = await stage.enter("eve")
    eve.send("PRIVMSG alice :sorry")
    await alice.expect("PRIVMSG alice :sorry")


async def test_a_list_has_an_end(stage, alice, monkeypatch):
    monkeypatch.setattr(blocks, "MOST", 1)
    await silenced(alice)
    [(numeric, mask, _)] = await alice.numerics("SILENCE +bob")
    assert (numeric, mask) == ("511", "bob!*@*")


async def test_a_guests_list_ends_with_the_connection(stage, alice):
    await silenced(alice)
    alice.send("QUIT")
    await alice.ended()
    assert not stage.node.chat.blocks
    assert await (await stage.enter("alice")).numerics("SILENCE") == [("272", "End of silence list")]


async def test_an_accounts_list_follows_it_to_every_device_and_over_a_restart(stage):
    stage.accounts.add("alice")
    alice, other = await stage.enter("alice", login="alice"), await stage.enter("alice2", login="alice")
    await silenced(alice)
    await other.expect("SILENCE +eve!*@*")
    again = await Stage.open(store=stage.store, accounts=stage.accounts)
    back, eve = await again.enter("alice", login="alice"), await again.enter("eve")
    eve.send("PRIVMSG alice :hi")
    await eve.all()
    assert await back.all() == []
    assert ("271", "eve!*@*") in await back.numerics("SILENCE")
    await again.close()


async def test_nickserv_blocks_an_account_by_its_name_and_a_guest_by_where_they_come_from(stage, alice):
    stage.accounts.add("eve")
    await stage.enter("eve", login="eve")
    guest = await stage.enter("mallory")
    assert "account:eve is blocked" in (await asked(alice, "BLOCK eve"))[0]
    assert "*!*@" in (await asked(alice, "BLOCK mallory"))[0]
    guest.send("NICK other", "PRIVMSG alice :it is me")
    await guest.all()
    assert not await alice.heard("PRIVMSG")
    first, _, last = await asked(alice, "BLOCK")
    assert (first, last.partition(";")[0]) == ("account:eve", "You block 2")
    assert "no longer blocked" in (await asked(alice, "UNBLOCK eve"))[0]
    assert "You do not block" in (await asked(alice, "UNBLOCK bob"))[0]
    assert "already" in (await asked(alice, f"BLOCK {guest.session.nick_or_star}"))[0]


async def test_messages_from_accounts_only(stage, alice):
    stage.accounts.add("bob")
    guest, bob = await stage.enter("guest"), await stage.enter("bob", login="bob")
    alice.send("MODE alice +R")
    await alice.all()
    [(numeric, nick, text)] = await guest.numerics("PRIVMSG alice :hi")
    assert (numeric, nick) == ("477", "alice")
    assert "log in" in text
    assert await guest.numerics("NOTICE alice :hi") == []
    bob.send("PRIVMSG alice :hi")
    await alice.expect("PRIVMSG alice :hi")


async def test_what_an_account_wants_to_be_sent_it_wants_tomorrow_too(stage):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", login="alice")
    alice.send("MODE alice +RTB", "QUIT")
    await alice.ended()
    again = await stage.enter("alice", login="alice")
    assert await again.numerics("MODE alice") == [("221", "+RT")]
    again.send("MODE alice -R", "QUIT")
    await again.ended()
    later = await stage.enter("someone")
    later.send("NS IDENTIFY alice sesame")
    await later.all()
    assert [line[1] for line in await later.numerics(f"MODE {later.session.nick_or_star}")] == ["+T"]
