"""The original's wire against a real server: what its clients send and read, and nothing that would crash them."""

import json
import re
import threading
import time

from chover.edge.settings import ListenerLimits
from tests.e2e.wire import Irc, Original

STAMP = r"[A-Z][a-z]{2} \d\d \[\d\d:\d\d [AP]M\]"


def joined(watcher, nick):
    """Wait until somebody is seen coming in; the line."""
    return watcher.expect(f"^(@\\S+ )?:{re.escape(nick)}!\\S+ JOIN")


def with_history(server, *texts):
    """Every node has what was said before it started; what another one is told just now it has a little later."""
    with Irc(server.port, "talker") as talker:
        for said in texts:
            talker.say(said)
    server.stop()
    server.start()


def test_a_header_in_two_segments_names_one_user(server):
    with Irc(server.port, "watcher") as watcher, Original(server.port) as alice:
        header = alice.header(b"Alice")
        alice.send_bytes(header[:7])
        assert watcher.fence() == []
        alice.send_bytes(header[7:])
        joined(watcher, "Alice")
        alice.send_bytes(b"hello")
        assert watcher.expect("PRIVMSG").endswith("PRIVMSG #lobby :hello")
        watcher.send("PRIVMSG #lobby :hi Alice")
        assert re.fullmatch(rf"watcher \| {STAMP} ❯ hi Alice", alice.shows("hi Alice"))


def test_text_glued_behind_the_header_is_said_by_that_user(server):
    with Irc(server.port, "watcher") as watcher, Original(server.port) as alice:
        alice.send_bytes(alice.header(b"Alice") + b"in one write")
        line = watcher.expect("PRIVMSG")
        assert re.search(r":Alice!\S+ PRIVMSG #lobby :in one write$", line)


def test_a_guest_who_types_as_soon_as_the_history_is_there_is_heard_whole(server):
    with_history(server, "before")
    with Irc(server.port, "watcher") as watcher, Original(server.port) as guest:
        assert json.loads(guest.read())
        guest.send_bytes("I type fast, and this is longer than thirty-two bytes ☕".encode())
        assert_guest_said(watcher, "I type fast, and this is longer than thirty-two bytes ☕")


def test_a_guest_at_an_empty_lobby_who_types_within_a_second_is_heard_whole(server):
    with Irc(server.port, "watcher") as watcher, Original(server.port) as guest:
        assert guest.is_silent_for(0.8)
        guest.send_bytes(b"just thirty-two bytes and no hdr")
        assert_guest_said(watcher, "just thirty-two bytes and no hdr")


def assert_guest_said(watcher, text):
    line = watcher.expect("PRIVMSG #lobby :I|PRIVMSG #lobby :just")
    assert re.search(rf":guest\S*!\S+ PRIVMSG #lobby :{re.escape(text)}$", line)


def test_a_name_cut_inside_a_character_loses_its_tail(server):
    name = "Großmüttercheä".encode()[:16]
    assert name[-1:] == "ä".encode()[:1]
    with Irc(server.port, "watcher") as watcher, Original(server.port) as grandma:
        grandma.send_bytes(grandma.header(name))
        joined(watcher, "Großmütterche")


def test_a_client_that_joins_while_fifty_messages_a_second_flow_reads_one_whole_list(serve):
    server = serve(CHOVER_LIMITS_FLOOD="false")
    with_history(server, "the first")
    stop = threading.Event()
    with Irc(server.port, "talker") as talker:

        def talk():
            number = 0
            while not stop.wait(0.02):
                number += 1
                talker.send(f"PRIVMSG #lobby :message {number} {'ü' * 40}")

        talking = threading.Thread(target=talk)
        talking.start()
        try:
            firsts = [first_read_then_live(server.port, f"late{number}") for number in range(3)]
        finally:
            stop.set()
            talking.join()
    for first in firsts:
        assert len(first) <= Original.BUFFER
        assert {"username", "now", "message"} == set(json.loads(first)[-1])


def first_read_then_live(port, name):
    """Join as the original does; its first read, when live lines have come after it."""
    with Original(port) as client:
        first = client.read()
        client.send_bytes(client.header(name.encode()))
        client.shows("❯ message")
        return first


def test_a_burst_reaches_a_client_that_rests_after_each_text_in_whole_characters(server):
    with Irc(server.port, "talker") as talker, Original(server.port) as slow:
        slow.send_bytes(slow.header(b"Slow"))
        joined(talker, "Slow")
        talker.send(*[f"PRIVMSG #lobby :line {number} {'ü' * 90}." for number in range(30)])
        shown = ""
        while "line 29" not in shown:
            # The prompt of the original's client rests so long after it has shown a text, then reads again.
            time.sleep(0.2)
            shown += slow.read().decode() + "\n"
    assert [int(line.split()[-2]) for line in shown.splitlines()] == list(range(30))


def test_a_long_history_comes_as_the_newest_lines_that_fit(server):
    with_history(server, *[f"line {number} {'long ' * 20}" for number in range(60)])
    with Original(server.port) as late:
        first = late.read()
        lines = json.loads(first)
        assert len(first) <= Original.BUFFER
        assert [line["message"].split()[1] for line in lines] == [str(60 - len(lines) + n) for n in range(len(lines))]
        assert late.is_silent_for(0.5), "a live line glued to the list would crash the original"


def test_a_history_of_one_line_that_is_too_long_is_shortened(server):
    with_history(server, "ü" * 190, "ä" * 190)
    with Original(server.port) as late:
        first = late.read()
        assert len(first) <= Original.BUFFER
        assert json.loads(first)[-1]["message"].endswith("ä…")


def test_a_guest_hears_nothing_but_the_list_until_a_second_and_a_half_have_passed(serve):
    server = serve()
    # Before the guest comes, or on a busy machine there is no list when it is due.
    with_history(server, "before")
    with Irc(server.port, "talker") as talker:
        began = time.monotonic()
        with Original(server.port) as guest:
            assert [line["message"] for line in json.loads(guest.read())] == ["before"]
            talker.say("meanwhile")
            guest.send_bytes(b"I am here")
            talker.expect("PRIVMSG #lobby :I am here$")
            talker.say("welcome")
            # However slow the machine is, it can only come later.
            guest.read()
            assert time.monotonic() - began >= ListenerLimits().hold_seconds
            talker.say("and again")
            guest.shows("and again")


def test_somebody_at_netcat_who_types_nick_after_three_seconds_reaches_irc(server):
    with_history(server, "there is history")
    with Irc(server.port) as netcat:
        listed = netcat.receive()
        assert json.loads(listed)[0]["message"] == "there is history"
        assert netcat.is_silent_for(2.4), "three seconds are over after this"
        netcat.send("NICK netty", "USER netty 0 * :Netty")
        netcat.expect(" 001 netty ")
        netcat.expect(" 366 netty #lobby ")


def test_somebody_at_netcat_who_finds_an_empty_lobby_reads_nothing_before_the_welcome(server):
    with Irc(server.port) as netcat:
        assert netcat.is_silent_for(1.0)
        netcat.send("NICK netty", "USER netty 0 * :Netty")
        netcat.expect(" 001 netty ")
