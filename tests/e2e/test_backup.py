"""A backup is made while people chat; what is restored of it is the same server: pins, links, push, files, logins."""

import base64
import http.client
import json
import re
import subprocess
import sys

import pytest

from chover.wire.invite import parse
from tests.e2e.server import Server, chover, environment
from tests.e2e.wire import Irc, text

pytestmark = pytest.mark.single_process("a backup is one of SQLite")

PASSWORD = "sesame-and-poppy"


def run(server: Server, *arguments: str) -> str:
    done = chover(*arguments, "--data", str(server.data), home=server.home)
    assert done.returncode == 0, done.stderr
    return done.stdout


def logged_in(server: Server) -> Irc:
    irc = Irc(server.port)
    irc.send("CAP REQ :soju.im/webpush", f"PASS alice:{PASSWORD}", "NICK alice", "USER a 0 * :Alice", "CAP END")
    return irc


def request(server: Server, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
    web = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    token = base64.b64encode(f"alice:{PASSWORD}".encode()).decode()
    web.request(method, path, body, {"Authorization": f"Basic {token}"} if method == "PUT" else {})
    answer = web.getresponse()
    found = answer.status, answer.read() if method == "GET" else (answer.headers["Location"] or "").encode()
    web.close()
    return found


def pin(server: Server) -> list[str]:
    return re.findall(r"(?:SHA-256|SPKI pin|  SSH) (\S{20,})", server.ready)


def test_a_restored_server_is_the_same_server(serve, tmp_path):
    server = serve()
    with Irc(server.port, "alice") as alice:
        alice.send(f"NS REGISTER {PASSWORD}")
        alice.expect(" 900 ")
        alice.say("said before the backup")
    status, location = request(server, "PUT", "/files/tea.txt", b"how to make tea")
    assert status == 201
    path = "/files/" + location.decode().partition("/files/")[2]
    link = parse(json.loads(run(server, "invite", "--json"))["link"])
    with logged_in(server) as alice:
        vapid = re.search(r"VAPID=(\S+)", alice.expect(r" 005 .*VAPID="))[1]

    with Irc(server.port, "talker") as talker:
        making = subprocess.Popen(
            [sys.executable, "-m", "chover", "backup", str(tmp_path / "backups"), "--data", str(server.data)],
            env=environment(server.home),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        number = 0
        while making.poll() is None:
            number += 1
            talker.say(f"beside the backup {number}")
        out, err = making.communicate()
    assert (making.returncode, err) == (0, "")
    assert "1 of 1 upload new (15 bytes)" in out
    first = pin(server)
    assert len(first) == 3
    server.stop()

    home = tmp_path / "elsewhere"
    home.mkdir()
    done = chover("restore", str(tmp_path / "backups"), "--data", str(home / "data"), home=home)
    assert done.returncode == 0, done.stderr
    again = serve(home=home)
    assert pin(again) == first
    assert request(again, "GET", path) == (200, b"how to make tea")
    with logged_in(again) as alice:
        assert re.search(r"VAPID=(\S+)", alice.expect(r" 005 .*VAPID="))[1] == vapid
        alice.expect(r" 376 | 422 ")
    with Irc(again.port) as bob:
        bob.send("CAP LS 302", "NICK bob", "USER b 0 * :Bob", f"REDEEM {link.token}")
        bob.expect("REDEEM SUCCESS bob ")
    with Irc(again.port, "carol") as carol:
        kept = [text(line) for line in carol.history()]
        assert kept[0] == "said before the backup"
        assert kept[1:] == [f"beside the backup {each}" for each in range(1, len(kept))]
        carol.send("PRIVMSG SearchServ :before the backup")
        carol.expect("said before the backup")


def test_a_tar_goes_through_a_pipe(serve, tmp_path):
    server = serve()
    with Irc(server.port, "alice") as alice:
        alice.say("through the pipe")
    command = [sys.executable, "-m", "chover"]
    env = environment(server.home)
    making = subprocess.Popen([*command, "backup", "-", "--data", str(server.data)], env=env, stdout=subprocess.PIPE)
    data = tmp_path / "elsewhere" / "data"
    restoring = subprocess.run(
        [*command, "restore", "-", "--data", str(data)],
        env=env,
        stdin=making.stdout,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    making.stdout.close()
    assert (making.wait(60), restoring.returncode, restoring.stderr) == (0, 0, "")
    again = serve(home=tmp_path / "elsewhere")
    with Irc(again.port, "bob") as bob:
        assert [text(line) for line in bob.history()] == ["through the pipe"]
