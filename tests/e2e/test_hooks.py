"""Hooks on a real server: other programs speak, and are told, over HTTP."""

import http.server
import json
import threading
import urllib.request

import pytest

from tests.e2e.server import chover
from tests.e2e.wire import Irc
from tests.terminal import BOUND


@pytest.fixture
def program():
    """Takes what it is told: its address, and the bodies."""
    told, came = [], threading.Semaphore(0)

    class Takes(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()
            came.release()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Takes) as there:
        thread = threading.Thread(target=there.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{there.server_port}/in", told, came
        there.shutdown()
        thread.join()


def made(server, *arguments):
    done = chover("hook", "add", *arguments, "--json", "--data", str(server.data), home=server.home)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def post(server, token, text):
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}/hooks/{token}", text.encode())
    with urllib.request.urlopen(request, timeout=BOUND) as answer:
        return answer.read()


def test_a_program_speaks_in_a_channel_and_after_a_restart_too(serve):
    server = serve()
    with Irc(server.port, "nora") as nora:
        token = made(server, "#lobby", "--name", "deploys")["address"].rpartition("/")[2]
        assert post(server, token, "it is out") == b"ok\n"
        nora.expect(r":deploys!hook@hooks PRIVMSG #lobby :it is out")
    server.stop()
    again = serve(home=server.home)
    with Irc(again.port, "nora") as nora:
        assert post(again, token, "still out") == b"ok\n"
        nora.expect(r":deploys!hook@hooks PRIVMSG #lobby :still out")


def test_a_program_is_told_what_is_said_where_the_settings_allow_it(serve, program):
    address, told, came = program
    server = serve(CHOVER_OUTGOING_NETWORKS='["127.0.0.1"]')
    with Irc(server.port, "nora") as nora:
        hook = made(server, "#lobby", "--to", address)["hook"]
        nora.send("PRIVMSG #lobby :hello")
        assert came.acquire(timeout=BOUND)
    assert (told[0]["hook"], told[0]["nick"], told[0]["text"]) == (hook["id"], "nora", "hello")
