import asyncio
import contextlib
import itertools

import pytest

from chover.client.connection.connection import Connection
from chover.client.connection.connector import Tuning, pauses
from chover.client.connection.dial import OriginalServer, ServerAddress, Unreachable
from chover.client.connection.registration import LoginIdentity, Rejected
from chover.client.connection.splitter import Splitter
from chover.client.notifications import (
    Caught,
    ChannelJoined,
    Delivered,
    Ended,
    Notification,
    Offline,
    Online,
    PlainLine,
    Undelivered,
)
from chover.client.state import State
from chover.wire.capabilities import NONCE
from chover.wire.message import ProtocolError
from tests.client.scripted import SERVER, scripted

HASTE = Tuning(idle=5, pending=5, answer=5, register=5, first_pause=0.01, longest_pause=0.02)


def connection_to(server, tuning=HASTE, name="Alice", **state):
    return Connection(ServerAddress("127.0.0.1", server.port), LoginIdentity(name), State(**state), tuning=tuning)


@contextlib.asynccontextmanager
async def online(server, *history, **options):
    """A client in #lobby, and the server's end of it; the notifications up to there are taken."""
    connection = connection_to(server, **options)
    opening = asyncio.create_task(connection.open())
    peer = await server.accept()
    await peer.welcome(*history)
    await opening
    await until(connection, Caught)
    try:
        yield connection, peer
    finally:
        peer.hang_up()
        await connection.close()


async def until(connection, kind) -> Notification:
    """The next notification of a kind; others are passed over."""
    async with asyncio.timeout(10):
        while not isinstance(notifications := await connection.next(), kind):
            pass
    return notifications


async def news_of(connection, count):
    async with asyncio.timeout(10):
        return [await connection.next() for _ in range(count)]


async def test_a_client_tells_its_version_on_its_user_line():
    async with scripted() as server:
        connection = connection_to(server)
        opening = asyncio.create_task(connection.open())
        peer = await server.accept()
        user = await peer.register()
        await opening
        assert user.tags["+chover.chat/version"] == "26.11.0"
        peer.hang_up()
        await connection.close()


async def test_a_server_that_is_not_there_yet_is_told_once_and_then_waited_for():
    async with scripted() as server:
        server.deaf()
        connection, reasons = connection_to(server), []
        opening = asyncio.create_task(connection.open(reasons.append))
        async with asyncio.timeout(20):
            while not reasons:
                await asyncio.sleep(0)
        await server.listen(server.port)
        peer = await server.accept()
        await peer.welcome()
        await opening

        assert len(reasons) == 1
        assert str(server.port) in reasons[0]
        assert await connection.next() == Online("Alice")
        peer.hang_up()
        await connection.close()


async def test_news_begin_with_online_then_the_history_then_caught():
    async with scripted() as server:
        connection = connection_to(server)
        opening = asyncio.create_task(connection.open())
        peer = await server.accept()
        await peer.welcome("@msgid=m1 :Bob!b@c PRIVMSG #lobby :hello")
        await opening
        notifications = await news_of(connection, 4)
        assert [type(item) for item in notifications] == [Online, ChannelJoined, PlainLine, Caught]
        assert notifications[2].text == "hello"
        assert notifications[2].past
        peer.hang_up()
        await connection.close()


async def test_a_message_is_delivered_when_its_echo_is_here():
    async with scripted() as server, online(server) as (connection, peer):
        await connection.say("#lobby", "hi there")
        heard = await peer.hear()
        assert heard.params == ["#lobby", "hi there"]
        assert len(heard.tags[NONCE]) == 22
        peer.echo(heard, "m1")
        assert await connection.settle(5) == []
        assert await until(connection, Delivered) == Delivered(heard.tags[NONCE])
        assert (await until(connection, PlainLine)).mine


async def test_an_unacknowledged_message_comes_again_under_its_nonce_after_a_lost_connection():
    async with scripted() as server, online(server) as (connection, peer):
        await connection.say("#lobby", "kept")
        first = await peer.hear()
        peer.hang_up()
        again = await server.accept()
        await again.welcome()
        second = await again.hear()
        assert second.params == first.params
        assert second.tags[NONCE] == first.tags[NONCE]
        again.echo(second, "m1")
        assert await connection.settle(5) == []
        again.hang_up()


