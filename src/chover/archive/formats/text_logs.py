"""Logs of IRC clients and bouncers: irssi, WeeChat, ZNC. One file for each channel, or for each channel and day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time, tzinfo
from pathlib import Path
from typing import Final

from chover.archive.formats.message import ImportedMessage, wrong

_CHANNEL: Final = re.compile(r"#[^/\\\s,]+")
_ENDING: Final = re.compile(r"(?:[._-]?\d{4}-?\d{2}-?\d{2})?\.(?:log|weechatlog|txt)$")
_RANK: Final = re.compile(r"^[@+%&~! ]")
_DAY_IN_NAME: Final = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?=\.\w+$)")
_IRSSI_DAY: Final = re.compile(r"--- (?:Log opened|Day changed) \w{3} (\w{3}) (\d\d)(?: [\d:]+)? (\d{4})")
_IRSSI_LINE: Final = re.compile(
    r"(\d\d:\d\d(?::\d\d)?) ?(?:<(?P<nick>[^>]+)> |(?P<me> \* )|-(?P<noticer>[^!:\s]+):[^-]+- |-!- )(?P<text>.*)"
)
_ZNC_LINE: Final = re.compile(
    r"\[(\d\d:\d\d:\d\d)\] (?:<(?P<nick>[^>]+)> |(?P<me>\* )|-(?P<noticer>[^-\s]+)- |\*\*\* )(?P<text>.*)"
)
_WEECHAT_SYSTEM: Final = {"-->", "<--", "--", "=!=", "", "◀▬▬", "▬▬▶"}


def irssi(source: Path, channel: str, zone: tzinfo | None) -> Iterator[ImportedMessage | None]:
    for file, name in _files(source, channel):
        yield from _irssi(file, name, zone)


def _irssi(file: Path, name: str, zone: tzinfo | None) -> Iterator[ImportedMessage | None]:
    day: datetime | None = None
    for line in _lines(file):
        if line.startswith("---"):
            if found := _IRSSI_DAY.match(line):
                day = datetime.strptime(" ".join(found.groups()), "%b %d %Y")  # noqa: DTZ007 - the zone comes with the time
        elif line:
            yield from _timed(_IRSSI_LINE.match(line), name, day, zone)


def znc(source: Path, channel: str, zone: tzinfo | None) -> Iterator[ImportedMessage | None]:
    for file, name in _files(source, channel):
        found = _DAY_IN_NAME.search(file.name)
        if found is None:
            raise wrong(file, "a log of ZNC has its day in its name, as in 2026-11-24.log")
        day = datetime(int(found[1]), int(found[2]), int(found[3]))  # noqa: DTZ001 - the zone comes with the time
        for line in filter(None, _lines(file)):
            yield from _timed(_ZNC_LINE.match(line), name, day, zone)


def _timed(
    found: re.Match[str] | None, name: str, day: datetime | None, zone: tzinfo | None
) -> Iterator[ImportedMessage | None]:
    """A line with its time on that day; nothing for a join or the like."""
    if found is None or day is None:
        yield None
        return
    at = datetime.combine(day, time.fromisoformat(found[1]), zone)
    nick, text = found["nick"] or found["noticer"], found["text"]
    if found["me"]:
        nick, _, text = text.partition(" ")
    if nick:
        yield ImportedMessage(
            name, _milliseconds(at), _RANK.sub("", nick), text, bool(found["me"]), bool(found["noticer"])
        )


def weechat(source: Path, channel: str, zone: tzinfo | None) -> Iterator[ImportedMessage | None]:
    for file, name in _files(source, channel):
        for line in filter(None, _lines(file)):
            yield from _weechat(line, name, zone)


def _weechat(line: str, name: str, zone: tzinfo | None) -> Iterator[ImportedMessage | None]:
    moment, _, rest = line.partition("\t")
    prefix, tab, text = rest.partition("\t")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        at = None
    if at is None or not tab:
        yield None
        return
    when = _milliseconds(at if at.tzinfo else at.replace(tzinfo=zone))
    nick = prefix.strip()
    if nick == "*":
        nick, _, text = text.partition(" ")
        yield ImportedMessage(name, when, nick, text, action=True)
    elif nick not in _WEECHAT_SYSTEM:
        yield ImportedMessage(name, when, _RANK.sub("", nick), text)


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _files(source: Path, channel: str) -> Iterator[tuple[Path, str]]:
    """The logs of a source and the channel of each, sorted by name, the oldest first."""
    files = sorted(path for path in source.rglob("*") if path.is_file()) if source.is_dir() else [source]
    for file in files:
        name = channel or channel_of(file)
        if name:
            yield file, name
        elif not source.is_dir():
            raise wrong(file, "its name names no channel; say which with --channel '#name'")


def channel_of(file: Path) -> str:
    """The last channel that a path names; empty for private conversations and other
    files.
    """
    for part in reversed(file.parts):
        if found := _CHANNEL.search(part):
            return _ENDING.sub("", found[0])
    return ""


def _lines(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        yield from (line.rstrip("\r\n") for line in lines)
