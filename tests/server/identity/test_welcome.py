"""From a connection that has said NICK and USER to a user in the lobby."""

import pytest
from tests.doubles.stage import Stage

from chover import __version__


@pytest.fixture
async def stage():
    opened = await Stage.open({"channels.autojoin": ["#lobby", "#news"], "server.motd": "Be kind"})
    yield opened
    await opened.close()


async def welcomed(stage, nick="alice"):
    wire = stage.connect()
    wire.send(f"NICK {nick}", f"USER {nick} 0 * :A")
    await wire.all()
    return wire


async def test_a_new_user_is_told_all_in_the_usual_order(stage):
    wire = await welcomed(stage)
    numerics = [message.command for message in wire.log]
    assert [numeric for numeric in dict.fromkeys(numerics) if numeric < "300"] == [
        *("001", "002", "003", "004", "005"),
        *("251", "252", "253", "254", "255", "265", "266"),
    ]
    assert numerics.index("375") > numerics.index("266")
    assert numerics.index("JOIN") > numerics.index("376")
    assert {message.params[0] for message in wire.log if message.command.isdigit()} == {"alice"}


async def test_the_server_names_itself_its_version_and_its_modes(stage):
    wire = await welcomed(stage)
    [message] = [message for message in wire.log if message.command == "004"]
    assert message.params == [
        "alice",
        "chat.test",
        f"chover-{__version__}",
        "BgioRTw",
        "qaohvbeIkdfjlWCEMRUimnstu",
        "qaohvbeIkdfjlW",
    ]


async def test_everybody_joins_the_channels_of_the_setting_and_nobody_rules_there(stage):
    wire = await welcomed(stage)
    assert [message.params[0] for message in wire.log if message.command == "JOIN"] == ["#lobby", "#news"]
    assert stage.node.chat.find_channel("#lobby").members[stage.node.chat.find_user("alice").id].modes == ""


async def test_a_taken_nick_names_a_free_one_that_is(stage):
    await welcomed(stage)
    wire = stage.connect()
    wire.send("NICK alice", "USER b 0 * :B")
    answer = await wire.expect(" 433 * alice ")
    free = answer.rpartition(" is free")[0].rpartition(" ")[2]
    wire.send(f"NICK {free}")
    await wire.expect(f" 001 {free} ")


async def test_the_same_address_has_the_same_cloak_and_another_another(stage):
    people = {nick: stage.connect(address=address) for nick, address in CLOAKED.items()}
    for nick, wire in people.items():
        wire.send(f"NICK {nick}", "USER x 0 * :X")
        await wire.expect(" 001 ")
    hosts = {nick: stage.node.chat.find_user(nick).host for nick in CLOAKED}
    assert hosts["a"] == hosts["b"] != hosts["c"]
    assert all(host.endswith(".guest") and "192" not in host for host in hosts.values())


CLOAKED = {"a": "192.0.2.1", "b": "192.0.2.1", "c": "192.0.2.2"}


@pytest.mark.parametrize(
    ("address", "shown"),
    [("192.0.2.1", "192.0.2.1"), ("::1", "0::1"), ("2001:db8::1", "2001:db8::1"), ("", "localhost")],
)
async def test_without_cloaks_addresses_are_shown(address, shown):
    stage = await Stage.open({"server.cloak": False})
    await stage.enter("alice", address=address)
    assert stage.node.chat.find_user("alice").host == shown
    await stage.close()


async def test_when_arriving_cannot_be_kept_it_says_so_and_can_be_tried_again(stage):
    wire = stage.connect()
    stage.store.fail = "The disk is full"
    wire.send("NICK alice", "USER a 0 * :A")
    await wire.expect(" 001 ")
    await wire.expect("NOTICE alice :The disk is full")
    stage.store.fail = ""
    wire.send("JOIN #lobby")
    await wire.expect("JOIN #lobby")


async def test_a_full_or_closed_channel_of_the_setting_does_not_keep_anybody_out(stage):
    await welcomed(stage)
    lobby = stage.node.chat.find_channel("#lobby")
    lobby.modes["i"] = ""
    wire = await welcomed(stage, "bob")
    assert [message.params[1] for message in wire.log if message.command == "473"] == ["#lobby"]
    assert [message.params[0] for message in wire.log if message.command == "JOIN"] == ["#news"]