async def test_a_lost_connection_is_told_and_so_is_its_return():
    async with scripted() as server, online(server) as (connection, peer):
        peer.send("ERROR :Closing link: maintenance")
        peer.writer.close()
        assert await until(connection, Offline) == Offline("Closing link: maintenance")
        again = await server.accept()
        await again.register()
        assert await until(connection, Online) == Online("Alice", again=True)
        again.hang_up()


async def test_what_was_missed_is_fetched_page_by_page_and_shown_once():
    async with (
        scripted() as server,
        online(server, "@msgid=m1;time=2026-06-19T15:00:30.000Z :Bob!b@c PRIVMSG #lobby :one") as (connection, peer),
    ):
        peer.hang_up()
        again = await server.accept()
        await again.register()
        again.join("#lobby")
        await again.fence()
        await again.expect("CHATHISTORY", "AFTER", "#lobby", "timestamp=2026-06-19T15:00:29.999Z")
        again.batch("#lobby", "@msgid=m1 :Bob!b@c PRIVMSG #lobby :one", "@msgid=m2 :Bob!b@c PRIVMSG #lobby :two")
        assert (await again.expect("CHATHISTORY", "AFTER", "#lobby")).params[2] == "msgid=m2"
        again.send("@msgid=m4 :Bob!b@c PRIVMSG #lobby :four")
        again.batch("#lobby", "@msgid=m3 :Bob!b@c PRIVMSG #lobby :three", "@msgid=m4 :Bob!b@c PRIVMSG #lobby :four")
        await again.expect("CHATHISTORY", "AFTER", "#lobby")
        again.batch("#lobby")
        lines = [await until(connection, PlainLine) for _ in range(3)]
        assert [line.text for line in lines] == ["two", "three", "four"]
        assert await connection.next() == Caught("#lobby", 3)
        again.hang_up()


async def test_the_history_may_be_what_acknowledges():
    async with scripted() as server, online(server) as (connection, peer):
        await connection.say("#lobby", "kept")
        nonce = (await peer.hear()).tags[NONCE]
        peer.hang_up()
        again = await server.accept()
        await again.register()
        again.join("#lobby")
        await again.expect("PING")
        await again.expect("CHATHISTORY")
        again.batch("#lobby", f"@msgid=m1;{NONCE}={nonce} :Alice!a@c PRIVMSG #lobby :kept")
        assert await until(connection, Delivered) == Delivered(nonce)
        again.hang_up()


async def test_a_silent_server_is_asked_for_a_sign_of_life_and_then_left():
    tuning = Tuning(idle=0.02, pending=0.02, answer=0.05, first_pause=0.01)
    async with scripted() as server, online(server, tuning=tuning) as (connection, peer):
        await peer.expect("PING", "alive")
        assert await until(connection, Offline) == Offline("it does not answer")


async def test_a_message_bounds_the_silence_of_a_read_that_began_before_it_was_said():
    tuning = Tuning(idle=600, pending=0.02, answer=0.02, first_pause=0.01)
    async with scripted() as server, online(server, tuning=tuning) as (connection, peer):
        peer.send("PING :nothing to wait for")
        await peer.expect("PONG")
        await connection.say("#lobby", "hi there")
        await peer.hear()
        await peer.expect("PING", "alive")
        assert await until(connection, Offline) == Offline("it does not answer")


async def test_a_nick_in_use_gives_way_to_the_next_one():
    async with scripted() as server:
        connection = connection_to(server)
        opening = asyncio.create_task(connection.open())
        peer = await server.accept()
        await peer.expect("CAP", "LS")
        peer.send(f":{SERVER} CAP * LS :batch")
        await peer.expect("NICK", "Alice")
        await peer.expect("CAP", "REQ")
        peer.send(f":{SERVER} CAP * ACK :batch", f":{SERVER} 433 * Alice :Nickname is in use")
        await peer.expect("USER")
        await peer.expect("CAP", "END")
        await peer.expect("NICK", "Alice2")
        peer.send(f":{SERVER} 001 Alice2 :Welcome")
        await opening
        assert connection.state.nick == "Alice2"
        peer.hang_up()
        await connection.close()


async def test_a_banned_client_is_told_why_and_does_not_get_in():
    async with scripted() as server:
        opening = asyncio.create_task(connection_to(server).open())
        peer = await server.accept()
        await peer.expect("CAP", "LS")
        peer.send(f":{SERVER} 465 * :You are banned: spam\x07")
        with pytest.raises(Rejected, match=r"^You are banned: spam$"):
            await opening


