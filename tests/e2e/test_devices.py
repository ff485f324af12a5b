"""What follows an account from device to device, and what does not follow a nick: over real sockets."""

from tests.e2e.wire import ALL, Irc

CAPS = f"{ALL} draft/read-marker"


def test_two_devices_follow_each_others_read_marker(server):
    with Irc(server.port, "alice") as registering:
        registering.send("NS REGISTER sesame")
        registering.expect(" 900 ")

    def device(name):
        irc = Irc(server.port)
        irc.send(f"CAP REQ :{CAPS}", f"PASS alice@{name}:sesame", "NICK alice", "USER a 0 * :A", "CAP END")
        irc.expect(r"MARKREAD #lobby \*")
        irc.fence()
        return irc

    with device("desk") as desk, device("phone") as phone:
        desk.send("MARKREAD #lobby timestamp=2026-01-02T03:04:05.678Z")
        desk.expect("MARKREAD #lobby timestamp=2026-01-02T03:04:05.678Z")
        phone.expect("MARKREAD #lobby timestamp=2026-01-02T03:04:05.678Z")
        phone.send("MARKREAD #lobby timestamp=2025-01-02T03:04:05.678Z")
        phone.expect("MARKREAD #lobby timestamp=2026-01-02T03:04:05.678Z")
    server.stop()
    server.start()
    with Irc(server.port) as back:
        back.send(f"CAP REQ :{CAPS}", "PASS alice@desk:sesame", "NICK alice", "USER a 0 * :A", "CAP END")
        back.expect("MARKREAD #lobby timestamp=2026-01-02T03:04:05.678Z")


def test_a_guest_cannot_read_the_private_messages_of_the_nicks_former_guest(server):
    with Irc(server.port, "bob") as bob:
        with Irc(server.port, "carol") as carol:
            told = carol.say("the key is under the mat", "bob")
            bob.expect("PRIVMSG bob :the key is under the mat")
            bob.say("thank you", "carol")
            carol.expect("PRIVMSG carol :thank you")
            carol.leave()
        with Irc(server.port, "carol") as stranger:
            assert stranger.page("CHATHISTORY LATEST bob * 50") == []
            ever = "timestamp=2000-01-01T00:00:00.000Z timestamp=2100-01-01T00:00:00.000Z"
            stranger.send(f"CHATHISTORY AROUND bob msgid={told} 5", f"CHATHISTORY TARGETS {ever} 50")
            heard = "\n".join(stranger.fence())
            assert not any(secret in heard for secret in ("the mat", "thank you", "TARGETS bob"))
