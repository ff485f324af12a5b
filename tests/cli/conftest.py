"""The command line as people meet it: what is printed where, and the exit status."""

import json
import socket
import sys
import threading
from types import ModuleType

import pytest

from chover.cli import main


@pytest.fixture(autouse=True)
def empty_home(tmp_path, monkeypatch):
    """Nobody's own configuration and data take part."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("CHOVER_DEBUG", raising=False)


@pytest.fixture
def chover_says(capsys):
    """Run a command: its exit status, and what stands on standard output and on standard error."""

    def run(*arguments):
        status = main(list(arguments))
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def stand_in(monkeypatch):
    """Put a function in the place of a room's, in a module that a command imports when it runs."""

    def replace(module, **functions):
        monkeypatch.setitem(sys.modules, module, ModuleType(module))
        for name, function in functions.items():
            setattr(sys.modules[module], name, function)

    return replace


@pytest.fixture
def answering(tmp_path):
    """Answer one request with these rows, or this error; the requests that came are kept."""
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
