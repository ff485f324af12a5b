"""One server process: what it takes up from the last run, and what the doors are told."""

import asyncio

import pytest
from msgspec import structs
from tests.doubles.accounts import MemoryAccounts
from tests.doubles.memory_store import MemoryStore
from tests.doubles.stage import Stage

from chover.bus.local import LocalBus
from chover.config import load
from chover.engine.events import Closed, Quit
from chover.ports import StoreError
from chover.server.commands.conversations.relaying import SCENE
from chover.server.host import ChatHost
from chover.server.lifecycle import RESTARTED
from chover.server.services.table import SERVICES

LOBBY = {"channels.autojoin": ["#lobby"]}


async def left_behind(*lines, nick="alice", channels=("#tea",)):
    """The store of a server that was killed with somebody on it."""
    stage = await Stage.open(LOBBY)
    wire = await stage.enter(nick, *channels)
    wire.send(*lines)
    await wire.all()
    return stage.store


# ---- beginning -------------------------------------------------------------------------------------------------------


async def test_a_boot_closes_the_memberships_of_the_last_run_by_an_event():
    store = await left_behind("PRIVMSG #tea :hi", "MODE #tea +m", "TOPIC #tea :black")
    stage = await Stage.open(LOBBY, store)
    tea = stage.node.chat.find_channel("#tea")
    assert not tea.members
    assert not stage.node.chat.users
    assert (tea.topic, set(tea.modes)) == ("black", {"n", "t", "m"})
    assert store.logs[tea.log][-1].body == Quit(RESTARTED)
    await stage.enter("alice", "#tea")
    await stage.close()


async def test_a_boot_ends_the_channels_to_which_nobody_could_come_back():
    store = await left_behind("MODE #tea +i", "JOIN #said", "PRIVMSG #said :x", "JOIN #unsaid")
    stage = await Stage.open(LOBBY, store)
    assert {channel.name for channel in stage.node.chat.channels.values()} == {"#lobby", "#said"}
    await stage.close()


async def test_a_secret_channel_ends_with_its_last_member_and_not_with_the_server():
    stage = await Stage.open()
    alice = await stage.enter("alice", "#den", "#left")
    for name in ("#den", "#left"):
        alice.send(f"MODE {name} +s", f"PRIVMSG {name} :psst")
    alice.send("PART #left")
    await alice.all()
    async with asyncio.timeout(5):
        while "#left" in stage.node.chat.by_name:
            await asyncio.sleep(0)
    assert set(stage.node.chat.by_name) == {"#den"}
    await stage.close()
    again = await Stage.open(store=stage.store, accounts=stage.accounts)
    assert set(again.node.chat.by_name) == {"#den"}
    bob = await again.enter("bob", "#den", caps="draft/chathistory batch")
    bob.send("PART #den", "JOIN #den", "CHATHISTORY LATEST #den * 10")
    assert not await bob.heard("PRIVMSG")
    await again.close()


async def test_a_channel_that_a_restart_empties_ends_once_whoever_sees_it_first():
    store = await left_behind("JOIN #unsaid")
    stage = await Stage.open(LOBBY, store)
    await stage.quiet()
    ends = [event.log for log in store.logs.values() for event in log if isinstance(event.body, Closed)]
    assert len(ends) == len(set(ends)) == 2
    await stage.close()


async def test_a_boot_that_cannot_be_kept_says_why():
    store = await left_behind()
    store.fail = "The disk is full; free some space"
    host = ChatHost(load(environ={}, flags={}), store, LocalBus(), MemoryAccounts(), b"k" * 32)
    with pytest.raises(StoreError, match="The disk is full; free some space"):
        await host.boot()


async def test_names_longer_than_a_new_limit_do_not_keep_a_server_from_starting():
    store = await left_behind(nick="x" * 30, channels=("#" + "y" * 50,))
    stage = await Stage.open({**LOBBY, "limits.nick_len": 9, "limits.channel_len": 8}, store)
    assert not stage.node.chat.users
    await stage.close()


async def test_a_lobby_of_the_longest_name_that_is_allowed_is_one():
    name = "#" + "x" * 98
    stage = await Stage.open({"limits.channel_len": 99, "channels.autojoin": [name]})
    await stage.enter("alice")
    assert stage.node.chat.find_channel(name).members
    await stage.close()


