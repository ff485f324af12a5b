"""For scripts: ``send`` sends messages and ends when they are acknowledged, ``tail`` prints what others say."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import datetime
from typing import Any, Final, TextIO

import msgspec

from chover import names
from chover.client.connection.connection import Connection
from chover.client.connection.dial import ServerAddress, Unreachable, at
from chover.client.connection.registration import LoginIdentity, Rejected
from chover.client.connection.trust import KnownServers, Untrusted
from chover.client.lines import iso, same
from chover.client.notifications import ChannelLeft, Ended, Notification, Offline, Pinned, PlainLine
from chover.client.prompt import stdin
from chover.client.state import State
from chover.wire import hello

PATIENCE_SECONDS: Final = 30.0
"""Longest wait for the next acknowledgement."""


def send(
    host: str,
    port: int,
    target: str,
    text: str | None = None,
    *,
    nick: str = "",
    password: str = "",
    tls: bool | None = None,
    known: KnownServers | None = None,
    patience: float = PATIENCE_SECONDS,
) -> int:
    """Send ``text`` (None: standard input) to a channel or a nick, one message per line; blocks.

    The exit status is 0 if everything was acknowledged, otherwise 1 with one line on standard error. Gives up if
    nothing is acknowledged for ``patience`` seconds.
    """
    connection = _connection(at(host, port, tls=tls), LoginIdentity(nick or hello.GUEST, password), known, target, None)
    return _run(_send(connection, target, text, patience), interrupted=1)


def tail(
    host: str,
    port: int,
    target: str,
    *,
    as_json: bool = False,
    nick: str = "",
    password: str = "",
    tls: bool | None = None,
    known: KnownServers | None = None,
    out: TextIO | None = None,
) -> int:
    """Print what is said in a channel, or by a nick, as lines or as one JSON object per line; until interrupted.

    No history is printed, and nothing is missed while the connection is restored. The exit status is 0 if interrupted
    or if nobody reads the output any more, otherwise 1 with one line on standard error.
    """
    connection = _connection(at(host, port, tls=tls), LoginIdentity(nick or hello.GUEST, password), known, target, 0)
    return _run(_tail(connection, target, _as_json if as_json else _as_text, out or sys.stdout), interrupted=0)


def _run(verb: Coroutine[Any, Any, int], *, interrupted: int) -> int:
    try:
        return asyncio.run(verb)
    except KeyboardInterrupt:
        return interrupted
    except BrokenPipeError:
        # The reader has left; without this the interpreter would complain while it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (Unreachable, Untrusted, Rejected) as error:
        return _complain(str(error))


def _complain(text: str) -> int:
    sys.stderr.write(f"chover: {text}\n")
    return 1


def _connection(
    server: ServerAddress, identity: LoginIdentity, known: KnownServers | None, target: str, history: int | None
) -> Connection:
    state = State(history=history, channel="")
    if names.is_channel(target):
        state.join(target)
    return Connection(server, identity, state, known=known)


# ---- send


async def _send(connection: Connection, target: str, text: str | None, patience: float) -> int:
    # Connect first: an unreachable server is reported before the first line is read.
    await connection.open()
    listening = asyncio.create_task(_listen(connection), name="notifications")
    try:
        async for line in _lines(text):
            if connection.complaint:
                break
            await connection.say(target, line)
        left = await connection.settle(patience)
    finally:
        listening.cancel()
        await connection.close()
    if connection.complaint:
        return _complain(f"not delivered to {target}: {connection.complaint}")
    if left:
        return _complain(f"{len(left)} not acknowledged by {connection.server} within {patience:g} seconds")
    return 0


async def _lines(text: str | None) -> AsyncIterator[str]:
    if text is not None:
        yield text
        return
    async for line in stdin.lines():
        yield line


async def _listen(connection: Connection) -> None:
    while True:
        _warn(await connection.next())


def _warn(notifications: Notification) -> None:
    """Warnings for the owner of a script."""
    match notifications:
        case Offline():
            _complain(f"connection lost ({notifications.reason}), reconnecting")
        case Pinned():
            _complain(f"first connection to {notifications.server}: its key {notifications.pin} is remembered")


# ---- tail


async def _tail(connection: Connection, target: str, shown: Callable[[PlainLine], str], out: TextIO) -> int:
    await connection.open()
    try:
        while True:
            match await connection.next():
                case PlainLine() as line if same(line.conversation, target):
                    print(shown(line), file=out, flush=True)
                case ChannelLeft() as left if same(left.channel, target):
                    return _complain(f"{target}: {left.reason}")
                case Ended() as ended:
                    return _complain(ended.reason)
                case notifications:
                    _warn(notifications)
    finally:
        await connection.close()


def _as_text(line: PlainLine) -> str:
    if line.kind == "action":
        return f"* {line.sender} {line.text}"
    at = datetime.fromtimestamp(line.at / 1000).astimezone()
    return hello.chat_line(hello.LegacyMessage(line.sender, at, line.text))


def _as_json(line: PlainLine) -> str:
    said = {
        "time": iso(line.at),
        "msgid": line.msgid,
        "from": line.sender,
        "account": line.account,
        "target": line.conversation,
        "text": line.text,
        "kind": line.kind,
    }
    return msgspec.json.encode(said).decode()