async def test_a_ban_while_away_ends_the_connection_for_good():
    async with scripted() as server, online(server) as (connection, peer):
        peer.hang_up()
        again = await server.accept()
        await again.expect("CAP", "LS")
        again.send(f":{SERVER} 465 * :You are banned")
        assert await until(connection, Ended) == Ended("You are banned")
        assert await connection.settle(5) == []


async def test_a_refused_message_is_told_with_its_reason():
    async with scripted() as server, online(server) as (connection, peer):
        await connection.say("#lobby", "psst")
        heard = await peer.hear()
        peer.send(f"@label={heard.tags['label']} :{SERVER} 404 Alice #lobby :Cannot send to channel (+m)")
        told = await until(connection, Undelivered)
        assert (told.text, told.reason) == ("psst", "Cannot send to channel (+m)")
        assert await connection.settle(5) == []


async def test_settle_gives_back_what_nobody_acknowledged():
    async with scripted() as server, online(server) as (connection, peer):
        await connection.say("#lobby", "lost")
        await peer.hear()
        assert [pending.text for pending in await connection.settle(0.01)] == ["lost"]


async def test_at_most_a_window_of_messages_is_on_the_wire():
    async with scripted() as server, online(server) as (connection, peer):
        for number in range(40):
            await connection.say("#lobby", str(number))
        heard = [await peer.hear() for _ in range(32)]
        peer.send("PING fence")
        await peer.expect("PONG", "fence")
        peer.echo(heard[0], "m0")
        assert (await peer.hear()).params[1] == "32"


async def test_nobody_listening_is_unreachable():
    async with scripted() as server:
        server.deaf()
        with pytest.raises(Unreachable, match=f"No connection to 127.0.0.1:{server.port}"):
            await connection_to(server).open()


async def test_history_as_json_is_an_original_server():
    async with scripted() as server:
        opening = asyncio.create_task(connection_to(server).open())
        peer = await server.accept()
        peer.writer.write(b'[{"username": "Bob", "now": "Jun 19 [05:01 PM]", "message": "hi"}]')
        with pytest.raises(OriginalServer, match="original ChatOverSockets"):
            await opening


async def test_an_original_server_that_says_nothing_is_named_within_two_seconds():
    async with scripted() as server:
        async with asyncio.timeout(2):
            with pytest.raises(OriginalServer, match="does not answer"):
                await connection_to(server).open()
        peer = await server.accept()
        assert await peer.line() == "CAP LS 302"
        assert await peer.line() == ""


async def test_leaving_says_quit():
    async with scripted() as server, online(server) as (connection, peer):
        closing = asyncio.create_task(connection.close())
        await peer.expect("QUIT")
        peer.hang_up()
        await closing


async def test_what_is_said_without_a_connection_does_not_wait_for_the_pause_to_end():
    patient = Tuning(first_pause=3600, longest_pause=3600)
    async with scripted() as server, online(server, tuning=patient) as (connection, peer):
        peer.hang_up()
        while not isinstance(await connection.next(), Offline):
            pass
        await connection.say("#lobby", "typed meanwhile")
        again = await server.accept()
        await again.welcome()
        assert (await again.hear()).params == ["#lobby", "typed meanwhile"]


def test_pauses_double_up_to_the_longest_and_vary_by_chance():
    tuning = Tuning(first_pause=1, longest_pause=5)
    least, most = pauses(tuning, lambda: 0.0), pauses(tuning, lambda: 1.0)
    assert [next(least) for _ in range(5)] == [0.5, 1, 2, 2.5, 2.5]
    assert [next(most) for _ in range(5)] == [1, 2, 4, 5, 5]


def test_in_the_first_minute_nobody_waits_long_for_a_server_that_is_back():
    for luck in (0.0, 1.0):
        passed, early, late = 0.0, [], []
        for pause in itertools.islice(pauses(Tuning(), lambda luck=luck: luck), 60):
            (early if passed < 60 else late).append(pause)
            passed += pause
        assert max(early) <= 6
        assert max(late) == 30 * (0.5 + luck / 2)


def test_lines_may_arrive_in_pieces():
    splitter = Splitter()
    assert splitter.feed(b"PING ") == []
    assert [str(message) for message in splitter.feed(b"a\r\nPING b\nPI")] == ["PING a", "PING b"]


def test_a_line_without_an_end_is_refused():
    with pytest.raises(ProtocolError, match="without an end"):
        Splitter().feed(b"x" * 20000)