async def test_a_new_run_makes_msgids_of_its_own():
    store = await left_behind("PRIVMSG #tea :hi")
    stage = await Stage.open(LOBBY, store)
    alice = await stage.enter("alice", "#tea")
    alice.send("PRIVMSG #tea :again")
    await alice.all()
    msgids = [event.msgid for log in store.logs.values() for event in log if hasattr(event.body, "text")]
    assert len(set(msgids)) == len(msgids) == 2
    await stage.close()


# ---- the lobby -------------------------------------------------------------------------------------------------------


@pytest.fixture
async def house():
    opened = await Stage.open({**LOBBY, "history.replay": 3})
    yield opened
    await opened.close()


def shown(host):
    return [(said.username, said.text) for said in host.lobby_tail()]


async def test_the_doors_are_told_the_lobbys_last_words(house):
    alice = await house.enter("alice", "#tea")
    alice.send(*[f"PRIVMSG #lobby :{number}" for number in range(5)], "PRIVMSG #tea :elsewhere")
    await alice.all()
    assert house.host.lobby() == "#lobby"
    assert shown(house.host) == [("alice", "2"), ("alice", "3"), ("alice", "4")]


async def test_an_action_is_shown_as_one_and_a_request_not_at_all(house):
    alice = await house.enter("alice")
    alice.send("PRIVMSG #lobby :\x01ACTION waves\x01", "PRIVMSG #lobby :\x01VERSION\x01")
    await alice.all()
    assert shown(house.host) == [("alice", "* alice waves")]


async def test_anyone_who_has_a_name_that_is_no_nick_finds_it_in_the_lobbys_last_words(house):
    alice = await house.enter("Al_Ice", caps="message-tags")
    name = "@+chover.chat/display-name=Al\\sIce"
    alice.send(f"{name} PRIVMSG #lobby :hi", f"{name} PRIVMSG #lobby :\x01ACTION waves\x01")
    alice.send("@+chover.chat/display-name=bob PRIVMSG #lobby :not bob")
    await alice.all()
    assert shown(house.host) == [("Al Ice", "hi"), ("Al Ice", "* Al Ice waves"), ("Al_Ice", "not bob")]


async def test_the_lobbys_last_words_outlive_a_restart():
    store = await left_behind("PRIVMSG #lobby :before")
    stage = await Stage.open(LOBBY, store)
    assert shown(stage.host) == [("alice", "before")]
    await stage.close()


@pytest.mark.parametrize("modes", ["+i", "+k"])
async def test_a_private_lobby_is_shown_to_nobody(house, modes):
    alice = await house.enter("alice")
    alice.send("PRIVMSG #lobby :x")
    await alice.all()
    house.node.chat.find_channel("#lobby").modes[modes[1]] = ""
    assert shown(house.host) == []


async def test_guests_are_shown_nothing_if_the_setting_says_so():
    stage = await Stage.open({**LOBBY, "channels.guests_read_lobby": False})
    alice = await stage.enter("alice")
    alice.send("PRIVMSG #lobby :x")
    await alice.all()
    assert shown(stage.host) == []
    await stage.close()


async def test_without_a_lobby_there_is_nothing_to_show(stage):
    assert stage.host.lobby() == ""
    assert stage.host.lobby_tail() == []


# ---- operators -------------------------------------------------------------------------------------------------------


async def test_those_who_are_on_are_listed_by_nick(stage):
    await stage.enter("Bob", "#tea")
    await stage.enter("alice", "#tea", "#cake", address="192.0.2.7")
    stage.connect()
    rows = stage.host.present()
    assert [(row.nick, row.address, row.channels) for row in rows] == [
        ("alice", "192.0.2.7", ("#cake", "#tea")),
        ("Bob", "127.0.0.1", ("#tea",)),
    ]


