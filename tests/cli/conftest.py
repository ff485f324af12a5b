"""The command line as people see it: its output and its exit status."""

import asyncio
import json
import re
import socket
import sys
import threading
from types import ModuleType

import pytest
from tests.doubles.stage import Wire

from chover.accounts.service import AccountService
from chover.bus.local import LocalBus
from chover.cli import main
from chover.config import load
from chover.server.host import ChatHost
from chover.store.sqlite.store import SqliteStore


@pytest.fixture(autouse=True)
def empty_home(tmp_path, monkeypatch):
    """The user's own configuration and data are not used."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("CHOVER_DEBUG", raising=False)


@pytest.fixture
def chover_says(capsys):
    """Run a command. Returns its exit status, standard output and standard error.

    The line that names the directory if no server is running is left out: test_directories.py tests it.
    """

    def run(*arguments):
        status = main(list(arguments))
        said = capsys.readouterr()
        return status, said.out, re.sub(r"chover: no server is running; the data in \S+ was used\n", "", said.err)

    return run


@pytest.fixture
def stand_in(monkeypatch):
    """Replace a function in a module that a command imports when it runs."""

    def replace(module, **functions):
        monkeypatch.setitem(sys.modules, module, ModuleType(module))
        for name, function in functions.items():
            setattr(sys.modules[module], name, function)

    return replace


@pytest.fixture
def answering(tmp_path):
    """Answer one request with these rows, or this error; the requests are recorded."""
    requests = []
    threads = []

    def answer(reply):
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(tmp_path / "admin.sock"))
        listening.listen()
        threads.append(threading.Thread(target=attend, args=(listening, reply)))
        threads[-1].start()
        return requests

    def attend(listening, reply):
        with listening, listening.accept()[0] as client, client.makefile("rb") as lines:
            requests.append(json.loads(lines.readline()))
            client.sendall(json.dumps(reply).encode() + b"\n")

    yield answer
    for thread in threads:
        thread.join()


@pytest.fixture
def data(tmp_path):
    """A data directory in which a server has run briefly."""
    directory = tmp_path / "data"
    asyncio.run(SqliteStore.open(directory, durability="process").close())
    return directory


@pytest.fixture
def lived_in(data):
    """A store in which alice has registered #tea, and a guest has set a malicious topic."""

    async def live():
        config = load(environ={}, flags={"server.data_dir": str(data), "accounts.hash_cost": "cheap"})
        store = SqliteStore.open(data, durability="process")
        accounts = await AccountService.open(config, store.registry, await store.secret("scram"))
        host = ChatHost(config, store, LocalBus(), accounts, await store.secret("cloak"))
        await host.boot()
        await accounts.registration.make("alice", "open sesame")
        wire = Wire(host, address="192.0.2.9")
        wire.send("PASS alice:open sesame".replace("PASS ", "PASS :"), "NICK alice", "USER a 0 * :A")
        wire.session.peer = wire.session.peer.__class__("192.0.2.9", 1, "irc", tls=True)
        await wire.expect(" 001 ")
        wire.send("JOIN #tea", "CS REGISTER #tea", "TOPIC #tea :gr\x1b[31meen", "MODE #tea +b bad!*@*")
        await wire.all()
        await host.close("over", 5)
        accounts.close()
        await store.close()

    asyncio.run(live())
