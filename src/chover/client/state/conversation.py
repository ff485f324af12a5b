"""A conversation: its entries in the order of the log, its members, and how far it has been read. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Final

import msgspec

from chover.client.state.entries import Entry
from chover.client.state.gap import Gap
from chover.wire.message import Message

LOOSE: Final = 500
"""Edits, deletions and reactions for messages that are not loaded, kept until they are."""


Ignores = Callable[[str, str], bool]
"""Whether messages of a nick with an account are hidden."""


Calls = Callable[[str], bool]
"""Whether a text contains one of our words."""


Hides = Callable[[str, Entry], bool]
"""Whether a filter hides an entry of the conversation with that key."""


def _shows(_key: str, _entry: Entry) -> bool:
    return False


def _nobody(_nick: str, _account: str) -> bool:
    return False


def _nothing(_text: str) -> bool:
    return False


class KnownMember(Enum):
    """How much of the older or newer entries is known."""

    UNKNOWN = "unknown"
    ASKING = "asking"
    ALL = "all"


class Member(msgspec.Struct, frozen=True):
    nick: str
    ranks: str = ""
    """Prefixes, the highest first."""


class Typing(msgspec.Struct, frozen=True):
    nick: str
    until: int


class Leaving(msgspec.Struct):
    """A conversation is being left; this can be undone until ``until``, in milliseconds since 1970."""

    until: int
    reason: str = ""
    sent: bool = False


class Conversation:
    """``key`` is its folded name; ``keep`` is how many entries stay in memory, ``latest`` how many to fetch first.

    Entries have numbers that do not change when older ones are added: ``first`` is the number of the first one.
    """

    def __init__(
        self,
        key: str,
        name: str,
        *,
        channel: bool,
        keep: int,
        latest: int,
        ignores: Ignores = _nobody,
        calls: Calls = _nothing,
        hides: Hides = _shows,
    ) -> None:
        self.key = key
        self.name = name
        self.channel = channel
        self.joined = False
        self.topic = ""
        self.pins: list[str] = []
        """The msgids that are pinned for everybody."""
        self.pinning: list[str] = []
        """A list of them that is not complete yet."""
        self.members: dict[str, Member] = {}
        self.naming: dict[str, Member] | None = None
        """Members from a NAMES answer that is not complete yet."""
        self.gap: Gap[Entry] = Gap(name, latest)
        self.entries: list[Entry] = []
        self.first = 0
        self.by_msgid: dict[str, Entry] = {}
        self.loose: dict[str, list[Message]] = {}
        self.answers: dict[str, dict[str, None]] = {}
        """The msgids of replies, by that of the message that they answer."""
        self.older = KnownMember.UNKNOWN
        self.detour: Detour | None = None
        """A part of the history that is being shown."""
        self.read_at = 0
        """The time up to which it was read, in milliseconds since 1970; 0: unknown."""
        self.new_from = 0
        """Where "new" began when it was last opened."""
        self.keeps_unread = False
        """It was marked as unread, and stays so until somebody comes back to it."""
        self.unread = 0
        self.mentions = 0
        self.typing: dict[str, Typing] = {}
        self.last_at = 0
        self.leaving: Leaving | None = None
        self._keep = keep
        self._ignores = ignores
        self._calls = calls
        self._hides = hides

    @property
    def last(self) -> Entry | None:
        return self.entries[-1] if self.entries else None

    @property
    def end(self) -> int:
        """The number after the last entry."""
        return self.first + len(self.entries)

    def append(self, entry: Entry) -> bool:
        """Append an entry. Returns False if it is here already."""
        if entry.msgid and entry.msgid in self.by_msgid:
            return False
        self.last_at = max(self.last_at, entry.at)
        if self._keep:
            self.entries.append(entry)
            if entry.msgid:
                self.by_msgid[entry.msgid] = entry
            self.note_reply(entry)
            if len(self.entries) > self._keep:
                self._let_go()
        return True

    def _let_go(self) -> None:
        """If there are too many, drop the oldest tenth, which can be fetched again."""
        count = max(self._keep // 10, 1)
        for entry in self.entries[:count]:
            self.by_msgid.pop(entry.msgid, None)
        del self.entries[:count]
        self.first += count
        self.older = KnownMember.UNKNOWN

    def prepend(self, entries: list[Entry]) -> int:
        """Add older entries at the beginning. Returns how many were new."""
        fresh = [entry for entry in entries if not entry.msgid or entry.msgid not in self.by_msgid]
        for entry in fresh:
            if entry.msgid:
                self.by_msgid[entry.msgid] = entry
            self.note_reply(entry)
        self.entries[:0] = fresh
        self.first -= len(fresh)
        return len(fresh)

    def forget(self) -> None:
        """Forget the entries: the next ones do not continue them."""
        self.first = self.end
        self.entries.clear()
        self.by_msgid.clear()
        self.loose.clear()
        self.answers.clear()
        self.older = KnownMember.UNKNOWN

    def find(self, msgid: str) -> Entry | None:
        """A message, here or in the part of the history that is shown."""
        return self.by_msgid.get(msgid) or (self.detour.by_msgid.get(msgid) if self.detour else None)

    def keep_loose(self, msgid: str, message: Message) -> None:
        self.loose.setdefault(msgid, []).append(message)
        if len(self.loose) > LOOSE:
            del self.loose[next(iter(self.loose))]

    # ---- threads

    def note_reply(self, entry: Entry) -> None:
        """Note what an entry answers. An open thread has it at once."""
        if entry.reply_to and entry.msgid:
            self.answers.setdefault(entry.reply_to, {})[entry.msgid] = None
            self.refresh_thread()

    def refresh_thread(self) -> None:
        """An open thread has a new reply, or one less."""
        if isinstance(self.detour, Thread):
            self.detour.fill(self)

    # ---- what is for us

    def judge(self, entry: Entry) -> None:
        """Determine whether it is for us: any private message, and mentions in a channel (engine/mentions.py)."""
        answered = self.find(entry.reply_to) if entry.reply_to and not entry.own else None
        entry.mentions = entry.counts and (
            not self.channel or (answered is not None and answered.own) or self._calls(entry.text)
        )

    def reflect(self, entry: Entry) -> None:
        """Show the reactions of people who are not ignored."""
        shown = {
            reaction: [nick for nick in nicks if not self._ignores(nick, "")]
            for reaction, nicks in (entry.reacted or {}).items()
        }
        entry.reactions = {reaction: nicks for reaction, nicks in shown.items() if nicks} or None

    def heed(self) -> None:
        """Apply a change of the people who are ignored."""
        for entry in (*self.entries, *(self.detour.entries if self.detour is not None else ())):
            if entry.reacted:
                self.reflect(entry)
                entry.version += 1
        for known, typing in list(self.typing.items()):
            if self._ignores(typing.nick, ""):
                del self.typing[known]
        self.count()

    def judge_page(self, page: list[Entry]) -> None:
        """Judge the entries of a page, and entries that they answer."""
        known = {entry.msgid for entry in page if entry.msgid}
        here = [*self.entries, *(self.detour.entries if self.detour is not None else ())]
        for entry in [*page, *(entry for entry in here if entry.reply_to in known)]:
            self.judge(entry)
        if self.unread:
            self.count()

    def judge_unread(self) -> None:
        """Apply a change of the words that mention us."""
        for entry in reversed(self.entries):
            if entry.at <= self.read_at:
                break
            self.judge(entry)

    # ---- what is unread

    def count(self) -> None:
        """Count unread entries; one at ``read_at`` counts as read."""
        self.unread = self.mentions = 0
        for entry in reversed(self.entries):
            if entry.at <= self.read_at:
                break
            self.count_in(entry)

    def count_in(self, entry: Entry) -> bool:
        if not self.counts(entry) or entry.at <= self.read_at:
            return False
        self.unread += 1
        self.mentions += entry.mentions
        return True

    def counts(self, entry: Entry) -> bool:
        """Whether it is new and shown."""
        return entry.counts and not self._ignores(entry.nick, entry.account) and not self._hides(self.key, entry)

    def first_unread(self) -> int | None:
        """The number of the first unread entry."""
        since = self.new_from or self.read_at
        found = None
        for at in range(len(self.entries) - 1, -1, -1):
            if self.entries[at].at <= since:
                break
            if self.counts(self.entries[at]):
                found = self.first + at
        return found


class Detour:
    """A part of the history, from a search result or a link, that does not reach the present."""

    def __init__(self, msgid: str) -> None:
        self.msgid = msgid
        self.entries: list[Entry] = []
        self.first = 0
        self.by_msgid: dict[str, Entry] = {}
        self.older = KnownMember.UNKNOWN
        self.newer = KnownMember.UNKNOWN

    @property
    def end(self) -> int:
        return self.first + len(self.entries)

    def add(self, entries: list[Entry], *, front: bool) -> int:
        fresh = [entry for entry in entries if entry.msgid not in self.by_msgid]
        self.by_msgid.update({entry.msgid: entry for entry in fresh if entry.msgid})
        if front:
            self.entries[:0] = fresh
            self.first -= len(fresh)
        else:
            self.entries += fresh
        return len(fresh)


class Thread(Detour):
    """A message and the replies to it. ``by_msgid`` contains those that the server has sent."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.root = root
        self.older = self.newer = KnownMember.ALL

    def fill(self, conversation: Conversation) -> None:
        """Show what is known of it now."""
        first = conversation.find(self.root)
        self.entries = [*([first] if first is not None else []), *replies(conversation, self.root)]


def root_of(conversation: Conversation, entry: Entry) -> str:
    """The msgid of the message that begins its thread. A deleted one begins one of its own, as on the server."""
    at: Entry | None = entry
    msgid, seen = entry.msgid, {""}
    while at is not None and not at.deleted and at.reply_to not in seen:
        msgid = at.reply_to
        seen.add(msgid)
        at = conversation.find(msgid)
    return msgid


def replies(conversation: Conversation, root: str) -> list[Entry]:
    """The loaded replies that lead to a message, in order."""
    seen, level, found = {root}, [root], []
    while level:
        below = [conversation.find(msgid) for above in level for msgid in conversation.answers.get(above, ())]
        fresh = [entry for entry in below if entry is not None and not entry.deleted and entry.msgid not in seen]
        level = [entry.msgid for entry in fresh]
        seen.update(level)
        found += fresh
    return sorted(found, key=lambda entry: entry.at)
