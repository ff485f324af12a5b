"""What people change about themselves: real name, modes of their own, away."""

import pytest
from tests.doubles.stage import Stage


async def test_a_new_real_name_is_told_to_those_who_want_to_know(stage):
    alice = await stage.enter("alice", "#tea", caps="setname")
    bob = await stage.enter("bob", "#tea", caps="setname")
    carol = await stage.enter("carol", "#tea")
    dora = await stage.enter("dora", caps="setname")
    await stage.quiet()
    alice.send("SETNAME :Alice Liddell")
    for wire in (alice, bob):
        [message] = await wire.messages()
        assert (message.nick, message.command, message.params) == ("alice", "SETNAME", ["Alice Liddell"])
    assert await carol.all() == await dora.all() == []
    carol.send("WHOIS alice")
    assert (await carol.expect(" 311 ")).endswith(":Alice Liddell")


async def test_setname_works_silently_without_the_capability(stage):
    alice = await stage.enter("alice", "#tea")
    alice.send("SETNAME Alice")
    assert await alice.all() == []
    assert stage.node.chat.find_user("alice").realname == "Alice"


@pytest.mark.parametrize("name", ["", "x" * 151, "é" * 76])
async def test_a_real_name_that_is_none_is_refused(stage, name):
    alice = await stage.enter("alice", caps="setname")
    alice.send(f"SETNAME :{name}")
    [line] = await alice.all()
    assert "FAIL SETNAME INVALID_REALNAME :A real name has 1 to 150 bytes" in line
    assert stage.node.chat.find_user("alice").realname == "alice"


async def test_a_bot_is_marked_wherever_it_shows(stage):
    bot = await stage.enter("robodan", "#tea", caps="echo-message message-tags")
    alice = await stage.enter("alice", "#tea", caps="message-tags")
    bob = await stage.enter("bob", "#tea")
    await stage.quiet()
    bot.send("MODE robodan +B", "PRIVMSG #tea :beep")
    mode, echo = await bot.messages()
    assert mode.params == ["robodan", "+B"]
    [heard] = await alice.messages()
    assert "bot" in echo.tags
    assert heard.tags["bot"] == ""
    assert "bot" not in (await bob.expect("beep"))
    alice.send("WHO robodan", "WHOIS robodan", "PRIVMSG #tea :hi")
    assert " HB :0 " in await alice.expect(" 352 ")
    await alice.expect(" 335 alice robodan :is a bot")
    await alice.all()
    [hi] = await bot.heard("PRIVMSG")
    assert "bot" not in hi.tags
    bot.send("MODE robodan -B", "PRIVMSG #tea :boop")
    await bot.all()
    [heard] = await alice.heard("PRIVMSG")
    assert "bot" not in heard.tags


async def test_a_mode_of_ones_own_is_answered_when_it_changes(stage):
    alice = await stage.enter("alice")
    alice.send("MODE alice +iBi-B", "MODE alice", "MODE alice +i", "MODE alice +iX")
    changed, shown, unknown = await alice.messages()
    assert (changed.command, changed.params) == ("MODE", ["alice", "+i"])
    assert shown.params[-1] == "+i"
    assert (unknown.command, unknown.params[-1]) == ("501", "Unknown user mode X; there are: BgioRTw")


async def test_the_mode_of_bots_is_announced(stage):
    alice = stage.connect()
    alice.send("NICK alice", "USER a 0 * :a")
    assert " BgioRTw " in await alice.expect(" 004 ")
    assert " BOT=B " in await alice.expect(" 005 ")


async def test_anyone_who_comes_in_away_is_away(stage):
    bob = await stage.enter("bob", "#tea", caps="away-notify")
    alice = stage.connect()
    alice.send("CAP REQ draft/pre-away", "NICK alice", "USER a 0 * :a", "AWAY :back soon", "CAP END")
    await alice.expect(" 306 ")
    await alice.all()
    bob.send("WHOIS alice")
    assert (await bob.expect(" 301 ")).endswith("alice :back soon")
    alice.send("JOIN #tea")
    assert (await bob.expect("AWAY")).endswith("AWAY :back soon")


async def test_before_there_is_a_user_away_needs_its_capability(stage):
    alice = stage.connect()
    alice.send("AWAY :gone")
    await alice.expect(" 451 ")
    alice.send("NICK alice", "USER a 0 * :a")
    await alice.expect(" 001 ")
    assert stage.node.chat.find_user("alice").away == ""


async def test_newcomers_are_invisible_if_the_setting_says_so():
    stage = await Stage.open({"server.invisible": True})
    alice = stage.connect()
    alice.send("NICK alice", "USER a 0 * :a")
    await alice.expect("There are 0 users and 1 invisible")
    assert (await alice.expect(" 221 ")).endswith(" alice +i")
    bob = await stage.enter("bob")
    bob.send("WHO ali*")
    assert [message.command for message in await bob.messages()] == ["315"]
    await stage.close()
