"""The original's wire, byte for byte, over real sockets."""

import asyncio
import datetime as dt
import json
import struct
import time

from chover.edge.detection import FIRST_LOOK_SECONDS
from chover.edge.settings import ListenerLimits
from chover.wire.hello import WRITE_BYTES, LegacyMessage
from chover.wire.message import format_line

AS_SERVED = {"silence_seconds": 0.6}
"""The other tests wait less for a connection to fall silent."""
HELLO = struct.pack("!16s16s", b"Alice", b"25.6.16")
AT = dt.datetime.fromisoformat("2025-06-19T17:01:00Z").astimezone()
STAMP = f"Jun 19 [{AT:%I:%M} {'AM' if AT.hour < 12 else 'PM'}]"


def commands(session):
    return [format_line(line.command, *line.params) for line in session.lines]


async def test_a_client_that_waits_gets_history_then_says_who_it_is(port):
    port.remember(2)
    await port.open()
    client = await port.connect()
    history = json.loads(await client.once())
    assert [item["message"] for item in history] == ["hello 0", "hello 1"]
    client.send(HELLO)
    session = await port.host.session()
    await port.host.until(lambda: session.joined)
    assert (session.peer.protocol, session.nick, session.user) == ("legacy", "Alice", ["Alice", "0", "*", "Alice"])
    assert session.lines[2].tags == {"+chover.chat/version": "25.6.16"}


async def test_history_comes_within_the_second_that_the_original_waits(port):
    port.remember(1)
    await port.open(**AS_SERVED)
    began = time.monotonic()
    client = await port.connect()
    await client.once()
    assert time.monotonic() - began > 0.5
    assert ListenerLimits().silence_seconds + FIRST_LOOK_SECONDS < 1.0


async def test_a_client_at_an_empty_lobby_gets_no_byte_and_says_who_it_is(port):
    await port.open()
    client = await port.connect()
    await port.host.until(lambda: len(port.quiet) == 1)
    client.send(HELLO)
    session = await port.host.session()
    await port.host.until(lambda: session.joined)
    port.host.say("Bob", "hi")
    assert (await client.once()).decode() == f"Bob | {STAMP} ❯ hi"
    assert len(port.quiet) == 0


async def test_a_guest_who_only_watches_reads_what_is_said_after_the_history(port):
    port.remember(1)
    await port.open()
    client = await port.connect()
    assert json.loads(await client.once())
    port.host.overheard(LegacyMessage("Bob", AT, "hi"))
    assert (await client.once()).decode() == f"Bob | {STAMP} ❯ hi"
    assert not port.host.sessions
    client.send(b"hello all")
    session = await port.host.session()
    await port.host.until(lambda: session.joined)
    assert not port.host.watchers


async def test_a_guest_at_an_empty_lobby_reads_the_first_thing_that_is_said(port):
    await port.open(hold_seconds=0.5)
    client = await port.connect()
    await port.host.until(lambda: port.host.watchers)
    port.host.overheard(LegacyMessage("Bob", AT, "first"))
    assert (await client.once()).decode() == f"Bob | {STAMP} ❯ first"
    port.host.overheard(LegacyMessage("Bob", AT, "second"))
    assert (await client.once()).decode() == f"Bob | {STAMP} ❯ second"


async def test_what_was_said_while_nobody_knew_what_the_client_is_comes_as_text(port):
    await port.open(hold_seconds=0.5)
    client = await port.connect()
    await port.host.until(lambda: len(port.quiet) == 1)
    port.host.tail.append(LegacyMessage("Bob", AT, "early"))
    assert (await client.once()).decode() == f"Bob | {STAMP} ❯ early"


async def test_a_quiet_connection_is_no_user(port):
    port.remember(1)
    await port.open(quiet_seconds=1.0)
    client = await port.connect()
    await client.once()
    assert (await client.rest()).decode() == "ERROR :Closed: nothing was sent for 1 seconds\r\n"
    assert port.host.sessions == []


async def test_the_header_comes_in_two_segments_after_history(port):
    port.remember(1)
    await port.open()
    client = await port.connect()
    await client.once()
    client.send(HELLO[:3])
    await port.turns()
    client.send(HELLO[3:])
    session = await port.host.session()
    await port.host.until(lambda: session.joined)
    assert session.nick == "Alice"
    assert session.texts == []


async def test_the_header_comes_in_two_segments_at_an_empty_lobby(port):
    await port.open()
    client = await port.connect()
    await port.host.until(lambda: len(port.quiet) == 1)
    client.send(HELLO[:20])
    await port.turns()
    client.send(HELLO[20:])
    session = await port.host.session()
    await port.host.until(lambda: session.joined)
    assert session.nick == "Alice"


async def test_the_header_at_once_and_in_two_segments_is_a_client_of_the_original_too(port):
    await port.open()
    client = await port.connect()
    client.send(HELLO[:20])
    await port.turns()
    client.send(HELLO[20:])
    session = await port.host.session()
    await port.host.until(lambda: session.joined)
    assert (session.peer.protocol, session.nick) == ("legacy", "Alice")