async def test_new_settings_are_taken_up_while_people_are_on(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    config = load(environ={}, flags={"limits.topic_len": 3, "channels.quiet_above": 1, "channels.autojoin": []})
    stage.host.reconfigure(config)
    alice.send("TOPIC #tea :black")
    assert (await alice.messages())[0].params[1] == "bla"
    await bob.all()
    carol = await stage.enter("carol", "#tea")
    carol.send("QUIT")
    await carol.ended()
    assert await bob.all() == []


async def test_the_casemapping_does_not_change_while_people_are_on(stage):
    alice = await stage.enter("MÜLLER")
    server = structs.replace(stage.node.config.server, casemapping="ascii")
    stage.host.reconfigure(structs.replace(stage.node.config, server=server))
    assert (await alice.numerics("WHOIS müller"))[0][:2] == ("311", "MÜLLER")


# ---- nothing grows ---------------------------------------------------------------------------------------------------


async def test_people_and_channels_that_are_gone_leave_nothing_behind(stage):
    for number in range(30):
        wire = await stage.enter(f"p{number}", f"#c{number}", caps="draft/metadata-3 batch")
        wire.send("METADATA * SET display-name :P", f"MODE #c{number} +i", f"PRIVMSG p{number} :x", "QUIT")
        await wire.ended()
    await asyncio.sleep(0)
    watcher = await stage.enter("last")
    await watcher.all()
    node = stage.node
    assert len(node.chat.users) == len(node.chat.nicks) == len(node.sessions) == len(node.fanout.sessions) == 1
    assert set(node.chat.reservations.nicks) == {"last", *SERVICES, SCENE.lower()}
    assert (len(node.chat.nick_looks), len(node.chat.display_looks)) == (1, 0)
    assert not node.chat.channels
    assert not node.chat.by_name
    assert not node.chat.reservations.channels
    assert not node.fanout.readers.channels
    assert not node.ledger.pending
    assert not stage.host.feed._held
    assert not node.tasks._running


# ---- the end ---------------------------------------------------------------------------------------------------------


async def test_at_the_end_everybody_is_told_and_all_is_kept():
    stage = await Stage.open(LOBBY)
    alice, nobody = await stage.enter("alice", "#tea"), stage.connect()
    alice.send("PRIVMSG #tea :last words")
    await stage.host.close("The server is shutting down", 5)
    for wire in (alice, nobody):
        assert wire.closed
        assert wire.lines[-1] == "ERROR :The server is shutting down"
    replayed = stage.store.replayed()
    assert not any(channel.members for channel in replayed.channels.values())
    assert "last words" in [getattr(event.body, "text", "") for log in stage.store.logs.values() for event in log]


async def test_the_end_waits_for_the_channels_that_end_with_it():
    stage = await Stage.open()
    alice = await stage.enter("alice", "#tea")
    alice.send("MODE #tea +i")
    await alice.all()
    await stage.host.close("Bye", 5)
    assert not stage.store.replayed().channels
    assert not stage.node.tasks._running


async def test_at_the_end_nobody_is_heard_any_more_and_what_is_being_written_is_answered():
    stage = await Stage.open()
    alice = await stage.enter("alice", "#tea", caps="echo-message")
    stage.store.pause()
    alice.send("PRIVMSG #tea :before")
    closing = asyncio.ensure_future(stage.host.close("Bye", 5))
    await asyncio.sleep(0)
    alice.send("PRIVMSG #tea :after")
    stage.store.go_on()
    await closing
    said = [line.partition(" ")[2] for line in await alice.ended()]
    assert said[-2:] == ["PRIVMSG #tea :before", ":Bye"]
    assert not any("after" in line for line in said)


async def test_the_end_does_not_wait_longer_than_its_bound():
    stage = await Stage.open()
    alice = await stage.enter("alice", "#tea")
    stage.store.pause()
    async with asyncio.timeout(5):
        await stage.host.close("Bye", 0.01)
        await alice.ended()
        await asyncio.gather(*stage.node.tasks._running, return_exceptions=True)


async def test_the_end_does_not_try_for_ever_to_keep_what_cannot_be_kept():
    stage = await Stage.open(store=MemoryStore())
    await stage.enter("alice", "#tea")
    stage.store.fail = "The disk is full"
    async with asyncio.timeout(4):
        await stage.host.close("Bye", 60)


async def test_after_a_restart_the_next_private_message_brings_no_older_one_again():
    stage = await Stage.open()
    for name in ("alice", "bob"):
        stage.accounts.add(name)
    alice, bob = [await stage.enter(name, login=name) for name in ("alice", "bob")]
    bob.send("PRIVMSG alice :before")
    await alice.expect("before")
    await stage.host.close("over", 5)
    again = await Stage.open(store=stage.store, accounts=stage.accounts)
    alice, bob = [await again.enter(name, login=name, caps="server-time") for name in ("alice", "bob")]
    await alice.all()
    await bob.all()
    bob.send("PRIVMSG alice :after")
    await bob.all()
    assert [message.params[-1] for message in await alice.heard("PRIVMSG")] == ["after"]
    await again.close()
