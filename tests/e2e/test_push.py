"""Web push on a real server, with a push service on loopback and a device that opens what comes."""

import http.server
import queue
import threading

import pytest

from tests.e2e.wire import Irc
from tests.notify.push_service import Device
from tests.terminal import BOUND


@pytest.fixture
def service():
    """Takes push messages: its address, the device behind it, and the lines."""
    device, lines = Device(), queue.Queue()

    class Takes(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(201)
            self.end_headers()
            lines.put((device.open(body), self.headers["Authorization"]))

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Takes) as there:
        thread = threading.Thread(target=there.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{there.server_port}/x", device, lines
        there.shutdown()
        thread.join()


def test_a_private_message_reaches_a_phone_that_is_off_also_after_a_restart(serve, service):
    address, device, lines = service
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
