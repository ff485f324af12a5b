"""Web push on a real server, with a push service on loopback and a device that opens what comes."""

import re

import pytest

from tests.e2e.push_receiver import receiving
from tests.e2e.wire import Irc
from tests.terminal import BOUND


@pytest.fixture
def service():
    with receiving() as there:
        yield there


def logs_in(device, caps):
    device.send(f"CAP REQ :{caps}", "PASS nora:sesame-and-poppy", "NICK nora", "USER nora 0 * :Nora", "CAP END")


def test_goguma_subscribes_is_called_and_called_off(serve, service):
    """Its flow (lib/client_controller.dart and lib/push.dart of Goguma): what it looks at is what is sent."""
    address, device, lines, _ = service
    server = serve(CHOVER_OUTGOING_NETWORKS='["127.0.0.1"]')
    with Irc(server.port, "nora") as first:
        first.send("NS REGISTER sesame-and-poppy")
        first.expect(" 900 ")
        first.send("NS SET ALWAYS-ON on")
        first.fence()
    with Irc(server.port) as phone:
        logs_in(phone, "message-tags server-time draft/read-marker soju.im/webpush")
        phone.expect(r" 005 nora .*\bVAPID=[A-Za-z0-9_-]{87} ")
        padded = ";".join(f"{part}{'=' * (-len(part.partition('=')[2]) % 4)}" for part in device.keys.split(";"))
        phone.send(f"WEBPUSH REGISTER {address} {padded}")
        phone.expect(rf"WEBPUSH REGISTER {re.escape(address)}$")
    with Irc(server.port, "otto") as otto:
        otto.send("PRIVMSG nora :are you there?")
        line, _ = lines.get(timeout=BOUND)
        tags, source, command, target, text = line.split(" ", 4)
        assert "msgid=" in tags
        assert "time=" in tags
        assert source.startswith(":otto!")
        assert (command, target, text) == ("PRIVMSG", "nora", ":are you there?")
        with Irc(server.port) as desk:
            logs_in(desk, "draft/read-marker")
            desk.send("MARKREAD otto timestamp=2099-01-01T00:00:00.000Z")
            line, _ = lines.get(timeout=BOUND)
            assert re.fullmatch(r":\S+ MARKREAD otto timestamp=20[0-9T:.-]+Z", line)


def test_a_private_message_reaches_a_phone_that_is_off_also_after_a_restart(serve, service):
    address, device, lines, _ = service
    allowed = {"CHOVER_OUTGOING_NETWORKS": '["127.0.0.1"]'}
    server = serve(**allowed)
    with Irc(server.port, "nora") as nora:
        nora.send("NS REGISTER sesame-and-poppy")
        nora.expect(" 900 ")
        nora.send("NS SET ALWAYS-ON on")
        nora.send(f"WEBPUSH REGISTER {address} {device.keys}")
        nora.expect("WEBPUSH REGISTER ")
    with Irc(server.port, "otto") as otto:
        otto.send("PRIVMSG nora :are you there?")
        line, signature = lines.get(timeout=BOUND)
    assert " :otto!" in line
    assert line.endswith(" PRIVMSG nora :are you there?")
    server.stop()
    again = serve(home=server.home, **allowed)
    with Irc(again.port, "otto") as otto:
        otto.send("PRIVMSG nora :and now?")
        line, later = lines.get(timeout=BOUND)
    assert line.endswith(" PRIVMSG nora :and now?")
    assert later.rpartition("k=")[2] == signature.rpartition("k=")[2], "the key stays"
