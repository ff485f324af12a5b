"""SCHEDULE, REMIND and SCHEDULED, and what becomes of it when the time has come."""

import msgspec
import pytest
from tests.doubles.nodes import Nodes

from chover.engine.ids import UserId
from chover.ports import StoreError
from chover.server.scheduling import items
from chover.server.scheduling.job import reread

CAPS = (
    "batch message-tags server-time draft/message-redaction draft/multiline echo-message labeled-response"
    " standard-replies chover.chat/scheduled"
)
HOUR = 3600


@pytest.fixture
async def alice(stage):
    stage.accounts.add("alice")
    return await device(stage)


async def device(stage, *channels, caps=CAPS):
    return await stage.enter("alice", *(channels or ("#tea",)), caps=caps, login="alice")


@pytest.fixture
async def bob(stage, alice):
    return await stage.enter("bob", "#tea", caps="message-tags")


async def hour_passes(stage, seconds=HOUR + 1):
    stage.pass_time(seconds)
    await stage.host.scheduled.look()


def kept(stage, name="alice"):
    held = stage.accounts.scheduled.kept.values()
    return [item for item in held if item.account == stage.accounts.find(name).id]


async def said_by(wire):
    return [(line.nick, *line.params) for line in await wire.messages() if line.command == "PRIVMSG"]


async def listed(wire, *commands):
    """The last complete list: target, kind, state, text."""
    if commands:
        wire.send(*commands)
    found = []
    for line in await wire.messages():
        if line.command == "BATCH" and line.params[1:2] == ["chover.chat/scheduled"]:
            found = []
        elif line.command == "SCHEDULED":
            found.append(line.params[1:3] + line.params[-1:] if line.params[2] == "why" else
                         [*line.params[1:4], line.params[-1]])  # fmt: skip
    return found


async def refused(wire, *commands):
    wire.send(*commands)
    return [(line.params[0], line.params[1], line.params[-1]) for line in await wire.heard("FAIL")]


# ---- messages --------------------------------------------------------------------------------------------------------


async def test_a_message_is_said_at_its_time_once(stage, alice, bob):
    assert await listed(alice, "SCHEDULE #tea 1h :good evening") == [["#tea", "say", "waiting", "good evening"]]
    await hour_passes(stage, 60)
    assert await said_by(bob) == []
    await hour_passes(stage)
    await hour_passes(stage)
    assert await said_by(bob) == [("alice", "#tea", "good evening")]
    assert kept(stage) == []


async def test_its_author_hears_it_on_every_device_and_that_it_does_not_wait_any_more(stage, alice):
    other = await device(stage)
    assert await listed(alice, "SCHEDULE #tea 1h :good evening")
    assert await listed(other) == [["#tea", "say", "waiting", "good evening"]]
    await hour_passes(stage)
    for wire in (alice, other):
        lines = [line for line in await wire.messages() if line.command in {"PRIVMSG", "SCHEDULED", "BATCH"}]
        assert [line.command for line in lines] == ["PRIVMSG", "BATCH", "BATCH"]


async def test_a_message_is_said_while_its_author_is_not_connected(stage, alice, bob):
    alice.send("SCHEDULE #tea 1h :good evening")
    await alice.all()
    alice.hang_up()
    await bob.expect("QUIT")
    await hour_passes(stage)
    assert await said_by(bob) == [("alice", "#tea", "good evening")]


async def test_a_message_of_several_lines_that_answers_another_one(stage, alice, bob):
    inside = [f"@batch=s SCHEDULE #tea 1h :{line}" for line in ("one", "two")]
    alice.send("@+draft/reply=0abc BATCH +s draft/multiline #tea", *inside, "BATCH -s")
    await alice.all()
    assert [(item.text, item.msgid) for item in kept(stage)] == [("one\ntwo", "0abc")]
    await hour_passes(stage)
    lines = [line for line in await bob.messages() if line.command == "PRIVMSG"]
    assert [line.params[-1] for line in lines] == ["one", "two"]
    assert lines[0].tags["+draft/reply"] == "0abc"


async def test_a_private_message_goes_to_the_same_person_under_another_nick(stage, alice, bob):
    alice.send("SCHEDULE bob 1h :good evening")
    await alice.all()
    bob.send("NICK robert")
    await bob.all()
    await hour_passes(stage)
    assert await said_by(bob) == [("alice", "robert", "good evening")]


REFUSED = {
    "banned": ("MODE #tea +b account:alice", "you are banned there (+b)"),
    "moderated": ("MODE #tea +m", "the channel is moderated (+m) and you do not have voice"),
    "put out": ("KICK #tea alice :bye", "you were put out of the channel"),
}