async def test_text_glued_behind_the_header_is_said(port):
    port.remember(1)
    await port.open()
    client = await port.connect()
    await client.once()
    client.send(HELLO + b"hello all")
    session = await port.host.session()
    await port.host.until(lambda: session.texts)
    assert (session.nick, session.texts) == ("Alice", ["hello all"])


async def test_text_glued_behind_the_second_half_of_the_header_is_said(port):
    port.remember(1)
    await port.open()
    client = await port.connect()
    await client.once()
    client.send(HELLO[:20])
    await port.turns()
    client.send(HELLO[20:] + b"hello all")
    session = await port.host.session()
    await port.host.until(lambda: session.texts)
    assert (session.nick, session.texts) == ("Alice", ["hello all"])


async def test_a_name_cut_inside_a_character_loses_its_tail(port):
    await port.open()
    client = await port.connect()
    client.send(struct.pack("!16s16s", ("a" + "é" * 10).encode(), b"25.6.16"))
    session = await port.host.session()
    await port.host.until(lambda: session.joined)
    assert session.nick == "a" + "é" * 7


async def test_a_guest_who_types_within_a_second_is_heard(port):
    port.remember(1)
    await port.open(**AS_SERVED)
    client = await port.connect()
    await client.once()
    client.send("hi")
    session = await port.host.session()
    await port.host.until(lambda: session.texts)
    assert (session.nick, session.user[-1], session.texts) == ("guest", "guest", ["hi"])
    assert session.lines[2].tags == {}


async def test_two_texts_of_a_guest_stay_two(port):
    port.remember(1)
    await port.open()
    client = await port.connect()
    await client.once()
    client.send("one")
    await port.turns()
    client.send("two")
    session = await port.host.session()
    await port.host.until(lambda: len(session.texts) == 2)
    assert session.texts == ["one", "two"]


async def test_a_guest_of_one_letter_that_begins_other_protocols_is_heard(port):
    port.remember(1)
    await port.open()
    client = await port.connect()
    await client.once()
    client.send("P")
    session = await port.host.session()
    await port.host.until(lambda: session.texts)
    assert session.texts == ["P"]


async def test_at_an_empty_lobby_such_a_letter_is_heard_when_nothing_follows(port):
    await port.open(undecided_seconds=0.3)
    client = await port.connect()
    await port.host.until(lambda: len(port.quiet) == 1)
    client.send("P")
    session = await port.host.session()
    await port.host.until(lambda: session.texts)
    assert session.texts == ["P"]


async def test_nc_typing_nick_after_three_seconds_reaches_irc(port):
    port.remember(1)
    await port.open(**AS_SERVED)
    nc = await port.connect()
    history = await nc.once()
    asyncio.get_running_loop().call_later(3 - 0.6, nc.send, "NICK nora\nUSER n 0 * :Nora\n")
    assert await nc.until("Welcome\r\n") == "\r\n:srv 001 nora Welcome\r\n"
    assert json.loads(history)
    assert port.host.sessions[0].peer.protocol == "irc"
    assert len(port.quiet) == 0


async def test_nc_at_an_empty_lobby_reaches_irc_without_a_byte_before(port):
    await port.open()
    nc = await port.connect()
    await port.host.until(lambda: len(port.quiet) == 1)
    nc.send("nick nora\nuser n 0 * :Nora\n")
    assert await nc.line() == ":srv 001 nora Welcome"


async def test_a_line_of_irc_in_pieces_reaches_irc(port):
    port.remember(1)
    await port.open(hello_seconds=60)
    nc = await port.connect()
    await nc.once()
    for piece in ("NI", "CK no", "ra\r\nUSER n 0 * n\r\n"):
        nc.send(piece)
        await port.turns()
    assert await nc.until("Welcome\r\n") == "\r\n:srv 001 nora Welcome\r\n"


async def test_other_protocols_after_history_are_closed(port):
    port.remember(1)
    await port.open()
    for first in (b"\x16\x03\x01\x02\0", b"SSH-2.0-x\r\n", b"GET / HTTP/1.1\r\n\r\n", b"PROXY TCP4 1 2 3 4\r\n"):
        client = await port.connect()
        await client.once()
        client.send(first)
        assert await client.rest() == b""
    assert port.host.sessions == []


async def test_a_guest_taken_nick_gets_another(port):
    await port.open()
    port.host.nicks.add("guest")
    client = await port.connect()
    await port.host.until(lambda: len(port.quiet) == 1)
    client.send("hello")
    session = await port.host.session()
    await port.host.until(lambda: session.texts)
    assert session.nick == "guest2"


async def test_clients_read_each_other_as_the_original_writes(port):
    await port.open()
    alice, bob = await port.connect(), await port.connect()
    alice.send(struct.pack("!16s16s", b"Al Ice", b"25.6.16"))
    bob.send(struct.pack("!16s16s", b"Bob", b"25.6.16"))
    await port.host.until(lambda: len(port.host.sessions) == 2 and all(s.joined for s in port.host.sessions))
    alice.send("hi ❯ you")
    assert (await bob.once()).decode() == f"Al Ice | {STAMP} ❯ hi ❯ you"


