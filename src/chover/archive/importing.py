"""Imports messages from elsewhere into channels of their own.

A channel's id and each message's nonce and msgid are derived from the source. So earlier imports are recognised, and an
import that was interrupted, or repeated with more messages, adds what is missing. Authors in channels are always
guests. Private conversations belong to accounts, so they are imported only if the operator asks for them.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from chover import names
from chover.archive.errors import ArchiveError
from chover.archive.formats.message import ImportedMessage
from chover.engine import lines
from chover.engine.events import AccessSet, Event, Grant, Known, Opened, Said, Source
from chover.engine.ids import SERVER, LogId, UserId, base36, pair_log, timed
from chover.ports import Account, Append, ChannelRow, Committed, Failed, Outcome, Repeated, Storage

GROUP: Final = 500
MODES: Final = "inst"
"""The modes of an imported channel: nobody reads by accident what was said elsewhere. Its founder can open it."""
TEXT_BYTES: Final = 4000
"""The size of one message; a longer one is split."""
LINE_BYTES: Final = 350
_HOST: Final = "imported"
_NONCE: Final = "import-"
"""How the nonces of imported messages begin."""
_UNWANTED: Final = re.compile(r"[\x00\x01\r]")


class ChannelPlan(NamedTuple):
    """What would be imported into a channel. ``first`` and ``last`` in ms since 1970."""

    name: str
    messages: int
    people: int
    first: int
    last: int


class ImportPlan(NamedTuple):
    """What a source contains."""

    channels: list[ChannelPlan]
    private: list[ChannelPlan]
    """Private conversations, which are imported only if that is asked for."""
    unread: int
    """Lines that were not understood."""


class Imported(NamedTuple):
    """``known``: messages that had been imported before; ``left_out``: private conversations, with the reason."""

    added: int
    known: int
    left_out: list[str]


class ImportedArchive:
    """Messages by channel, in the order of their time."""

    def __init__(self, found: Iterable[ImportedMessage | None]) -> None:
        """Raises ArchiveError for an invalid channel name."""
        self._unread = 0
        by_pair: defaultdict[tuple[str, ...], list[ImportedMessage]] = defaultdict(list)
        by_name: defaultdict[str, list[ImportedMessage]] = defaultdict(list)
        for message in found:
            if message is None:
                self._unread += 1
            elif message.text and message.between:
                by_pair[tuple(sorted(map(names.fold, message.between)))].append(message)
            elif message.text:
                by_name[_folded(message.channel)].append(message)
        self.channels = {name: _in_order(each) for name, each in by_name.items()}
        self.private = {pair: _in_order(each) for pair, each in by_pair.items()}

    def plan(self) -> ImportPlan:
        channels = [_planned(each[0].channel, each) for each in self.channels.values()]
        private = [_planned(" and ".join(each[0].between), each) for each in self.private.values()]
        return ImportPlan(sorted(channels), sorted(private), self._unread)


def _in_order(messages: list[ImportedMessage]) -> list[ImportedMessage]:
    return sorted(messages, key=lambda message: message.at)


def _planned(name: str, messages: list[ImportedMessage]) -> ChannelPlan:
    return ChannelPlan(name, len(messages), len({each.nick for each in messages}), messages[0].at, messages[-1].at)


def _folded(channel: str) -> str:
    try:
        return names.fold_channel(channel)
    except names.BadName as error:
        raise ArchiveError(f"{channel!r} cannot be the name of a channel: {error}") from error


class Importer:
    """Writes to a storage that no server has open."""

    def __init__(self, storage: Storage, channels: Iterable[ChannelRow], accounts: Iterable[Account]) -> None:
        self._storage = storage
        self._open = {names.fold_channel(row.name): row.id for row in channels}
        self._accounts = {account.folded: account for account in accounts}

    @classmethod
    async def open(cls, storage: Storage) -> Importer:
        """Reads who there is and which channels are open. Raises StoreError."""
        return cls(storage, (await storage.load()).channels, await storage.registry.accounts.all())

    def account(self, name: str) -> Account:
        """The account of that name. Raises ArchiveError."""
        account = self._accounts.get(names.fold(name))
        if account is None:
            raise ArchiveError(f"there is no account {name}: chover account add {name}")
        return account

    def require_free(self, archive: ImportedArchive) -> None:
        """Raises ArchiveError if a channel of another origin has the name."""
        for folded in archive.channels:
            if self._open.get(folded, log_of(folded)) != log_of(folded):
                raise ArchiveError(
                    f"there is a channel {folded} already, which was not imported: rename one of the two,"
                    " or import a single log under another name with --channel"
                )

    async def write(self, archive: ImportedArchive, founder: Account, *, private: bool = False) -> Imported:
        """Import the messages of channels, and if ``private`` those of conversations between accounts that exist here.

        Raises ArchiveError; messages written until then stay, and are recognised the next time.
        """
        self.require_free(archive)
        counts: Counter[type] = Counter()
        left_out = []
        for folded, messages in archive.channels.items():
            await self._begin(folded, messages[0], founder)
            counts += await self._write(_events(log_of(folded), messages, _author))
        for pair, messages in archive.private.items() if private else ():
            people = {folded: self._accounts[folded] for folded in pair if folded in self._accounts}
            if obstacle := await self._obstacle(pair, people):
                left_out.append(f"{' and '.join(messages[0].between)}: {obstacle}")
            else:
                counts += await self._write(_private_events(people, messages))
        return Imported(counts[Committed], counts[Repeated], left_out)

    async def _obstacle(self, pair: tuple[str, ...], people: dict[str, Account]) -> str:
        """Why a private conversation cannot be imported; empty if nothing stands in the way."""
        if len(set(pair)) != 2:
            return "it is one of somebody with themselves"
        if missing := [folded for folded in pair if folded not in people]:
            return f"there is no account {' or '.join(missing)}"
        first = await self._storage.between(_pair_log(people), 0, 1)
        return "" if all(event.nonce.startswith(_NONCE) for event in first) else "they have talked here already"

    async def _write(self, events: Iterator[Event]) -> Counter[type]:
        counts: Counter[type] = Counter()
        for group in _grouped(list(events)):
            counts.update(type(outcome) for outcome in await self._keep([Append([event]) for event in group]))
        return counts

    async def _begin(self, folded: str, first: ImportedMessage, founder: Account) -> None:
        log = log_of(folded)
        if folded in self._open:
            return
        if await self._storage.head(log):
            raise ArchiveError(f"{folded} was imported before and has ended since: import it under another name")
        granted = AccessSet((Grant(founder.id, founder.name, "q"),))
        await self._keep(
            [Append([_server(log, Opened(first.channel, MODES), first.at), _server(log, granted, first.at)])]
        )

    async def _keep(self, group: list[Append]) -> list[Outcome]:
        done: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
        self._storage.append(group, done.set_result)
        outcomes = await done
        for outcome in outcomes:
            if isinstance(outcome, Failed):
                raise ArchiveError(outcome.reason)
        return outcomes


def log_of(folded: str) -> LogId:
    """The log of the channel that is imported under a name."""
    return LogId(f"c{_digest('channel', folded)[:16]}")


def _pair_log(people: dict[str, Account]) -> LogId:
    one, other = people.values()
    return pair_log(one.id, other.id)


def _private_events(people: dict[str, Account], messages: Sequence[ImportedMessage]) -> Iterator[Event]:
    """Messages of the two accounts; what anybody else has said there is left out."""
    one, other = people.values()
    correspondents = {one.name: other.name, other.name: one.name}
    theirs = [message for message in messages if names.fold(message.nick) in people]
    for event in _events(_pair_log(people), theirs, lambda nick: _owner(people[names.fold(nick)])):
        yield replace(event, body=replace(event.body, to=correspondents[event.source.nick]))


def _owner(account: Account) -> Source:
    return Source(account.id, account.name, "imported", _HOST, account.name)


def _events(log: LogId, messages: Sequence[ImportedMessage], author: Callable[[str], Source]) -> Iterator[Event]:
    times = Counter[tuple[int, str, str]]()
    for message in messages:
        same = (message.at, message.nick, message.text)
        times[same] += 1
        for number, text in enumerate(_texts(message)):
            # Two messages with the same text in the same second are different messages.
            key = _digest(log, *map(str, same), str(times[same]), str(number))
            said = Said(text, message.notice, joints=lines.joints(text, LINE_BYTES))
            yield Event(log, author(message.nick), said, _msgid(message.at, key), 0, message.at, f"{_NONCE}{key}")


def _author(nick: str) -> Source:
    shown = names.as_nick(nick)
    return Source(UserId(f"g{_digest('nick', shown)[:16]}"), shown, "imported", _HOST)


def _texts(message: ImportedMessage) -> Iterator[str]:
    rest = _UNWANTED.sub("", message.text.replace("\r\n", "\n"))
    while rest:
        part = lines.cut(rest, TEXT_BYTES)
        rest = rest[len(part) :]
        yield f"\x01ACTION {part}\x01" if message.action else part


def _server(log: LogId, body: Known, at: int) -> Event:
    return Event(log, Source(SERVER, "", "", ""), body, _msgid(at, _digest(log, type(body).__name__)), 0, at)


def _msgid(at: int, key: str) -> str:
    return timed(at) + base36(int(key, 16))[:10].rjust(10, "0")


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(("chover import", *parts)).encode(errors="surrogatepass")).hexdigest()[:32]


def _grouped(events: list[Event]) -> Iterator[list[Event]]:
    for start in range(0, len(events), GROUP):
        yield events[start : start + GROUP]
