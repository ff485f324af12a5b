"""The ways in by which a server is told a secret, each with its right use and with wrong ones.

Each secret is a word of its own, so that whatever shows it names the way in.
"""

import asyncio
import base64
import contextlib
import json
import re
import socket
import socketserver
import threading
from itertools import count

import asyncssh
from scramp import ScramClient

from tests.e2e.server import chover
from tests.e2e.wire import Irc, Original, Wire
from tests.terminal import BOUND

CAPS = "sasl standard-replies batch message-tags echo-message"


class Secrets:
    """Those that were said, by where they must not be."""

    def __init__(self):
        self.never_shown, self.never_kept = {}, set()
        self._numbers = count()

    def word(self, way):
        """A new one; nobody keeps it as it is."""
        made = f"Secret-{way}-{next(self._numbers)}"
        self.never_kept.add(made)
        return self.given(way, made)

    def given(self, way, text):
        """One that the server made, or that it has to keep."""
        assert len(text) >= 8
        self.never_shown[text] = way
        return text

    def found_in(self, text):
        """The ways in whose secrets stand there, in whatever case: names are folded."""
        text = text.lower()
        return {way for secret, way in self.never_shown.items() if secret.lower() in text}


class Mailbox(socketserver.StreamRequestHandler):
    """An SMTP server that wants a password, and keeps what comes in ``server.mails``."""

    def handle(self):
        self.wfile.write(b"220 mail.test\r\n")
        while line := self.rfile.readline().strip():
            word = line.split()[0].upper()
            answers = {b"EHLO": b"250-mail.test\r\n250 AUTH PLAIN", b"AUTH": b"235 in", b"DATA": b"354 go on"}
            self.wfile.write(answers.get(word, b"250 fine") + b"\r\n")
            if word == b"DATA":
                mail = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    mail += part
                self.server.mails.append(mail.decode())
                self.wfile.write(b"250 taken\r\n")
            if word == b"QUIT":
                return


@contextlib.contextmanager
def mailbox():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mailbox) as server:
        server.mails = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class Scene:
    """A server and the secrets that it is told; each guess comes from another address, so that none has to wait."""

    def __init__(self, server, secrets, mails, push):
        self.server, self.secrets, self.mails, self.push = server, secrets, mails, push
        self._addresses = count(10)

    def address(self):
        return f"127.0.0.{next(self._addresses)}"

    @contextlib.contextmanager
    def irc(self, nick="", *first):
        with Irc(self.server.port, address=self.address()) as irc:
            irc.nick = nick
            if nick:
                irc.send(f"CAP REQ :{CAPS}", *first, f"NICK {nick}", f"USER {nick} 0 * :x", "CAP END")
                irc.expect(r" (001) ")
            yield irc

    def told(self, data, until=b"", *, ends=True):
        """What bytes that are sent as they are, are answered until the end, or until these come."""
        with Wire(self.server.port, self.address()) as wire:
            wire.send_bytes(data)
            if ends:
                # The server may have ended the connection already.
                with contextlib.suppress(OSError):
                    wire.socket.shutdown(socket.SHUT_WR)
            got = b""
            with contextlib.suppress(ConnectionError):
                while not (until and until in got) and (more := wire.receive()):
                    got += more
            return got

    def asked(self, head, body=b""):
        """The answer to an HTTP request."""
        lines = f"{head}\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        return self.told(lines + body, ends=False)

    def run(self, *arguments, text="", status=0):
        done = chover(*arguments, "--data", str(self.server.data), home=self.server.home, text=text)
        assert done.returncode == status, done
        return done.stdout


def coded(secrets, way, *parts):
    """Base64 of a name and a secret, which is a secret, too."""
    return secrets.given(way, base64.b64encode("\0".join(parts).encode()).decode())


# ---- the ways in: each says its secrets, and waits until the server has done with them


def registering(scene):
    word = scene.secrets.word
    with scene.irc("alice") as irc:
        irc.send(f"REGISTER * * {word('REGISTER')}")
        irc.expect("REGISTER SUCCESS alice")
        irc.send(f"REGISTER * {word('REGISTER-e-mail')}@ {word('REGISTER-bad-mail')}")
        irc.expect("FAIL REGISTER")
        irc.send(f"REGISTER {word('REGISTER-for-name')} * alice")
        irc.expect("FAIL REGISTER")
        irc.send(f"REGISTER {word('REGISTER-alone')}")
        irc.expect(" 461 ")
    with scene.irc("ben") as irc:
        irc.send(f"PRIVMSG NickServ :REGISTER {word('NickServ-REGISTER')}")
        irc.expect("ben is registered")


