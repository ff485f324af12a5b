"""What is private stays it, and what was deleted is gone: with a real server and real files."""

import re

from tests.e2e.wire import ALL, MSGID, Irc

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
