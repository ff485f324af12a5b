"""History of ergo: its SQLite database, or what ``HISTSERV EXPORT`` writes.

Both hold items as JSON (https://github.com/ergochat/ergo/blob/master/irc/history/history.go): the database with the
target beside the item, the export with the target in its ``CfCorrespondent``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final

import msgspec

from chover.archive.formats.message import ImportedMessage, wrong

_PRIVMSG: Final = 1
_NOTICE: Final = 2
_ACTION: Final = "\x01ACTION "
_MAGIC: Final = b"SQLite format 3\0"
_IN_CHANNELS: Final = """
    SELECT target, '', data FROM sequence JOIN history ON history.id = history_id WHERE target LIKE '#%'
    ORDER BY nanotime"""
# Each private message is there once for each of the two.
_IN_PRIVATE: Final = """
    SELECT min(target, correspondent), max(target, correspondent), data
    FROM conversations JOIN history ON history.id = history_id GROUP BY history_id ORDER BY nanotime"""


def ergo(source: Path, channel: str, zone: tzinfo | None) -> Iterator[ImportedMessage | None]:  # noqa: ARG001 - LogFormat
    """A database or an export."""
    with source.open("rb") as file:
        is_database = file.read(len(_MAGIC)) == _MAGIC
    yield from _database(source) if is_database else _export(source)


def _database(source: Path) -> Iterator[ImportedMessage | None]:
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as db:
            for question in (_IN_CHANNELS, _IN_PRIVATE):
                for one, other, data in db.execute(question):
                    yield from _message(data, one, other)
    except sqlite3.Error as error:
        raise wrong(source, f"it is no history of ergo ({error})") from error


def _export(source: Path) -> Iterator[ImportedMessage | None]:
    with source.open("rb") as file:
        for line in file:
            yield from _message(line, "", "")


def _message(data: bytes | str, target: str, other: str) -> Iterator[ImportedMessage | None]:
    """``target``: a channel, or with ``other`` the two of a private conversation; empty if the item says it."""
    try:
        item = msgspec.json.decode(data, type=dict[str, Any])
        if item["Type"] not in {_PRIVMSG, _NOTICE}:
            return
        said, nick = item["Message"], item["Nick"].partition("!")[0]
        at = round(datetime.fromisoformat(said["Time"]).timestamp() * 1000)
        text = _text(said)
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError):
        yield None
        return
    where, account = target or item.get("CfCorrespondent") or "", item.get("AccountName") or "*"
    action, notice = text.startswith(_ACTION), item["Type"] == _NOTICE
    shown = text[len(_ACTION) :].removesuffix("\x01") if action else text
    if where.startswith("#"):
        yield ImportedMessage(where, at, nick, shown, action, notice)
    else:
        author = nick if account == "*" else account
        yield ImportedMessage("", at, author, shown, action, notice, (where, other or author))


def _text(said: dict[str, Any]) -> str:
    """Lines that were sent as one message belong together."""
    text = said["Message"]
    for number, line in enumerate(said.get("Split") or ()):
        text += line["Message"] if line["Concat"] or not number else f"\n{line['Message']}"
    return str(text)