def by_mail(scene):
    word, given = scene.secrets.word, scene.secrets.given
    with scene.irc("cas") as irc:
        irc.send(f"REGISTER * cas@example.org {word('REGISTER-with-mail')}")
        irc.expect("REGISTER VERIFICATION_REQUIRED")
        code = given("code of VERIFY", re.search(r"VERIFY cas ([0-9a-f]{16})", scene.mails[-1])[1])
        irc.send(f"VERIFY {word('VERIFY-wrong-order')} cas", f"VERIFY cas {word('VERIFY-wrong')}")
        irc.expect("FAIL VERIFY")
        irc.expect("FAIL VERIFY")
        irc.send(f"VERIFY cas {code}")
        irc.expect("VERIFY SUCCESS")
        irc.send("PRIVMSG NickServ :SENDPASS cas")
        irc.fence()
        code = given("code of RESET", re.search(r"RESET cas ([0-9a-f]{16})", scene.mails[-1])[1])
        irc.send(f"PRIVMSG NickServ :RESET cas {word('RESET-wrong-code')} {word('RESET-not-set')}")
        irc.expect("That code is wrong")
        irc.send(f"PRIVMSG NickServ :RESET cas {code} {word('RESET')}")
        irc.expect("cas has a new password")


def by_nickserv(scene):
    word, old = scene.secrets.word, scene.secrets.word("IDENTIFY")
    scene.run("account", "add", "dan", "--password", text=f"{old}\n")
    with scene.irc("someone") as irc:
        irc.send(f"PRIVMSG NickServ :IDENTIFY {word('IDENTIFY-order')} dan")
        irc.expect("Wrong account or password")
        irc.send(f"NS IDENTIFY dan {word('IDENTIFY-wrong')}", f"NS {word('NS')}", f"NICKSERV {word('NICKSERV')}")
        irc.expect("Wrong account or password")
        irc.send(f"{word('the-command')} dan", f"PRIVMSG {word('target')} :x", f"PRIVMSG NickServ :{word('verb')}")
        irc.fence()
        irc.send(f"PRIVMSG NickServ :IDENTIFY dan {old}")
        irc.expect("NICK :?dan")
        new = word("PASSWD")
        irc.send(f"NS PASSWD {word('PASSWD-wrong')} {word('PASSWD-not-set')}", f"NS PASSWD {old} {new}")
        irc.expect("Your password is changed")
        irc.send(f"NS GHOST dan {word('GHOST')}", f"NS DROP {word('DROP')}")
        irc.fence()
        irc.send("NS TOKEN MAKE phone")
        token = scene.secrets.given(
            "token", re.search(r"(chover-\S+) is a password", irc.expect("is a password for"))[1]
        )
    for secret in (token, word("Bearer-wrong")):
        scene.asked(f"DELETE /files/{'x' * 22} HTTP/1.1\r\nAuthorization: Bearer {secret}")
    with scene.irc("dan", f"PASS dan:{token}") as irc:
        irc.send("NS TOKEN LIST")
        irc.expect("phone")


def by_pass_and_sasl(scene):
    word, right = scene.secrets.word, scene.secrets.word("account-add")
    scene.run("account", "add", "eve", "--password", text=f"{right}\n")
    with scene.irc("eve", f"PASS eve:{right}"):
        pass
    for said in (f"eve:{word('PASS-wrong')}", word("PASS-alone"), f"{word('PASS-x')} {word('PASS-y')}"):
        with scene.irc() as irc:
            irc.send(f"PASS {said}", "NICK eve", "USER x 0 * :x")
            irc.expect(r" (433|464|NOTICE|ERROR|FAIL) ")
    with scene.irc() as irc:
        irc.send(f"CAP REQ :{CAPS}", "NICK gus", "USER x 0 * :x", "AUTHENTICATE PLAIN")
        irc.send(f"AUTHENTICATE {coded(scene.secrets, 'PLAIN-wrong', '', 'eve', word('PLAIN-wrong'))}")
        irc.expect(" 904 ")
        irc.send(f"AUTHENTICATE {coded(scene.secrets, 'PLAIN-first', '', 'eve', word('PLAIN-first'))}")
        irc.send("AUTHENTICATE PLAIN", f"AUTHENTICATE {word('PLAIN-not-base64')}", "AUTHENTICATE PLAIN")
        irc.send(f"AUTHENTICATE {coded(scene.secrets, 'PLAIN-swapped', '', word('PLAIN-swapped'), 'eve')}")
        irc.send("AUTHENTICATE PLAIN", f"AUTHENTICATE {coded(scene.secrets, 'PLAIN-two', 'eve', word('PLAIN-two'))}")
        irc.fence()
        by_scram(irc, "eve", word("SCRAM-wrong"), " 904 ")
        by_scram(irc, "eve", right, " 903 ")


