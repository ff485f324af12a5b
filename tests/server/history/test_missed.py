"""Private messages that came while a device was away."""

import pytest

from chover.engine.ids import pair_log


@pytest.fixture
async def bob(stage):
    """Alice is always on and was here; bob has written to her since she left."""
    stage.accounts.add("alice")
    alice = await stage.enter("alice", login="alice")
    bob = await stage.enter("bob", "#tea")
    bob.send("PRIVMSG alice :while you are here")
    await alice.expect("while you are here")
    alice.send("PRIVMSG NickServ :SET ALWAYS-ON on", "PRIVMSG bob :I go", "QUIT")
    await alice.ended()
    bob.send("PRIVMSG alice :are you there?", "PRIVMSG alice :\x01ACTION waits\x01")
    await bob.all()
    # A test is over within a millisecond: times are given, so that it is known what came before what.
    log = pair_log(alice.session.me.id, bob.session.me.id)
    for number, event in enumerate(stage.store.logs[log]):
        event.at = 1000 * number
    assert stage.accounts.login.departures.kept.keys() == {(alice.session.me.id, "")}
    stage.accounts.login.departures.kept[alice.session.me.id, ""] = 1500
    return bob


async def coming_back(stage, caps=""):
    wire = stage.connect()
    wire.send("PASS alice:sesame", *([f"CAP REQ :{caps}"] if caps else []), "NICK alice", "USER a 0 * :A", "CAP END")
    await wire.expect(" 001 ")
    return [message for message in await wire.messages() if message.command in {"PRIVMSG", "NOTICE", "BATCH"}]


def texts(messages):
    return [message.params[-1] for message in messages if message.command != "BATCH"]


async def test_a_plain_client_gets_notices_of_histserv_with_date_and_nick(stage, bob):
    notices = await coming_back(stage)
    assert {(message.source, message.params[0]) for message in notices} == {("HistServ!HistServ@chat.test", "alice")}
    assert [text.partition("] ")[2] for text in texts(notices)] == ["<bob> are you there?", "* bob waits"]


async def test_a_client_with_batch_and_time_gets_a_batch(stage, bob):
    opening, *inside, closing = await coming_back(stage, "batch server-time")
    assert opening.params[1:] == ["chathistory", "bob"]
    assert closing.params[0][1:] == opening.params[0][1:]
    assert [(message.nick, message.params[0]) for message in inside] == [("bob", "alice"), ("bob", "alice")]
    assert all("time" in message.tags for message in inside)


async def test_it_is_shown_once_for_each_device(stage, bob):
    assert await coming_back(stage)
    stage.wires[-1].hang_up()
    await bob.all()
    assert await coming_back(stage) == []


async def test_a_client_that_asks_by_itself_is_not_shown_it(stage, bob):
    assert await coming_back(stage, "draft/chathistory") == []
    assert await coming_back(stage, "znc.in/playback") == []


async def test_one_who_logs_in_when_already_there_is_shown_it_too(stage, bob):
    wire = await stage.enter("somebody")
    wire.send("PRIVMSG NickServ :IDENTIFY alice sesame")
    notices = [message for message in await wire.heard("NOTICE") if message.nick == "HistServ"]
    assert [text.partition("] ")[2] for text in texts(notices)] == ["<bob> are you there?", "* bob waits"]