@pytest.mark.parametrize("present", [True, False])
@pytest.mark.parametrize("case", REFUSED)
async def test_what_may_not_be_said_then_stays_with_its_author_who_is_told_why(stage, case, present):
    stage.accounts.add("alice")
    bob = await stage.enter("bob", "#tea")
    alice = await device(stage)
    command, why = REFUSED[case]
    alice.send("SCHEDULE #tea 1h :good evening")
    await alice.all()
    bob.send(command)
    await bob.all()
    if not present:
        alice.hang_up()
        await stage.node.tasks.done()
    await hour_passes(stage)
    assert await said_by(bob) == []
    alice = alice if present else await device(stage)
    [text, reason] = await listed(alice, "SCHEDULED")
    assert text == ["#tea", "say", "refused", "good evening"]
    assert reason[:2] == ["#tea", "why"]
    if present or case == "put out":
        assert why in reason[2]


async def test_who_has_left_the_channel_says_nothing_there_later(stage, alice, bob):
    alice.send("SCHEDULE #tea 1h :good evening", "PART #tea")
    await alice.all()
    alice.hang_up()
    await hour_passes(stage)
    assert await said_by(bob) == []
    assert [item.why for item in kept(stage)] == ["you have left the channel"]


async def test_somebody_who_is_not_there_any_more_is_not_written_to(stage, alice, bob):
    alice.send("SCHEDULE bob 1h :good evening")
    await alice.all()
    bob.hang_up()
    await stage.node.tasks.done()
    await hour_passes(stage)
    assert await listed(alice) == [["bob", "say", "refused", "good evening"], ["bob", "why", "they were not connected"]]


async def test_a_plain_client_is_told_once_of_a_message_that_was_not_sent(stage, bob):
    plain = await device(stage, caps="server-time")
    plain.send("SCHEDULE bob 1h :good evening")
    await plain.all()
    bob.hang_up()
    await stage.node.tasks.done()
    await hour_passes(stage)
    [notice] = await plain.heard("NOTICE")
    assert "was not sent: they were not connected. It was: good evening" in notice.params[-1]
    again = await device(stage, caps="server-time")
    assert [line for line in again.log if line.command == "NOTICE" and "not sent" in line.params[-1]] == []


async def test_a_suspended_account_says_nothing(stage, alice, bob):
    alice.send("SCHEDULE #tea 1h :good evening")
    await alice.all()
    alice.hang_up()
    account = stage.accounts.find("alice")
    stage.accounts._accounts[account.id] = type(account)(account.id, "alice", "alice", 1000, suspended="spam")
    await hour_passes(stage)
    assert await said_by(bob) == []
    assert [item.state for item in kept(stage)] == ["refused"]


# ---- reminders -------------------------------------------------------------------------------------------------------


async def msgid_of(wire, channel="#tea", text="see you there"):
    wire.send(f"PRIVMSG {channel} :{text}")
    return next(line.tags["msgid"] for line in await wire.messages() if line.command == "PRIVMSG")


async def test_a_reminder_brings_a_message_back_at_its_time(stage, alice, bob):
    bob.send("PRIVMSG #tea :see you there")
    await bob.all()
    msgid = next(line.tags["msgid"] for line in await alice.messages() if line.command == "PRIVMSG")
    assert await listed(alice, f"REMIND #tea {msgid} 1h") == [["#tea", "remind", "waiting", "see you there"]]
    await hour_passes(stage)
    [line] = [line for line in await alice.messages() if line.command == "SCHEDULED"]
    assert line.params[1:4] + line.params[5:] == ["#tea", "remind", "due", msgid, "bob", "see you there"]
    [item] = kept(stage)
    assert await listed(alice, f"UNSCHEDULE {item.id}") == []
    assert kept(stage) == []


async def test_a_reminder_waits_for_who_is_away_and_a_plain_client_is_told_once(stage, alice):
    msgid = await msgid_of(alice)
    alice.send(f"REMIND #tea {msgid} 1h")
    await alice.all()
    alice.hang_up()
    await stage.node.tasks.done()
    await hour_passes(stage)
    told = []
    for _ in range(2):
        plain = await device(stage, caps="server-time")
        told += [line.params[-1] for line in plain.log if line.command == "NOTICE" and "Reminder" in line.params[-1]]
    assert told == ["Reminder of #tea: <alice> see you there"]


async def test_a_message_that_was_deleted_is_not_shown_by_its_reminder(stage, alice):
    msgid = await msgid_of(alice)
    alice.send(f"REMIND #tea {msgid} 1h", f"REDACT #tea {msgid}")
    await alice.all()
    assert await listed(alice, "SCHEDULED") == [["#tea", "remind", "waiting", ""]]


# ---- bounds ----------------------------------------------------------------------------------------------------------