def by_scram(irc, name, password, end):
    client = ScramClient(["SCRAM-SHA-256"], name, password)
    irc.send("AUTHENTICATE SCRAM-SHA-256")
    irc.expect("AUTHENTICATE [+]$")
    irc.send(f"AUTHENTICATE {base64.b64encode(client.get_client_first().encode()).decode()}")
    first = base64.b64decode(irc.expect("AUTHENTICATE [^+]").rpartition(" ")[2]).decode()
    client.set_server_first(first)
    irc.send(f"AUTHENTICATE {base64.b64encode(client.get_client_final().encode()).decode()}")
    line = irc.expect(rf"{end}|AUTHENTICATE ")
    if "AUTHENTICATE" in line:
        irc.send("AUTHENTICATE +")
        irc.expect(end)


def as_operator(scene):
    word = scene.secrets.word
    with scene.irc("oscar") as irc:
        irc.send(f"OPER root {word('OPER-wrong')}", f"OPER {word('OPER-order')} root", f"OPER {word('OPER-alone')}")
        irc.fence()
        irc.send(f"OPER root {scene.root}")
        irc.expect(" 381 ")
        irc.send(f"NS SAREGISTER fay {word('SAREGISTER')}", f"KICK {word('KICK')} x", f"REHASH {word('REHASH')}")
        irc.fence()


def lines_that_are_none(scene):
    word = scene.secrets.word
    with scene.irc("hal") as irc:
        irc.send("PASS", word("line-of-its-own"), f"PASS  :{word('twice')}", f":{word('prefix')} PASS x")
        irc.send(f"@{word('tag')}=x PASS", f"@label={word('label')} PASS", f"PASS {word('long')} {'x' * 9000}")
        irc.send_bytes(f"PASS hal:{word('not-utf8')}".encode() + b"\xff\xfe\r\n")
        irc.send_bytes(f"PASS hal:{word('nul')}\0\r\n".encode())
        irc.fence()
    scene.told(f"PASS {word('left-in-the-middle')}".encode())
    scene.told(Original.header(b"x") + scene.secrets.given("original", "Said-by-the-original").encode())
    scene.told(word("no-protocol").encode() + b"\xff\xff\x01")
    scene.told(f"{word('method')} / HTTP/1.1\r\n\r\n".encode())
    scene.told(f"PROXY TCP4 {word('PROXY')} 192.0.2.1 1 2\r\n".encode())
    scene.told(f"WEBIRC {word('WEBIRC-wrong')} gate host 192.0.2.7\r\n".encode())
    scene.told(f"WEBIRC {scene.gate} gate host {word('WEBIRC-address')}\r\n".encode())
    scene.told(f"WEBIRC {scene.gate} gate host 192.0.2.7\r\nNICK ike\r\nUSER i 0 * :i\r\n".encode(), b" 001 ")


def by_http(scene):
    word, secrets = scene.secrets.word, scene.secrets
    for given in (
        f"eve:{word('Basic')}",
        f"{word('Basic-swapped')}:eve",
        word("Basic-no-colon"),
        f"é:{word('Basic-é')}",
    ):
        basic = secrets.given("Basic", base64.b64encode(given.encode()).decode())
        assert b" 401 " in scene.asked(f"POST /files HTTP/1.1\r\nAuthorization: Basic {basic}", b"x")
    for head in (
        f"POST /files HTTP/1.1\r\nAuthorization: Basic {word('Basic-not-base64')}",
        f"POST /files HTTP/1.1\r\nAuthorization: {word('no-scheme')}",
        f"POST /files?token={word('query')} HTTP/1.1\r\nCookie: session={word('cookie')}",
        f"GET /hooks/{word('hook')} HTTP/1.1",
        f"POST /hooks/{word('hook-post')} HTTP/1.1",
        f"GET /join/{word('join')} HTTP/1.1",
        f"GET /files/{word('file')} HTTP/1.1",
        f"PUT /files/{word('put')} HTTP/1.1",
        f"GET /{word('path')} HTTP/9.9",
        f"GET / HTTP/1.1\r\n{word('header')}",
        f"GET / HTTP/1.1\r\nX-Token: {word('header-bytes')}\xff",
        f"GET / HTTP/1.1\r\nContent-Length: {word('length')}",
        f"GET /metrics HTTP/1.1\r\nAuthorization: Bearer {word('metrics-wrong')}",
        f"GET /metrics HTTP/1.1\r\nAuthorization: Bearer {scene.metrics}",
        f"GET /irc HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {word('ws-key')}",
        f"GET /irc HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: {word('ws-protocol')}",
        f"GET /irc HTTP/1.1\r\nOrigin: https://{word('origin')}.example\r\nUpgrade: websocket\r\nConnection: Upgrade",
    ):
        scene.asked(head)


