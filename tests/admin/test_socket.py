"""The operator's socket, asked as the command line asks it."""

import asyncio
import contextlib
import json
import logging
import os
import socket
import stat

import pytest

from chover.admin import socket as serving
from chover.admin.ask import NAME, AskError, ask
from chover.admin.socket import OperatorSocket
from chover.admin.verbs import VERBS
from chover.engine.ids import UserId
from chover.ports import Present

ALICE = Present(UserId("ga"), "alice", "192.0.2.7", 4711, "irc", 1_781_000_000_000, channels=("#lobby",))


class Server:
    """An Operator that remembers what it was told."""

    def __init__(self):
        self.reason = None
        self.stopping = asyncio.Event()
        self.trouble = None

    def who(self):
        if self.trouble:
            raise self.trouble
        return [ALICE]

    def stop(self, reason):
        self.reason = reason
        self.stopping.set()

    async def reload(self):
        if self.trouble:
            raise self.trouble
        return ["server.motd is new"]


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / NAME


@pytest.fixture
async def running(server, path):
    operator_socket = OperatorSocket(server, path)
    await operator_socket.start()
    yield operator_socket
    await operator_socket.close()


async def asked(path, verb, **parameters):
    return await asyncio.to_thread(ask, path, verb, **parameters)


async def test_who_is_answered_with_a_row_for_each(running, path):
    assert await asked(path, "who") == [
        {
            "id": "ga",
            "nick": "alice",
            "address": "192.0.2.7",
            "port": 4711,
            "protocol": "irc",
            "since": 1_781_000_000_000,
            "channels": ["#lobby"],
        }
    ]


async def test_stop_hands_on_the_reason_or_the_usual_one(running, server, path):
    await asked(path, "stop", reason="new disk")
    assert server.reason == "new disk"

    await asked(path, "stop")
    assert server.reason == "Server shutting down"


async def test_a_stop_can_be_waited_for_until_the_server_is_gone(running, server, path):
    waiting = asyncio.create_task(asked(path, "stop", until_gone=True))
    await server.stopping.wait()
    assert not waiting.done()

    await running.close()

    assert await waiting == []


async def test_reload_is_answered_with_what_changed(running, path):
    assert await asked(path, "reload") == ["server.motd is new"]


async def test_a_reload_that_cannot_be_is_refused_with_the_reason(running, server, path):
    server.trouble = ValueError("unknown setting server.prot in chover.toml; the nearest one is server.port")

    with pytest.raises(AskError, match="the nearest one"):
        await asked(path, "reload")


async def test_help_lists_the_table_of_verbs(running, path):
    rows = await asked(path, "help")

    assert [row["verb"] for row in rows] == list(VERBS)
    assert rows[2]["parameters"] == {"reason": "the reason that people are told"}


async def test_an_unknown_verb_is_refused_and_the_connection_goes_on(running, path):
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(b'{"verb": "dance"}\n{"verb": "stop"}\n')

    assert "unknown verb dance" in json.loads(await reader.readline())["error"]
    assert json.loads(await reader.readline()) == {"ok": True, "rows": []}
    writer.close()
    await writer.wait_closed()


async def test_a_bug_in_a_verb_is_logged_and_answered(running, server, path, caplog):
    server.trouble = KeyError("nobody")

    with caplog.at_level(logging.ERROR), pytest.raises(AskError, match="this is a bug"):
        await asked(path, "who")

    assert "KeyError" in caplog.text
    server.trouble = None
    assert len(await asked(path, "who")) == 1


async def test_nobody_but_the_owner_can_open_it_whatever_the_umask(server, path):
    before = os.umask(0)
    try:
        operator_socket = OperatorSocket(server, path)
        await operator_socket.start()
    finally:
        os.umask(before)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    await operator_socket.close()


async def test_what_a_killed_server_left_is_replaced(server, path):
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))

    operator_socket = OperatorSocket(server, path)
    await operator_socket.start()

    assert len(await asked(path, "who")) == 1
    await operator_socket.close()


async def test_a_server_that_answers_is_not_replaced(running, server, path):
    with pytest.raises(AskError, match="another server answers there"):
        await OperatorSocket(server, path).start()

    assert len(await asked(path, "who")) == 1


async def test_what_is_no_socket_is_left_alone(server, path):
    path.parent.mkdir()
    path.write_text("mine")

    with pytest.raises(AskError, match="another file has that name"):
        await OperatorSocket(server, path).start()

    assert path.read_text() == "mine"


async def test_a_directory_too_long_for_a_socket_address_is_served_all_the_same(server, tmp_path):
    path = tmp_path / ("d" * 100) / ("e" * 100) / NAME
    operator_socket = OperatorSocket(server, path)
    await operator_socket.start()

    assert path.is_socket()
    assert len(await asked(path, "who")) == 1

    await operator_socket.close()
    assert not path.exists()


async def test_closing_hangs_up_takes_the_socket_away_and_can_be_done_twice(running, path):
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(b'{"verb": "stop"}\n')
    await reader.readline()

    await running.close()
    await running.close()

    assert await reader.read() == b""
    assert not path.exists()
    writer.close()
    await writer.wait_closed()


async def test_a_line_without_end_is_refused_and_hung_up_on(running, path):
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(b"x" * (2 * serving.LINE_BYTES))

    assert f"at most {serving.LINE_BYTES} bytes" in json.loads(await reader.readline())["error"]
    with contextlib.suppress(ConnectionError):
        assert await reader.read() == b""
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def test_one_too_many_is_turned_away(running, path, monkeypatch):
    monkeypatch.setattr(serving, "CLIENTS", 1)
    first_reader, first = await asyncio.open_unix_connection(path)
    first.write(b'{"verb": "stop"}\n')
    await first_reader.readline()

    with pytest.raises(AskError, match="1 others are connected already"):
        await asked(path, "who")

    first.close()
    await first.wait_closed()


async def test_anyone_who_stays_silent_is_hung_up_on(server, path, monkeypatch):
    monkeypatch.setattr(serving, "IDLE_SECONDS", 0.01)
    operator_socket = OperatorSocket(server, path)
    await operator_socket.start()
    reader, writer = await asyncio.open_unix_connection(path)

    assert await reader.read() == b""

    writer.close()
    await writer.wait_closed()
    await operator_socket.close()