async def test_a_client_that_joins_while_fifty_messages_a_second_flow_reads_only_whole_things(port):
    port.remember(40, "a longer line of history")
    await port.open(**AS_SERVED)
    loop, flowing = asyncio.get_running_loop(), True

    def flow():
        port.host.say("Bob", "é❯" * 60)
        if flowing:
            loop.call_later(0.02, flow)

    flow()
    client = await port.connect()
    history = await client.once()
    assert len(history) <= WRITE_BYTES
    assert json.loads(history)[-1]["message"] == "a longer line of history 39"
    client.send(HELLO)
    lines = []
    while len(lines) < 30:
        lines += (await client.once()).decode().split("\n")
    flowing = False
    assert set(lines) == {f"Bob | {STAMP} ❯ {'é❯' * 60}"}


async def test_a_burst_reaches_a_prompt_reader_in_reads_of_whole_characters(port):
    await port.open()
    client = await port.connect()
    client.send(HELLO)
    session = await port.host.session()
    await port.host.until(lambda: session.joined)
    for number in range(60):
        port.host.say("Bob", f"{number} {'❯' * 100}")
    text = ""
    while text.count("Bob |") < 60 or not text.endswith("❯" * 100 + "\n"):
        text += (await client.once()).decode() + "\n"
    shown = [part.split(" ", 1)[0] for part in text.split(f"Bob | {STAMP} ❯ ")[1:]]
    assert shown == [str(number) for number in range(60)]


async def test_a_guest_hears_nothing_until_the_history_cannot_be_glued_to_it(port):
    port.remember(1)
    await port.open(**AS_SERVED)
    began = time.monotonic()
    client = await port.connect()
    await client.once()
    client.send("a text that needs no waiting for a hello behind it")
    session = await port.host.session()
    await port.host.until(lambda: session.joined)
    port.host.say("Bob", "one")
    port.host.say("Bob", "two")
    assert (await client.once()).decode() == f"Bob | {STAMP} ❯ one\nBob | {STAMP} ❯ two"
    assert time.monotonic() - began > 1.5


async def test_long_text_is_split_and_arrives_whole(port):
    await port.open()
    client = await port.connect()
    client.send(HELLO)
    session = await port.host.session()
    await port.host.until(lambda: session.joined)
    client.send("ä" * 5000)
    await port.host.until(lambda: sum(map(len, session.texts)) == 5000)
    assert "".join(session.texts) == "ä" * 5000


async def test_anyone_who_says_one_thing_and_hangs_up_is_heard(port):
    port.remember(1)
    await port.open()
    client = await port.connect()
    await client.once()
    client.send("bye")
    client.half_close()
    session = await port.host.session()
    await port.host.until(lambda: session.reason)
    assert session.texts == ["bye"]


async def test_a_kick_is_one_line_and_the_end(port):
    await port.open()
    client = await port.connect()
    client.send(HELLO)
    session = await port.host.session()
    await port.host.until(lambda: session.joined)
    session.write(":op!u@h KICK #lobby Alice :enough")
    session.write("ERROR :never shown")
    assert (await client.rest()).decode() == "[!] You were kicked by op: enough"
    assert session.reason


async def test_a_ban_is_one_line_and_the_end(port):
    await port.open()
    port.host.ban = True
    client = await port.connect()
    client.send(HELLO)
    assert (await client.rest()).decode() == "[!] You are banned from #lobby"


async def test_what_waits_is_written_before_the_session_closes(port):
    await port.open()
    client = await port.connect()
    client.send(HELLO)
    session = await port.host.session()
    await port.host.until(lambda: session.joined)
    for number in range(100):
        port.host.say("Bob", f"line {number}")
    session.sink.close()
    assert (await client.rest()).decode().count("line ") == 100


async def test_a_session_that_pauses_is_fed_no_more_until_it_resumes(port):
    await port.open()
    client = await port.connect()
    client.send(HELLO)
    session = await port.host.session()
    await port.host.until(lambda: session.joined)
    session.sink.pause()
    client.send("one\ntwo\n")
    await port.turns()
    assert session.texts == []
    session.sink.resume()
    await port.host.until(lambda: session.texts == ["one", "two"])
    assert session.texts == ["one", "two"]


async def test_a_client_that_never_reads_is_cut_off(port):
    await port.open(close_seconds=0.2)
    client = await port.connect(limit=1024)
    client.send(HELLO)
    session = await port.host.session()
    await port.host.until(lambda: session.joined)
    while session.reason is None:
        port.host.say("Bob", "x" * 400)
        if session.sink.backlog() > 200_000:
            await port.turns()
    assert port.host.dismissed == 1


async def test_quiet_connections_are_bounded_for_each_address(port):
    await port.open(quiet_per_address=2)
    first, second = await port.connect(), await port.connect()
    await port.host.until(lambda: len(port.quiet) == 2)
    third = await port.connect()
    assert await third.rest() == b""
    assert len(port.quiet) == 2
    first.send(HELLO)
    await port.host.until(lambda: len(port.quiet) == 1)
    second.send("NICK nora\r\n")
    await port.host.until(lambda: len(port.quiet) == 0)
    assert len(port.host.sessions) == 2
