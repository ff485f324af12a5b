"""``chover ban``, ``channel`` and ``who --past`` on a store that no server has."""

import asyncio
import json
from functools import partial

import pytest
from tests.doubles.stage import Wire

from chover.accounts.book import Book
from chover.bus.local import LocalBus
from chover.config import load
from chover.server.node import Node
from chover.store.sqlite import SqliteStore


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def ban(chover_says, data):
    return lambda *arguments: chover_says("ban", *arguments, "--data", str(data))


@pytest.fixture
def channel(chover_says, data):
    return lambda *arguments: chover_says("channel", *arguments, "--data", str(data))


@pytest.fixture
def lived_in(data):
    """A store in which alice has registered #tea, and a guest with an ugly topic has been."""

    async def live():
        config = load(environ={}, flags={"server.data_dir": str(data), "accounts.hash_cost": "cheap"})
        store = SqliteStore.open(data, durability="process")
        book = Book(config, store.registry, store.secret("scram"))
        node = Node(config, store, LocalBus(), book)
        await node.boot()
        await book.make("alice", "open sesame")
        wire = Wire(node, address="192.0.2.9")
        wire.send("PASS alice:open sesame".replace("PASS ", "PASS :"), "NICK alice", "USER a 0 * :A")
        wire.session.peer = wire.session.peer.__class__("192.0.2.9", 1, "irc", tls=True)
        await wire.expect(" 001 ")
        wire.send("JOIN #tea", "CS REGISTER #tea", "TOPIC #tea :gr\x1b[31meen", "MODE #tea +b bad!*@*")
        await wire.all()
        await node.close("over", 5)
        book.close()
        await store.close()

    asyncio.run(live())


def test_a_ban_is_added_listed_and_removed(ban):
    status, out, _ = ban("add", "192.0.2.0/24", "--for", "2h", "--reason", "spam", "--note", "again")
    assert status == 0
    assert out.startswith("192.0.2.0/24 is banned until ")
    assert out.endswith("; chover ban remove 1 lifts it\n")
    head, row = ban("list")[1].splitlines()
    assert head.split() == ["NO", "WHOM", "UNTIL", "BY", "SINCE", "WHY"]
    assert row.split()[:2] == ["1", "192.0.2.0/24"]
    assert row.endswith("spam | again")
    [as_json] = ban("list", "--json")[1].splitlines()
    assert json.loads(as_json)["reason"] == "spam"
    assert ban("remove", "192.0.2.0/24") == (0, "192.0.2.0/24 is not banned any more\n", "")
    assert ban("list") == (0, "there are none\n", "")
    log = ban("log")[1].splitlines()
    assert [line.split()[3] for line in log[1:]] == ["BAN", "UNBAN"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["add", "127.0.0.0/8"], "whoever connects from here, and proxies that run here"),
        (["add", "127.0.0.0/8"], "; --force sets it all the same"),
        (["add", "192.0.2.9", "--for", "soon"], "soon is no duration: it is 10m, 2h, 7d, 4w or forever"),
        (["add", "nobody"], "nobody called nobody is on or was lately"),
        (["remove", "7"], "there is no ban of 7"),
    ],
)
def test_what_cannot_be_is_one_line(ban, arguments, complaint):
    status, out, error = ban(*arguments)
    assert (status, out) == (1, "")
    assert complaint in error
    assert error.count("\n") == 1


def test_what_is_forced_is_done(ban):
    assert ban("add", "127.0.0.0/8", "--force")[1].startswith("127.0.0.0/8 is banned for good; ")


def test_a_channel_is_listed_and_shown_and_nothing_in_it_commands_the_terminal(lived_in, channel):
    head, row = channel("list")[1].splitlines()[0], channel("list")[1].splitlines()[-1]
    assert head.split() == ["NAME", "MEMBERS", "FOUNDER", "MODES", "SINCE", "TOPIC"]
    assert row.split()[:4] == ["#tea", "0", "alice", "+nt"]
    shown = channel("show", "#tea")[1]
    assert "gr?[31meen" in shown
    assert "\x1b" not in row + shown
    assert "+q alice" in shown
    assert "list b          bad!*@*" in shown
    assert channel("show", "#none")[2] == "chover: there is no channel #none\n"


def test_a_channel_is_given_changed_dropped_and_ended(lived_in, channel):
    assert channel("modes", "#tea", "+i-t") == (0, "#tea has +ni\n", "")
    assert channel("modes", "#tea", "-n") == (0, "#tea has +i\n", "")
    assert channel("transfer", "#tea", "nobody")[2] == "chover: there is no account nobody\n"
    assert channel("transfer", "#tea", "alice") == (0, "#tea is alice's\n", "")
    assert channel("drop", "#tea", "--end") == (0, "#tea is ended\n", "")
    assert channel("show", "#tea")[0] == 1


def test_who_was_on_is_told_also_when_nobody_serves(lived_in, chover_says, data):
    asked = partial(chover_says, "who", "--past", "--data", str(data))
    head, row = asked("account:alice")[1].splitlines()
    assert head.split()[:3] == ["NICK", "ACCOUNT", "FROM"]
    assert row.split()[:4] == ["alice", "alice", "192.0.2.9", "irc"]
    assert asked("192.0.2.0/24")[1].splitlines()[1] == row
    assert asked("bob") == (0, "nobody like that was on, as far as it is kept\n", "")
