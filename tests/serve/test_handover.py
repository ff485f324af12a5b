"""A restart in place: what the next run of the process takes over, and what it makes of anything else."""

import os
import socket
import sys

import pytest

from chover.edge.inheritance import ListeningSocket, OpenConnection
from chover.serve.handover import ProcessHandover, inherited, require_runnable

VARIABLE = "CHOVER_HANDOVER"


class Replaced(Exception):
    """The program would have been replaced here."""


@pytest.fixture(autouse=True)
def environment():
    yield
    os.environ.pop(VARIABLE, None)


@pytest.fixture
def run(monkeypatch):
    """What was run in place of this program."""
    commands = []

    def execv(program, arguments):
        commands.append((program, arguments))
        raise Replaced

    monkeypatch.setattr(os, "execv", execv)
    return commands


@pytest.fixture
def listening():
    """A listening socket as the last run hands it over, and its port."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
        yield ListeningSocket(os.dup(sock.fileno()), "", port)


@pytest.fixture
def connection():
    """A connection as the last run hands it over, and the client's end of it."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield OpenConnection(os.dup(ours.fileno()), "192.0.2.7", 40000, 6667, "10.0.0.1", b"\x00state\xff"), theirs


def run_again(*parts):
    with pytest.raises(Replaced):
        ProcessHandover(*parts).run_again()


def is_open(descriptor):
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def test_the_next_run_has_the_sockets_and_the_sessions_of_the_last_one(run, listening, connection):
    handed, client = connection
    run_again([listening], [handed])

    heir = inherited()

    assert heir.states == [handed.state]
    assert heir.connections() == [handed]
    [sock] = heir.listening("", listening.port)
    with sock, socket.create_connection(("127.0.0.1", listening.port)):
        client.send(b"PING x\r\n")
        assert os.read(handed.descriptor, 100) == b"PING x\r\n"
    os.close(handed.descriptor)


def test_the_next_run_is_of_the_same_command_line(run):
    run_again([], [])

    assert run == [(sys.executable, [sys.executable, *sys.orig_argv[1:]])]


def test_what_is_handed_over_is_open_in_the_next_program_and_in_none_after_that(run, listening, connection):
    handed, _ = connection
    run_again([listening], [handed])
    file = int(os.environ[VARIABLE])
    assert [os.get_inheritable(one) for one in (listening.descriptor, handed.descriptor, file)] == [True] * 3

    heir = inherited()
    heir.connections()
    [sock] = heir.listening("", listening.port)

    assert [os.get_inheritable(one) for one in (listening.descriptor, handed.descriptor)] == [False] * 2
    sock.close()
    os.close(handed.descriptor)


def test_what_was_taken_over_leaves_no_file_and_no_variable_behind(run):
    run_again([], [])
    file = int(os.environ[VARIABLE])
    inherited()

    assert not is_open(file)
    assert VARIABLE not in os.environ


def test_the_first_run_inherits_nothing():
    assert inherited().states == []


@pytest.mark.parametrize("text", ["", "all", "-1", "1.5", " 3", "0x3"])
def test_a_variable_that_is_no_number_is_no_inheritance(monkeypatch, caplog, text):
    monkeypatch.setenv(VARIABLE, text)

    assert inherited().states == []
    assert VARIABLE not in os.environ
    assert caplog.messages == []


@pytest.mark.parametrize("number", ["closed", str(1 << 80)])
def test_a_descriptor_that_is_not_open_costs_the_connections_and_not_the_start(monkeypatch, caplog, number):
    if number == "closed":
        descriptor = os.open(os.devnull, os.O_RDONLY)
        os.close(descriptor)
        number = str(descriptor)
    monkeypatch.setenv(VARIABLE, number)

    assert inherited().states == []
    assert "everybody has to connect again" in caplog.text


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x82\xa9listening"])
def test_a_file_that_is_no_handover_costs_the_connections_and_not_the_start(monkeypatch, caplog, tmp_path, content):
    file = tmp_path / "handover"
    file.write_bytes(content)
    descriptor = os.open(file, os.O_RDONLY)
    monkeypatch.setenv(VARIABLE, str(descriptor))

    assert inherited().states == []
    assert "everybody has to connect again" in caplog.text
    assert not is_open(descriptor)


async def test_the_program_that_is_installed_can_be_run():
    await require_runnable()


async def test_a_program_that_does_not_start_is_not_run_and_the_reason_is_its_last_line(monkeypatch, tmp_path):
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nprintf 'Traceback\\nImportError: no module named msgspec\\n' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))

    with pytest.raises(ValueError, match=r"\(ImportError: no module named msgspec\).*this server") as refused:
        await require_runnable()
    assert "Traceback" not in str(refused.value)


async def test_where_connections_cannot_be_handed_on_it_says_what_to_do(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(ValueError, match="stop the server, then start it"):
        await require_runnable()
