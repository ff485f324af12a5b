"""What the guides for everybody tell people to type is typed, in the clients that they name."""

import re
import subprocess
import sys

import pytest

from tests.e2e.people import AtIrssi, AtWeeChat, Person
from tests.e2e.wire import Irc
from tests.guide.pages import blocks, commands, run

PASSWORD = "sesame-and-poppy"
REFUSED = re.compile(r" (4\d\d|5\d\d|696) mod | FAIL |There is no|[Uu]sage|cannot|may not|refused|not found")


@pytest.fixture
def registered(running):
    """A server on which dora has an account; what it printed about its certificate."""
    with Irc(running.port, "dora") as dora:
        dora.send(f"NS REGISTER {PASSWORD}")
        dora.expect(" 900 ")
    return running


def filled(lines, server, sha256):
    """Lines of the page about clients with the values of this server."""
    values = {"HOST": "127.0.0.1", "PORT": str(server.port), "NAME": "dora", "PASSWORD": PASSWORD, "SHA256": sha256}
    return [re.sub(r"\b(HOST|PORT|NAME|PASSWORD|SHA256)\b", lambda found: values[found[0]], line) for line in lines]


def told(name, chapter, kind):
    """The blocks of a kind in a chapter, each a list of lines."""
    return [lines for title, what, lines in blocks(name) if (title, what) == (chapter, kind)]


def sha256_of(server):
    return re.search(r"SHA-256 (\S+)", server.ready)[1]


def is_logged_in(server):
    """Wait until somebody has come to the lobby who is logged in as dora."""
    with Irc(server.port, "watcher", "extended-join", lobby="") as watcher:
        watcher.send("JOIN #lobby", "WHOIS dora")
        watcher.expect(" 330 watcher dora dora ")


class Irssi(AtIrssi):
    """Started without a server, as by somebody who then types what the guide says."""

    def __init__(self, home, nick):
        super(AtIrssi, self).__init__(home, nick, "irssi", f"--home={home}")


async def type_into_irssi(home, lines):
    person = Irssi(home, "dora")
    await person.terminal.shows("Irssi v")
    for line in lines:
        person.terminal.type(f"{line}\r")
    return person


@pytest.mark.parametrize("pin", ["right", "wrong"])
async def test_irssi_with_the_lines_of_the_guide(registered, tmp_path, needs, pin):
    needs("irssi", "apt-get install irssi")
    first, pinned = told("clients", "irssi", "irssi")
    lines = [pinned[0] if line.startswith("/server") else line for line in first]
    sha256 = sha256_of(registered)
    if pin == "wrong":
        sha256 = ("AB" if sha256.startswith("CD") else "CD") + sha256[2:]
    person = await type_into_irssi(tmp_path, filled(lines, registered, sha256))
    try:
        if pin == "right":
            await person.terminal.shows("Mode change [+i] for user dora")
            is_logged_in(registered)
        else:
            await person.terminal.shows("Connection lost to 127.0.0.1")
    finally:
        await person.close()


class WeeChat(AtWeeChat):
    def __init__(self, home, commands_):
        shown = f'/trigger add shown print "" "" "" "/print -stdout {self._line}"'
        words = [word for command in (shown, *commands_) for word in ("-r", command)]
        Person.__init__(self, home, "dora", "weechat-headless", "-d", str(home), *words)


async def test_weechat_with_the_lines_of_the_guide(registered, tmp_path, needs):
    program = needs("weechat-headless", "apt-get install weechat-headless")
    first, pin = told("clients", "WeeChat", "weechat")
    lines = [*first[:-1], *pin, first[-1]]
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.partition(".")[0]) < 4:
        lines = [re.sub(r"(?<=[-.])tls(?=_|$)", "ssl", line) for line in lines]
    person = WeeChat(tmp_path, filled(lines, registered, sha256_of(registered).replace(":", "")))
    try:
        await person.terminal.shows("has joined #lobby")
        is_logged_in(registered)
    finally:
        await person.close()


def sent_for(line):
    """What our clients send for what is typed (tests/client/commands/cases.json)."""
    word, _, rest = line.partition(" ")
    target, _, text = rest.partition(" ")
    return {
        "/msg": f"PRIVMSG {target} :{text}",
        "/join": f"JOIN {rest}",
        "/mode": f"MODE {rest}",
        "/invite": f"INVITE {rest}",
    }[word]


@pytest.mark.parametrize(
    ("name", "chapters"),
    [
        ("accounts", ("Keep your name", "Devices", "Channels", "If somebody bothers you")),
        ("finding", ("Finding things",)),
        ("getting-started", ("5. Make a private channel",)),
    ],
)
def test_lines_for_every_client(running, name, chapters):
    assert {title for title, kind, _ in blocks(name) if kind == "irc"} == set(chapters)
    with Irc(running.port, "mod") as mod, Irc(running.port, "mallory"), Irc(running.port, "bob"):
        if name != "accounts":
            mod.send(f"NS REGISTER {PASSWORD}")
            mod.expect(" 900 ")
        mod.send("JOIN #kitchen")
        for chapter in chapters:
            for line in commands(chapter, "irc", name):
                mod.send(sent_for(line))
                answers = mod.fence()
                assert not [said for said in answers if REFUSED.search(said)], (line, answers)


def test_scripts_as_the_guide_has_them(running, root):
    here = f"{sys.executable} -m chover send --server 127.0.0.1:{running.port}"
    with Irc(running.port, "reader", "message-tags") as reader:
        reader.send("JOIN #builds")
        reader.expect(" 366 reader #builds ")
        for line in commands("Scripts and pipes", "sh", "scripts"):
            run(line.replace("chover send", here).replace("make ", "echo built "), root)
        reader.expect("PRIVMSG #lobby :the backup is done")
        reader.expect("PRIVMSG #builds :built")


def test_a_file_is_uploaded_and_deleted_with_curl(needs, registered, root):
    needs("curl", "apt-get install curl")
    (root / "photo.jpg").write_bytes(b"a few words")
    upload, delete = commands("Files", "sh", "files")
    upload = upload.replace("https://HOST:55555", f"http://127.0.0.1:{registered.port}")
    address = re.search(r"\S+/files/\S+", run(upload.replace("alice:PASSWORD", f"dora:{PASSWORD}"), root))[0]
    path = "/files/" + address.partition("/files/")[2]
    there = f"http://127.0.0.1:{registered.port}{path}"
    assert run(f"curl -sS {there}", root) == "a few words"
    run(
        delete.replace("alice:PASSWORD", f"dora:{PASSWORD}").replace("ADDRESS", there).replace("curl", "curl -sSf"),
        root,
    )
    assert "404" in run(f"curl -sS -o /dev/null -w %{{http_code}} {there}", root)
