"""MONITOR and extended-monitor."""

import pytest

from chover.server.delivery.monitor import MOST


async def lines(wire):
    return [(message.command, message.params[-1]) for message in await wire.messages()]


def mask(stage, nick):
    return stage.node.chat.find_user(nick).mask


async def test_monitor_tells_at_once_who_is_online(stage):
    alice, _ = await stage.enter("alice"), await stage.enter("bob")
    alice.send("MONITOR + Bob,carol,dora,bob")
    assert await lines(alice) == [("730", mask(stage, "bob")), ("731", "carol,dora")]
    alice.send("MONITOR S")
    assert await lines(alice) == [("730", mask(stage, "bob")), ("731", "carol,dora")]
    alice.send("MONITOR L")
    assert await lines(alice) == [("732", "Bob,carol,dora"), ("733", "End of MONITOR list")]


async def test_a_nick_that_comes_and_goes_is_told(stage):
    alice = await stage.enter("alice")
    alice.send("MONITOR + BOB")
    await alice.all()
    bob = await stage.enter("bob")
    assert await lines(alice) == [("730", mask(stage, "bob"))]
    bob.send("QUIT")
    await bob.ended()
    assert await lines(alice) == [("731", "bob")]


async def test_a_new_nick_is_told_to_those_who_watch_either(stage):
    alice, carol, bob = [await stage.enter(nick) for nick in ("alice", "carol", "bob")]
    alice.send("MONITOR + bob")
    carol.send("MONITOR + robert")
    await stage.quiet()
    bob.send("NICK robert")
    await bob.all()
    assert await lines(alice) == [("731", "bob")]
    assert await lines(carol) == [("730", mask(stage, "robert"))]
    bob.send("NICK Robert")
    await bob.all()
    assert await lines(carol) == []


async def test_what_is_taken_off_the_list_is_not_told(stage):
    alice, carol = await stage.enter("alice"), await stage.enter("carol")
    alice.send("MONITOR + bob,dora", "MONITOR - BOB", "MONITOR - nobody")
    carol.send("MONITOR + bob", "MONITOR C", "MONITOR L")
    await alice.all()
    assert await lines(carol) == [("731", "bob"), ("733", "End of MONITOR list")]
    await stage.enter("bob")
    assert await lines(alice) == await lines(carol) == []


async def test_the_list_ends_with_the_session(stage):
    alice = await stage.enter("alice")
    alice.send("MONITOR + bob")
    await alice.all()
    alice.send("QUIT")
    await alice.ended()
    monitor = stage.node.fanout.monitor
    assert not monitor._watchers
    assert not monitor._lists


async def test_a_list_is_bounded(stage):
    alice = await stage.enter("alice")
    for start in range(0, MOST - 1, 33):
        alice.send("MONITOR + " + ",".join(f"n{number}" for number in range(start, start + 33)))
    await alice.all()
    alice.send("MONITOR + last,onemore,another", "MONITOR + last")
    assert [(m.command, *m.params[1:-1]) for m in await alice.messages()] == [
        ("734", str(MOST), "onemore,another"),
        ("731",),
        ("731",),
    ]


async def test_long_lists_come_in_lines_within_the_limit(stage):
    alice = await stage.enter("alice")
    nicks = [f"{number}".rjust(30, "x") for number in range(45)]
    for start in range(0, 45, 15):
        alice.send("MONITOR + " + ",".join(nicks[start : start + 15]))
    await alice.all()
    alice.send("MONITOR L")
    answer = await alice.all()
    assert all(len(line.encode()) <= 510 for line in answer)
    assert ",".join(line.split(" ")[-1].removeprefix(":") for line in answer[:-1]).split(",") == nicks


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("MONITOR + *!x@y", "432 alice *!x@y :Erroneous nickname"),
        ("MONITOR X", "400 alice MONITOR :Unknown subcommand; use one of + - C L S"),
        ("MONITOR", "461 alice MONITOR :Not enough parameters"),
    ],
)
async def test_what_cannot_be_watched_is_said(stage, line, answer):
    alice = await stage.enter("alice")
    alice.send(line)
    [said] = await alice.all()
    assert answer in said


async def test_extended_monitor_tells_what_away_notify_and_setname_tell(stage):
    caps = "extended-monitor away-notify setname"
    alice, bob = await stage.enter("alice", caps=caps), await stage.enter("bob", "#tea")
    near = await stage.enter("near", "#tea", caps=caps)
    others = [await stage.enter(nick, caps=some) for nick, some in [("c1", "extended-monitor"), ("c2", "away-notify")]]
    for wire in (alice, near, *others):
        wire.send("MONITOR + bob")
    await stage.quiet()
    bob.send("AWAY :lunch", "SETNAME Robert", "AWAY")
    await bob.all()
    for wire in (alice, near):
        assert [(m.command, m.params) for m in await wire.messages()] == [
            ("AWAY", ["lunch"]),
            ("SETNAME", ["Robert"]),
            ("AWAY", []),
        ]
    for wire in others:
        assert await wire.all() == []
