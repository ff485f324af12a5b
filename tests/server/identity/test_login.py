"""All devices of an account are one user; login finds who is there already."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta

import pytest
from tests.doubles.stage import Stage

from chover.server.users import devices
from chover.wire.message import parse


def plain(name, password="sesame"):
    return base64.b64encode(f"\0{name}\0{password}".encode()).decode()


async def test_a_second_device_attaches_to_who_is_there(stage):
    stage.accounts.add("alice")
    desk = await stage.enter("alice", "#tea", login="alice")
    bob = await stage.enter("bob", "#tea")
    phone = stage.connect()
    phone.send("PASS alice@phone:sesame", "NICK somebody", "USER a 0 * :A")
    await phone.expect(" 001 alice ")
    await phone.expect("JOIN #tea")
    await phone.expect(" 366 alice #tea ")
    for line in ("PRIVMSG #tea :hello both", "PRIVMSG alice :and you"):
        bob.send(line)
        for device in (desk, phone):
            await device.expect(line)
    assert not await bob.heard("JOIN")


async def test_what_one_device_joins_the_others_are_in(stage):
    stage.accounts.add("alice")
    desk = await stage.enter("alice", login="alice")
    phone = await stage.enter("alice", login="alice@phone")
    desk.send("JOIN #tea")
    await phone.expect("JOIN #tea")
    await phone.expect(" 366 alice #tea ")


async def test_the_user_goes_with_the_last_device(stage):
    stage.accounts.add("alice")
    desk = await stage.enter("alice", "#tea", login="alice")
    phone = await stage.enter("alice", login="alice@phone")
    bob = await stage.enter("bob", "#tea")
    desk.send("QUIT :from the desk")
    await desk.ended()
    assert not await bob.heard("QUIT")
    phone.send("QUIT :from the phone")
    await bob.expect("QUIT :Quit: from the phone")


async def test_two_devices_that_log_in_at_once_are_one_user(stage):
    stage.accounts.add("alice")
    wires = [stage.connect() for _ in range(5)]
    for wire in wires:
        wire.send("PASS alice:sesame", "NICK alice", "USER a 0 * :A")
    await asyncio.gather(*(wire.expect(" 001 alice ") for wire in wires))
    assert len({wire.session.me for wire in wires}) == 1
    assert len(stage.node.chat.users) == 1


async def test_two_guests_who_log_in_at_once_become_one_user(stage):
    stage.accounts.add("alice")
    wires = [await stage.enter(f"guest{number}", "#tea") for number in range(4)]
    for wire in wires:
        wire.send("PRIVMSG NickServ :IDENTIFY alice sesame")
    for wire in wires:
        await wire.expect("You are logged in as alice")
        await wire.all()
    assert len({wire.session.me for wire in wires}) == 1
    assert len(stage.node.chat.find_channel("#tea").members) == 1


async def test_a_guest_who_logs_in_as_somebody_who_is_there_goes_over_to_them(stage):
    stage.accounts.add("alice")
    await stage.enter("alice", "#tea", login="alice")
    bob = await stage.enter("bob", "#milk")
    guest = await stage.enter("guest", "#milk")
    guest.send("AUTHENTICATE PLAIN", f"AUTHENTICATE {plain('alice')}")
    await guest.expect(" 903 ")
    await guest.expect("PART #milk")
    await guest.expect("NICK alice")
    await guest.expect("JOIN #tea")
    await bob.expect("QUIT :Goes on as alice")


async def test_away_follows_the_devices(stage):
    stage.accounts.add("alice")
    desk = await stage.enter("alice", "#tea", login="alice")
    phone = await stage.enter("alice", login="alice@phone")
    bob = await stage.enter("bob", "#tea", caps="away-notify")
    desk.send("AWAY :lunch")
    await desk.expect(" 306 ")
    assert not await bob.heard("AWAY")
    phone.send("AWAY :asleep")
    await bob.expect("AWAY :asleep")
    desk.send("AWAY")
    await bob.expect("alice!")


async def test_anyone_who_is_always_on_stays_and_is_away(stage):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", "#tea", login="alice")
    bob = await stage.enter("bob", "#tea", caps="away-notify")
    alice.send("PRIVMSG NickServ :SET ALWAYS-ON on", "QUIT")
    await alice.ended()
    await bob.expect("AWAY :Not connected")
    assert not await bob.heard("QUIT")
    back = await stage.enter("alice", login="alice")
    await bob.expect("AWAY")
    assert "#tea" in [channel.name for channel in back.session.me.channels.values()]


async def test_the_away_of_who_is_always_on_stays_until_it_is_taken_back(stage):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", "#tea", login="alice")
    bob = await stage.enter("bob", "#tea", caps="away-notify")
    alice.send("PRIVMSG NickServ :SET ALWAYS-ON on", "AWAY :on holiday", "QUIT")
    await alice.ended()
    await bob.expect("AWAY :on holiday")
    assert await bob.all() == []
    back = stage.connect()
    back.send("PASS alice:sesame", "NICK alice", "USER a 0 * :A")
    assert "still marked as being away" in await back.expect(" 306 ")
    phone = await stage.enter("alice", login="alice@phone")
    assert await bob.all() == []
    assert (await bob.numerics("PRIVMSG alice :hi"))[0] == ("301", "alice", "on holiday")
    phone.send("AWAY")
    await bob.expect("AWAY")
    assert await phone.heard("AWAY") == []
    phone.send("QUIT")
    await phone.ended()
    assert await bob.all() == []
    back.send("QUIT")
    await back.ended()
    await bob.expect("AWAY :Not connected")


async def test_anyone_who_is_not_always_on_comes_back_with_the_next_device(stage):
    stage.accounts.add("alice")
    desk = await stage.enter("alice", login="alice")
    desk.send("AWAY :lunch")
    await desk.all()
    phone = await stage.enter("alice", login="alice@phone")
    await phone.all()
    assert phone.session.me.away == ""


@pytest.mark.parametrize(("last", "away"), [("AWAY :on holiday", "on holiday"), ("AWAY", "Not connected")])
async def test_the_away_of_who_is_always_on_outlives_a_restart(stage, last, away):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", "#tea", login="alice")
    alice.send("PRIVMSG NickServ :SET ALWAYS-ON on", "AWAY :earlier", last)
    await alice.all()
    await stage.close()
    again = await Stage.open(store=stage.store, accounts=stage.accounts)
    bob = await again.enter("bob", "#tea")
    assert (await bob.numerics("PRIVMSG alice :hi"))[0] == ("301", "alice", away)
    await again.close()


async def test_anyone_who_is_always_on_is_there_after_a_restart(stage):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", "#tea", login="alice")
    alice.send("PRIVMSG NickServ :SET ALWAYS-ON on")
    await alice.all()
    again = await Stage.open(store=stage.store, accounts=stage.accounts)
    bob = await again.enter("bob", "#tea")
    bob.send("NAMES #tea")
    await bob.expect("@alice bob")
    await again.close()


async def test_an_account_may_be_needed_to_come_in():
    stage = await Stage.open({"accounts.required": True})
    stage.accounts.add("alice")
    guest = stage.connect()
    guest.send("NICK guest", "USER g 0 * :G")
    assert any("ACCOUNT_REQUIRED" in line for line in await guest.ended())
    await stage.enter("alice", login="alice")
    await stage.close()


async def test_an_account_needs_no_password_of_the_server():
    stage = await Stage.open({"server.password": "open"})
    stage.accounts.add("alice")
    await stage.enter("alice", login="alice")
    await stage.close()


async def test_a_registration_ends_a_login_that_is_under_way(stage):
    wire = stage.connect()
    wire.send("CAP LS 302", "NICK alice", "USER a 0 * :A", "AUTHENTICATE PLAIN", "CAP END")
    await wire.expect(" 906 ")
    await wire.expect(" 001 ")


async def test_a_channel_that_an_account_has_left_stays_left():
    stage = await Stage.open({"channels.autojoin": ["#lobby", "#news"]})
    stage.accounts.add("alice")
    alice = await stage.enter("alice", login="alice")
    alice.send("PART #news", "QUIT")
    await alice.ended()
    back = await stage.enter("alice", login="alice")
    assert [channel.name for channel in back.session.me.channels.values()] == ["#lobby"]
    back.send("JOIN #news", "QUIT")
    await back.ended()
    again = await stage.enter("alice", login="alice")
    assert len(again.session.me.channels) == 2
    await stage.close()


async def test_the_real_name_of_who_is_always_on_is_there_after_a_restart(stage):
    stage.accounts.add("alice")
    alice = await stage.enter("alice", login="alice")
    alice.send("PRIVMSG NickServ :SET ALWAYS-ON on", "SETNAME :Alice in Wonderland", "QUIT")
    await alice.ended()
    await stage.node.ledger.drained()
    await stage.close()
    again = await Stage.open(store=stage.store, accounts=stage.accounts)
    bob = await again.enter("bob")
    assert (await bob.numerics("WHOIS alice"))[0][:2] == ("311", "alice")
    assert again.node.chat.find_user("alice").realname == "Alice in Wonderland"
    await again.close()


async def test_anyone_who_is_suspended_is_put_out_also_when_always_on(stage):
    account = stage.accounts.add("alice")
    bob = await stage.enter("bob", "#tea")
    alice = await stage.enter("alice", "#tea", login="alice")
    alice.send("PRIVMSG NickServ :SET ALWAYS-ON on", "QUIT")
    await alice.ended()
    await bob.all()
    await stage.accounts.suspend(account.id, "spam")
    await devices.put_out(stage.node, account.id, "alice is suspended: spam")
    await bob.expect("QUIT :alice is suspended: spam")
    assert "alice" not in stage.node.chat.nicks


async def test_identify_is_a_command_too_before_and_after_registration(stage):
    stage.accounts.add("alice")
    wire = stage.connect()
    wire.send("CAP LS 302", "NICK alice", "USER a 0 * :A", "IDENTIFY alice wrong")
    await wire.expect("Wrong account or password")
    wire.send("IDENTIFY sesame", "CAP END")
    await wire.expect(" 900 ")
    await wire.expect(" 001 alice ")
    other = await stage.enter("somebody")
    other.send("IDENTIFY alice@phone sesame")
    await other.expect("NICK alice")


@pytest.mark.parametrize("wish", ["PERSISTENCE SET ON", "NS SET ALWAYS-ON on"])
async def test_the_real_name_of_who_is_always_on_is_kept_while_they_are_here(stage, wish):
    account = stage.accounts.add("alice")
    desk = await stage.enter("alice", login="alice")
    await desk.numerics(wish)
    assert stage.accounts.get(account.id).settings.realname == "alice"
    await desk.numerics("SETNAME :Alice of the Hill")
    assert stage.accounts.get(account.id).settings.realname == "Alice of the Hill"


async def test_channels_that_a_device_is_shown_have_the_time_of_now(stage):
    stage.accounts.add("alice")
    await stage.enter("alice", "#tea", login="alice")
    phone = stage.connect()
    phone.send("CAP REQ :server-time", "PASS alice@phone:sesame", "NICK alice", "USER a 0 * :A", "CAP END")
    joined = await phone.expect("JOIN #tea")
    assert datetime.now(UTC) - datetime.fromisoformat(parse(joined).tags["time"]) < timedelta(minutes=1)
