"""One command and one answer, in an empty home directory: the second person chats."""

import contextlib
import json
import sqlite3
import stat
import sys

import pytest

from chover import connect
from chover.client.connection.trust import KnownServers
from chover.wire.invite import parse
from tests.e2e.people import AtFullScreen, Person
from tests.e2e.server import chover
from tests.e2e.wire import Irc
from tests.terminal import BOUND


class Invited(Person):
    """``chover join LINK``."""

    shown = AtFullScreen.shown
    sees = AtFullScreen.sees

    def __init__(self, home, nick, link, *options):
        super().__init__(home, nick, sys.executable, "-m", "chover", "join", link, *options)


@pytest.fixture
def link(server):
    """Makes links."""

    def make(*options):
        made = chover("invite", "--json", "--data", str(server.data), *options, home=server.home)
        return parse(json.loads(made.stdout)["link"])._replace(host="127.0.0.1")

    return make


@pytest.fixture
def empty(tmp_path):
    home = tmp_path / "empty"
    home.mkdir()
    return home


def age(server, invitation):
    """The week of an invitation passes at once: its end, as the store keeps it, lies behind."""
    with contextlib.closing(sqlite3.connect(server.data / "chover.db", timeout=BOUND)) as store, store:
        changed = store.execute("UPDATE invite SET expires_at = made_at + 1 WHERE id = ?", (invitation,))
        assert changed.rowcount == 1


def newest(server):
    """The id of the invitation that was made last."""
    listed = chover("invite", "list", "--json", "--data", str(server.data), home=server.home)
    return json.loads(listed.stdout.splitlines()[-1])["id"]


def joins(link, home, *options):
    ended = chover("join", link, *options, home=home)
    lines = (ended.stdout + ended.stderr).splitlines()
    assert ended.returncode == 1, lines
    assert len(lines) == 1, lines
    return lines[0]


async def test_a_second_person_chats_after_one_command_and_one_answer(server, link, empty):
    invited = Invited(empty, "bob", link("--channel", "#tea").for_clients)
    alice = None
    try:
        await invited.terminal.shows("Your name here")
        await invited.say("bob")
        await invited.terminal.shows(">#tea")
        home = server.home / "alice"
        home.mkdir()
        alice = AtFullScreen(home, "Alice", server.port)
        await alice.arrive()
        await alice.say("/join #tea")
        await alice.terminal.shows(">#tea")
        await invited.say("hello from the link")
        await alice.sees("bob", "hello from the link")
        await invited.say("/quit")
        assert await invited.terminal.ends() == 0
    finally:
        await invited.close()
        if alice is not None:
            await alice.close()
    kept = empty / ".config" / "chover"
    assert stat.S_IMODE((kept / "keys").stat().st_mode) == 0o600
    again = chover("chat", f"127.0.0.1:{server.port}", home=empty, text="and again\n")
    assert again.returncode == 0, again.stdout


@pytest.mark.single_process("it changes the file of SQLite")
def test_what_stands_in_the_way_is_one_line(server, link, empty):
    used = link()
    assert chover("join", used.for_browsers, "--nick", "carol", home=empty, text="hi\n").returncode == 0
    other = empty / "other"
    other.mkdir()
    assert "used already" in joins(used.for_clients, other, "--nick", "dave")
    assert "already registered" in joins(link().for_clients, other, "--nick", "carol")
    assert "no such invitation" in joins(used._replace(token="A" * 22).for_clients, other, "--nick", "dave")
    assert "not for the server" in joins(used._replace(pin="A" * 43 + "=").for_clients, other, "--nick", "dave")
    assert "No connection" in joins(used._replace(port=1).for_clients, other, "--nick", "dave")
    assert "nobody answered" in joins(link().for_clients, other)
    revoked = link()
    chover("invite", "revoke", newest(server), "--data", str(server.data), home=server.home)
    assert "revoked" in joins(revoked.for_clients, other, "--nick", "dave")
    expired = link("--expires", "1m")
    age(server, newest(server))
    assert "This invitation is too old; ask for another" in joins(expired.for_clients, other, "--nick", "dave")
    assert not (other / ".config" / "chover" / "keys").exists()
    assert not (other / ".config" / "chover" / "known_servers").exists()


async def test_scripts_and_programs_are_who_joined(server, link, empty):
    joined = link("--channel", "#tea")
    assert chover("join", joined.for_clients, "--nick", "erin", home=empty, text="hi\n").returncode == 0
    address = f"127.0.0.1:{server.port}"
    with Irc(server.port, "frank") as frank:
        frank.send("JOIN #tea")
        frank.expect(" 366 ")
        said = chover("send", "#tea", "from a script", "--server", address, home=empty)
        assert (said.returncode, said.stderr) == (0, "")
        frank.expect(":erin!.* PRIVMSG #tea :from a script")
        said = chover("send", "#tea", "from nobody", "--server", address, "--nick", "grace", home=empty)
        assert said.returncode == 0
        frank.expect(":grace!.* PRIVMSG #tea :from nobody")
        known = KnownServers(empty / ".config" / "chover" / "known_servers")
        async with connect(address, known=known) as chat:
            assert (chat.nick, chat.account) == ("erin", "erin")
        async with connect(address, nick="heidi", known=known) as chat:
            assert (chat.nick, chat.account) == ("heidi", "")
