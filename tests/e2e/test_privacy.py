"""What is private stays it, and what was deleted is gone: with a real server and real files."""

import json
import re
import sqlite3
import time
import urllib.error
import urllib.request
from contextlib import closing

import pytest

from tests.e2e.wire import ALL, MSGID, Irc
from tests.terminal import BOUND

CAPS = f"{ALL} draft/message-redaction chover.chat/edit draft/event-playback"
EVER = "timestamp=2020-01-01T00:00:00.000Z timestamp=2262-01-01T00:00:00.000Z"


def history(client, target):
    """All that CHATHISTORY tells of a conversation."""
    client.fence()
    client.send(f"CHATHISTORY LATEST {target} * 100", f"CHATHISTORY BETWEEN {target} {EVER} 100")
    return "\n".join(client.fence())


def test_a_guest_cannot_read_the_private_messages_of_the_nicks_former_guest(server):
    with Irc(server.port, "bob", CAPS) as bob:
        with Irc(server.port, "alice", CAPS) as alice:
            msgid = bob.say("for the first alice only", "alice")
            alice.expect("for the first alice only")
            alice.say("from the first alice", "bob")
            bob.expect("from the first alice")
            assert "for the first alice only" in history(alice, "bob")
            alice.send("QUIT")
        bob.until("alice!.* QUIT")
        with Irc(server.port, "alice", CAPS) as other:
            assert "first alice" not in history(other, "bob")
            assert "first alice" not in history(other, "alice")
            other.send(
                f"CHATHISTORY TARGETS {EVER} 100", "MARKREAD bob", f"REDACT bob {msgid}", f"EDIT bob {msgid} :mine"
            )
            told = "\n".join(other.fence())
            assert "CHATHISTORY TARGETS bob" not in told
            assert "MARKREAD bob *" in told
            assert f"FAIL REDACT UNKNOWN_MSGID bob {msgid}" in told
            assert f"FAIL EDIT UNKNOWN_MSGID bob {msgid}" in told
            # Nor does who stays read there what was said with the first.
            assert "first alice" not in history(bob, "alice")
            bob.say("for the second", "alice")
            assert "for the second" in history(other, "bob")


@pytest.mark.single_process("it looks into the files of SQLite")
def test_what_was_deleted_stands_in_no_file(serve):
    server = serve()
    with Irc(server.port, "bob", CAPS) as bob, Irc(server.port, "alice", CAPS) as alice:
        short = bob.say("a word: xylophonic", "#lobby")
        long = bob.say("xylophonic " * 30, "#lobby")
        private = bob.say("xylophonic, between us", "alice")
        bob.send(f"EDIT #lobby {short} :still xylophonic")
        alice.expect(f"EDIT #lobby {short} :still xylophonic")
        for target, msgid in (("#lobby", short), ("#lobby", long), ("alice", private)):
            bob.send(f"REDACT {target} {msgid} :oops")
            alice.expect(f"REDACT {target} {msgid} :oops")
        for client, target in ((bob, "#lobby"), (bob, "alice"), (alice, "#lobby"), (alice, "bob")):
            told = history(client, target)
            assert "xylophonic" not in told
            assert re.search(r"REDACT \S+ \S+ :oops", told)
    server.stop()
    files = [path for path in server.home.rglob("*") if path.is_file()]
    assert any(path.name == "chover.db" for path in files)
    assert [path for path in files if b"xylophonic" in path.read_bytes()] == []


def test_a_reaction_that_came_after_a_page_is_told_with_it_after_a_restart(serve):
    server = serve()
    with Irc(server.port, "bob", CAPS) as bob:
        msgid = bob.say("good?", "#lobby")
        bob.send(f"@+draft/react=yes;+draft/reply={msgid} TAGMSG #lobby")
        bob.expect("TAGMSG #lobby")
        bob.say("later", "#lobby")
    server.stop()
    server = serve(home=server.home)
    with Irc(server.port, "carol", CAPS) as carol:
        carol.send(f"CHATHISTORY AROUND #lobby msgid={msgid} 1")
        opening, message, reaction, closing = carol.fence()
        assert "BATCH +" in opening
        assert "BATCH -" in closing
        assert MSGID.search(message)[1] == msgid
        assert "draft/chathistory-context" in reaction
        assert f"+draft/react=yes;+draft/reply={msgid}" in reaction


@pytest.mark.single_process("the address of an export is known to its node alone")
def test_owners_take_home_what_they_said_by_an_address_that_is_theirs(server):
    with Irc(server.port, "olga", CAPS) as olga, Irc(server.port, "bob", CAPS) as bob:
        olga.send("NS REGISTER sesame-and-poppy")
        olga.expect(" 900 ")
        msgid = olga.say("furst", "#lobby")
        olga.send(f"EDIT #lobby {msgid} :first")
        bob.expect("EDIT #lobby")
        bob.say("of bob", "#lobby")
        bob.say("to olga", "olga")
        olga.expect("to olga")
        olga.send("NS EXPORT")
        address = re.search(r"http://\S+/exports/\S+", olga.expect("/exports/"))[0]
        olga.expect("Anyone who has this address")
    address = address.replace("//localhost", "//127.0.0.1")
    with urllib.request.urlopen(address, timeout=30) as response:
        lines = [json.loads(line) for line in response]
    assert lines[1]["account"]["name"] == "olga"
    assert [line["text"] for line in lines if line["type"] == "message"] == ["first", "to olga"]
    assert status_of(f"{address}x") == 404


def status_of(address):
    try:
        with urllib.request.urlopen(address, timeout=30) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.single_process("it changes the file of SQLite")
def test_a_message_that_is_too_old_takes_its_file_along(serve):
    server = serve(CHOVER_HISTORY_RETENTION_DAYS="30")
    with Irc(server.port, "olga", CAPS) as olga:
        olga.send("NS REGISTER sesame-and-poppy")
        olga.expect(" 900 ")
        request = urllib.request.Request(f"http://127.0.0.1:{server.port}/files/a.txt", b"leaves", method="PUT")
        request.add_header("Authorization", "Basic b2xnYTpzZXNhbWUtYW5kLXBvcHB5")
        with urllib.request.urlopen(request, timeout=30) as response:
            address = response.headers["Location"]
        olga.say(f"see {address}", "#lobby")
        # Without anything new the clock would be doubted, and nothing deleted.
        olga.say("today", "#lobby")
    server.stop()
    with closing(sqlite3.connect(server.data / "chover.db")) as db, db:
        db.execute(
            "UPDATE event SET at = at - 31 * 86400000 WHERE seq <="
            " (SELECT seq FROM event AS linking WHERE linking.log_no = event.log_no AND instr(data, '/files/'))"
        )
    assert list((server.data / "files").glob("??/*"))
    server = serve(home=server.home, CHOVER_HISTORY_RETENTION_DAYS="30")
    path, deadline = address.partition("/files/")[2], time.monotonic() + BOUND
    while status_of(f"http://127.0.0.1:{server.port}/files/{path}") == 200:
        assert time.monotonic() < deadline, "the file outlives its message"
    server.stop()
    assert not list((server.data / "files").glob("??/*"))