def by_hooks(scene):
    word, given = scene.secrets.word, scene.secrets.given
    made = json.loads(scene.run("hook", "add", "#lobby", "--json"))["address"].rpartition("/")[2]
    scene.asked(f"POST /hooks/{given('hook', made)} HTTP/1.1", b"hello")
    scene.asked(f"POST /hooks/{made}{word('hook-and-more')} HTTP/1.1", b"hello")
    path, key = given("address of a hook", "Path-of-a-hook"), given("key of a hook", "Key-of-a-hook")
    address = f"http://127.0.0.1:{scene.closed}/{path}?key={key}"
    scene.run("hook", "add", "#lobby", "--to", address)
    scene.run("hook", "add", "#lobby", "--to", f"ftp://{word('url-scheme')}", status=1)
    with scene.irc("jan") as irc:
        irc.expect(" 366 ")
        irc.say(given("what is said", "Said-in-the-lobby"))


def by_invitation(scene):
    word, given = scene.secrets.word, scene.secrets.given
    link = json.loads(scene.run("invite", "--json"))["link"]
    token = given("invitation", re.search(r"invite=([\w-]+)", link)[1])
    with scene.irc("kim") as irc:
        irc.send(f"REDEEM {word('REDEEM-wrong-token')} * :{word('REDEEM-not-set')}")
        irc.expect("FAIL REDEEM")
        irc.send(f"REDEEM {token} * :{word('REDEEM')}")
        scene.secrets.given("device key", re.search(r"chover-\S+", irc.expect("REDEEM SUCCESS kim"))[0])
    scene.asked(f"GET /join/{token} HTTP/1.1")


def by_push(scene):
    address, device, lines, _ = scene.push
    auth = scene.secrets.given("key of push", re.search(r"auth=([\w-]+)", device.keys)[1])
    assert auth
    with scene.irc("lea") as irc:
        irc.send(f"NS REGISTER {scene.secrets.word('push')}")
        irc.expect(" 900 ")
        irc.send("NS SET ALWAYS-ON on")
        closed = f"http://127.0.0.1:{scene.closed}/{scene.secrets.given('push endpoint', 'Endpoint-of-push')}"
        for endpoint in (f"{address}/{scene.secrets.given('push endpoint', 'Endpoint-in-use')}", closed):
            irc.send(f"WEBPUSH REGISTER {endpoint} {device.keys}")
            irc.expect("WEBPUSH REGISTER ")
    with scene.irc("max") as irc:
        irc.send("PRIVMSG lea :are you there?")
        lines.get(timeout=BOUND)


def by_ssh(scene):
    async def call(name, password):
        with contextlib.suppress(asyncssh.Error):
            async with (
                asyncssh.connect(
                    "127.0.0.1", scene.server.port, known_hosts=None, config=None, agent_path=None, username=name,
                    password=password, client_keys=None, local_addr=(scene.address(), 0),
                ) as connection,
                connection.create_process(term_type="xterm") as process,
            ):  # fmt: skip
                await process.stdout.read(100)

    right = scene.secrets.word("SSH")
    scene.run("account", "add", "nat", "--password", text=f"{right}\n")
    for name, password in (
        ("nat", right), ("nat", scene.secrets.word("SSH-wrong")),
    ):  # fmt: skip
        asyncio.run(asyncio.wait_for(call(name, password), BOUND))


def by_operators_commands(scene):
    word = scene.secrets.word
    scene.run("account", "add", "bad name", "--password", text=f"{word('account-add-refused')}\n", status=1)
    scene.secrets.given("reset code", re.search(r"code +([0-9a-f]{16})", scene.run("account", "passwd", "ben"))[1])
    scene.secrets.given("operator's password", re.search(r"password +(\S+)", scene.run("operator", "add", "pia"))[1])
    scene.run("account", "tokens", "ben", status=0)


WAYS = [
    registering, by_nickserv, by_pass_and_sasl, as_operator, lines_that_are_none, by_http, by_hooks, by_invitation,
    by_push, by_ssh, by_mail, by_operators_commands,
]  # fmt: skip