BAD_TIMES = {
    "soon": "This is not a time",
    "0m": "This is not a time",
    "forever": "This is not a time",
    "timestamp=2020-01-01T00:00:00.000Z": "This time has passed",
    "timestamp=tomorrow": "This is not a time",
    "367d": "That is too far ahead",
    "999999999w": "That is too far ahead",
    "timestamp=2999-01-01T00:00:00.000Z": "That is too far ahead",
}


@pytest.mark.parametrize("when", BAD_TIMES)
async def test_a_bad_time_is_refused_with_what_to_do(alice, when):
    [(command, code, text)] = await refused(alice, f"SCHEDULE #tea {when} :hello")
    assert (command, code) == ("SCHEDULE", "INVALID_TIME")
    assert BAD_TIMES[when] in text


async def test_a_guest_needs_an_account(stage):
    guest = await stage.enter("bob", "#tea", caps=CAPS)
    for command in ("SCHEDULE #tea 1h :hello", f"REMIND #tea {await msgid_of(guest)} 1h"):
        [(_, code, text)] = await refused(guest, command)
        assert code == "ACCOUNT_REQUIRED"
        assert "an account: log in, or register" in text


async def test_there_are_bounds_for_their_number_and_for_their_length(alice, monkeypatch):
    monkeypatch.setattr(items, "MOST", 2)
    monkeypatch.setattr(items, "MOST_BYTES", 10)
    assert await refused(alice, "SCHEDULE #tea 1h :hello") == []
    assert [code for _, code, _ in await refused(alice, "SCHEDULE #tea 1h :hello!")] == ["LIMIT_REACHED"]
    assert await refused(alice, "SCHEDULE #tea 1h :you") == []
    assert [code for _, code, _ in await refused(alice, "SCHEDULE #tea 1h :me")] == ["LIMIT_REACHED"]


async def test_what_could_not_be_said_now_cannot_be_scheduled(stage, alice):
    alice.send("SCHEDULE #coffee 1h :hello", "SCHEDULE nobody 1h :hello")
    assert [line.command for line in await alice.messages()] == ["403", "401"]
    assert [code for _, code, _ in await refused(alice, "REMIND #tea 0nothing 1h")] == ["UNKNOWN_MSGID"]
    assert [code for _, code, _ in await refused(alice, "UNSCHEDULE s1")] == ["UNKNOWN_ID"]
    assert kept(stage) == []


async def test_nobody_cancels_what_somebody_else_has_scheduled(stage, alice, bob):
    alice.send("SCHEDULE #tea 1h :hello")
    await alice.all()
    [item] = kept(stage)
    bob.send(f"UNSCHEDULE {item.id}")
    await bob.all()
    assert kept(stage) == [item]


# ---- several nodes ---------------------------------------------------------------------------------------------------


async def test_of_two_nodes_that_do_it_at_once_one_says_it_and_both_tell_their_devices():
    async with Nodes.open() as nodes:
        nodes.accounts.add("alice")
        here, there = nodes.stages
        alice, bob = await device(here), await there.enter("bob", "#tea")
        await nodes.settle()
        alice.send("SCHEDULE #tea 1h :good evening")
        await alice.all()
        for stage in nodes.stages:
            stage.pass_time(HOUR + 1)
        due = await nodes.accounts.scheduled.due(here.node.chat.now(), 9)
        for stage in nodes.stages:
            for item in due:
                await stage.host.scheduled._do(item)
        await nodes.settle()
        assert await said_by(bob) == [("alice", "#tea", "good evening")]


async def test_what_is_due_for_an_account_that_a_node_does_not_know_yet_waits_and_holds_nobody_up(stage, alice, bob):
    alice.send("SCHEDULE #tea 1h :good evening")
    await alice.all()
    item = kept(stage)[0]
    early = msgspec.structs.replace(item, id="early", account=UserId("a99"), due=item.due - 1)
    stage.accounts.scheduled.kept[early.id] = early
    stage.pass_time(HOUR + 1)

    with pytest.raises(StoreError, match="does not know the accounts a99 yet"):
        await stage.host.scheduled.look()

    assert await said_by(bob) == [("alice", "#tea", "good evening")]
    assert await stage.accounts.scheduled.due(stage.node.chat.now(), 9) == [early]


async def test_a_change_on_another_node_is_told_to_the_devices_here(stage, alice):
    account = stage.accounts.find("alice").id
    alice.send("SCHEDULE #tea 1h :good evening")
    await alice.all()
    await stage.accounts.scheduled.remove(account, kept(stage)[0].id)
    stage.node.schedule_changed.clear()
    await reread(stage.node, {account, UserId("a99")})
    assert stage.node.schedule_changed.is_set()
    assert [line.command for line in await alice.messages()] == ["BATCH", "BATCH"]