async def test_anyone_who_has_logged_in_is_logged_in_again_on_the_next_connection():
    async with scripted() as server, online(server) as (connection, peer):
        connection.log_in("hunter2")
        peer.send(f":{SERVER} 900 Alice Alice!a@c alice :You are now logged in as alice")
        peer.send("PING :done")
        await peer.expect("PONG")
        peer.hang_up()
        again = await server.accept()
        await again.expect("CAP", "LS")
        again.send(f":{SERVER} CAP * LS :")
        assert (await again.expect("PASS")).params == ["alice:hunter2"]
        again.hang_up()


async def test_anyone_who_has_logged_in_by_a_message_to_nickserv_is_logged_in_again():
    async with scripted() as server, online(server) as (connection, peer):
        connection.state.lines.append("PRIVMSG NickServ :REGISTER hunter2")
        connection.flush()
        await peer.expect("PRIVMSG", "NickServ")
        peer.send(f":{SERVER} 900 Alice Alice!a@c alice :You are now logged in as alice", "PING :done")
        await peer.expect("PONG")
        assert connection.password == "alice:hunter2"


async def test_a_guest_without_a_name_takes_that_of_the_account():
    async with scripted() as server, online(server, name="guest") as (connection, peer):
        connection.log_in("hunter2")
        peer.send(f":{SERVER} 900 guest guest!a@c alice :You are now logged in as alice")
        assert (await peer.expect("NICK")).params == ["alice"]


async def test_a_name_that_was_chosen_stays_when_its_owner_logs_in():
    async with scripted() as server, online(server) as (connection, peer):
        connection.log_in("hunter2")
        peer.send(f":{SERVER} 900 Alice Alice!a@c carol :You are now logged in as carol", "PING :done")
        assert [await peer.line()] == ["PONG done"]


async def test_a_password_that_was_not_taken_is_not_tried_again():
    async with scripted() as server, online(server) as (connection, peer):
        connection.log_in("wrong")
        peer.send(f":{SERVER} NOTICE Alice :No", "PING :done")
        await peer.expect("PONG")
        peer.hang_up()
        again = await server.accept()
        await again.expect("CAP", "LS")
        again.send(f":{SERVER} CAP * LS :")
        await again.expect("NICK")
        again.hang_up()


async def test_listeners_are_called_in_order_until_they_unsubscribe():
    async with scripted() as server, online(server) as (connection, peer):
        called = []
        end_first = connection.changes.subscribe(lambda: called.append("first"))
        connection.changes.subscribe(lambda: called.append("second"))
        peer.send(":Bob!b@x PRIVMSG #lobby :hello")
        await until(connection, PlainLine)
        assert called[:2] == ["first", "second"]
        end_first()
        called.clear()
        peer.send(":Bob!b@x PRIVMSG #lobby :again")
        await until(connection, PlainLine)
        assert set(called) == {"second"}


@pytest.mark.parametrize(
    ("line", "answer", "password"),
    [
        (
            "PRIVMSG NickServ :PASSWD hunter2 hunter3",
            "Your password is changed, no other device put out",
            "alice:hunter3",
        ),
        ("NS PASSWD hunter2 hunter3 KEEP", "Your password is changed, no other device put out", "alice:hunter3"),
        ("PRIVMSG NickServ :PASSWD wrong hunter3", "Wrong account or password", "alice:hunter2"),
    ],
)
async def test_a_password_that_nickserv_has_changed_logs_in_next_time(line, answer, password):
    async with scripted() as server, online(server) as (connection, peer):
        connection.log_in("hunter2")
        peer.send(f":{SERVER} 900 Alice Alice!a@c alice :You are now logged in as alice", "PING :one")
        await peer.expect("PONG")
        connection.state.lines.append(line)
        connection.flush()
        await peer.expect(line.partition(" ")[0])
        peer.send(
            ":Bob!b@x NOTICE Alice :Your password is changed", f":NickServ!n@s NOTICE Alice :{answer}", "PING :two"
        )
        await peer.expect("PONG")
        peer.hang_up()
        again = await server.accept()
        await again.expect("CAP", "LS")
        again.send(f":{SERVER} CAP * LS :")
        assert (await again.expect("PASS")).params == [password]
        again.hang_up()


async def test_a_connection_that_a_key_logs_in_keeps_no_password():
    async with scripted() as server, online(server) as (connection, peer):
        connection.state.lines.append("NS PASSWD hunter2 hunter3")
        connection.flush()
        await peer.expect("NS")
        peer.send(":NickServ!n@s NOTICE Alice :Your password is changed", "PING :done")
        await peer.expect("PONG")
        assert connection.password == ""
