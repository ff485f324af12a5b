"""The rows of a conversation by the numbers of its entries. They are created when needed, never all at once."""

from __future__ import annotations

from typing import Final, NamedTuple

from chover.client.lines import key
from chover.client.screen.rendering import rows as draw
from chover.client.screen.rendering.attached import drawn, link_of
from chover.client.screen.rendering.cards import PictureSource
from chover.client.screen.rendering.rows import Before, Look
from chover.client.state import State, threads
from chover.client.state.conversation import Conversation, Detour, Thread, root_of
from chover.client.state.entries import COMINGS, Entry, together
from chover.client.state.model import filters
from chover.client.state.model.outbox import Pending
from chover.client.state.threads import ThreadSummary

CACHED: Final = 1500
"""The maximum number of entries whose rows are cached."""


RUN: Final = 500
"""The maximum number of entries combined in one."""


class RowPosition(NamedTuple):
    """A row: the number of its entry, and the row's number within it."""

    number: int
    row: int


class ConversationRows:
    """The rows of a conversation's entries, created on first use and cached until something changes them."""

    def __init__(self, state: State, conversation: Conversation) -> None:
        self.conversation = conversation
        self.events = True
        """Whether joins and leaves are shown."""
        self.previews = True
        """Whether rows say what the pages are that messages link to."""
        self.pictures: PictureSource | None = None
        """Where pictures come from, if they can be shown."""
        self.without: set[str] = set()
        """The msgids of entries whose pictures are folded."""
        self.folded = True
        """Whether several joins and leaves in a row are combined in one line."""
        self._state = state
        self._look: Look | None = None
        self._cache: dict[int, tuple[tuple[object, ...], list[str]]] = {}
        self.revealed: set[str] = set()
        """The msgids of entries whose spoilers are shown."""
        self._new: tuple[int, int | None] = (0, None)
        self._days: dict[int, int] = {}
        self.part: Conversation | Detour = conversation
        """The part of the history that is shown, since ``turn_to``."""

    # ---- what there is

    def turn_to(self, look: Look) -> bool:
        """Apply columns, colours and the part of the history; others need other rows. True: it is another part."""
        source = self.source
        elsewhere = source is not self.part
        if look != self._look or elsewhere:
            self._look, self.part = look, source
            self._cache.clear()
        return elsewhere

    def pending(self) -> list[Pending]:
        """Our messages that the server has not kept, in the order in which they were written."""
        state, name = self._state, self.conversation.key
        detour = self.conversation.detour
        within = isinstance(detour, Thread)
        if (detour is not None and not within) or not (len(state.outbox) or state.failed):
            return []
        ours = [each for each in (*state.failed.values(), *state.outbox) if key(each.target) == name]
        if isinstance(detour, Thread):
            ours = [each for each in ours if threads.leads_to(self.conversation, each.reply_to) == detour.root]
        return sorted(ours, key=lambda each: each.at)

    def entry(self, number: int) -> Entry | None:
        """The entry of that number; None if there is none, or it is gone."""
        at = number - self.part.first
        return self.part.entries[at] if 0 <= at < len(self.part.entries) else None

    @property
    def source(self) -> Conversation | Detour:
        return self.conversation.detour or self.conversation

    def exists(self, number: int) -> bool:
        return self.part.first <= number < self.part.end + len(self.pending())

    def selectable(self, number: int) -> bool:
        """Whether an entry can be selected: a message, or one that was not sent."""
        entry = self.entry(number)
        return (entry.is_talk and not self.hidden(entry)) if entry is not None else self.failed_at(number) is not None

    def failed_at(self, number: int) -> Pending | None:
        """The message of ours at that number, if the server has refused it."""
        at, waiting = number - self.part.end, self.pending()
        return waiting[at] if 0 <= at < len(waiting) and waiting[at].reason else None

    def number_of(self, msgid: str) -> int | None:
        """The number of a message, searched from the newest back."""
        for at in range(len(self.part.entries) - 1, -1, -1):
            if self.part.entries[at].msgid == msgid:
                return self.part.first + at
        return None

    def last(self, look: Look) -> RowPosition:
        """The newest row; an entry that is not shown has none."""
        number = self.part.end + len(self.pending()) - 1
        first = max(self.part.first, number - RUN)
        while number > first and not self.of(number, look):
            number -= 1
        return RowPosition(number, max(len(self.of(number, look)) - 1, 0))

    def of(self, number: int, look: Look) -> list[str]:
        """The rows of the entry of that number; none if it is not shown."""
        entry = self.entry(number)
        if entry is None:
            return self._pending_rows(number, look)
        if not self._is_shown(number, entry, look):
            return []
        begin, run = self._run(number, entry, look)
        before = self._shown_before(begin, look)
        within = isinstance(self.part, Thread)
        answered = self.conversation.find(entry.reply_to) if entry.reply_to and not within else None
        with_it = self._with(entry, number, before, look)
        changes = answered.version if answered else 0
        made_of = (id(entry), entry.version, len(run), id(answered), changes, self.folded, with_it)
        known = self._cache.get(number)
        if known is not None and known[0] == made_of:
            return known[1]
        rows = draw.entry_rows(_summed_up(entry, run, short=self.folded), with_it, answered, look)
        if len(self._cache) > CACHED:
            self._cache.clear()
        self._cache[number] = (made_of, rows)
        return rows

    def _with(self, entry: Entry, number: int, before: Entry | None, look: Look) -> Before:
        """What an entry is shown with."""
        state, conversation = self._state, self.conversation
        fresh_day = before is None or self._day(before, look) != self._day(entry, look)
        within = isinstance(self.part, Thread)
        linked = "://" in entry.text
        link = link_of(state, conversation, entry) if linked and self.previews else ""
        return Before(
            day=draw.day_name(entry.at, look.zone) if fresh_day else "",
            new=number == self._new_number(),
            saved=entry.msgid in state.preferences.pins.get(conversation.key, ()),
            revealed=entry.msgid in self.revealed,
            within=within,
            thread=None
            if within or entry.msgid not in conversation.answers
            else _thread_of(state, conversation, entry),
            shared=entry.msgid in conversation.pins,
            emoji=state.emoji.names,
            files=state.support.files,
            link=link,
            preview=state.previews.of(entry.msgid, link) if link else None,
            pictures=drawn(state, entry, look, self.pictures) if linked and entry.msgid not in self.without else (),
        )

    def _pending_rows(self, number: int, look: Look) -> list[str]:
        """A message written after midnight appears under the line of that day, even while it is pending."""
        waiting, at = self.pending(), number - self.part.end
        if not 0 <= at < len(waiting):
            return []
        pending = waiting[at]
        before = waiting[at - 1] if at else self._shown_before(self.part.end, look)
        fresh_day = pending.at and (before is None or self._day(before, look) < self._day(pending, look))
        rule = [draw.rule(draw.day_name(pending.at, look.zone), "day", look)] if fresh_day else []
        return rule + draw.pending_rows(pending, self._state.nick, look, self._state.support.files)

    # ---- what stands together

    def _beside(self, number: int, step: int, entry: Entry, look: Look) -> int | None:
        """The next join or leave, ``step`` by step, that is combined with an entry: of its day, behind hidden ones."""
        if entry.kind not in COMINGS or not self.folded:
            return None
        for at in range(number + step, number + step * (RUN + 1), step):
            other = self.entry(at)
            if other is None:
                return None
            if not self.hidden(other):
                return at if other.kind in COMINGS and self._day(other, look) == self._day(entry, look) else None
        return None

    def _is_shown(self, number: int, entry: Entry, look: Look) -> bool:
        """Of several joins and leaves in a row, the last entry stands for all."""
        if entry.kind not in COMINGS:
            return not (self._state.preferences.ignored or self._state.filters) or not self.hidden(entry)
        return not self.hidden(entry) and self._beside(number, 1, entry, look) is None

    def _run(self, number: int, entry: Entry, look: Look) -> tuple[int, list[Entry]]:
        """The entries that this one stands for, itself being the last, and the number of the first."""
        run = [entry]
        begin = number
        while len(run) < RUN:
            before = self._beside(begin, -1, entry, look)
            if before is None:
                break
            begin = before
            run.insert(0, self.part.entries[before - self.part.first])
        return begin, run

    def _shown_before(self, number: int, look: Look) -> Entry | None:
        for at in range(number - 1, max(number - 1 - RUN, self.part.first - 1), -1):
            entry = self.entry(at)
            if entry is not None and self._is_shown(at, entry, look):
                return entry
        return None

    def _day(self, entry: Entry | Pending, look: Look) -> int:
        # In every zone, days begin at a full quarter of an hour: asking the zone each time is slow.
        quarter = entry.at // 900_000
        day = self._days.get(quarter)
        if day is None:
            if len(self._days) > CACHED:
                self._days.clear()
            day = self._days[quarter] = draw.day_of(quarter * 900_000, look.zone)
        return day

    def _new_number(self) -> int | None:
        """The number of the first new entry."""
        since = self.conversation.new_from
        if not since or self.conversation.detour is not None:
            return None
        if self._new[0] != since or self._new[1] is None:
            self._new = (since, self.conversation.first_unread())
        return self._new[1]

    def hidden(self, entry: Entry) -> bool:
        if entry.kind in filters.COMINGS and not self.events:
            return True
        if entry.own:
            return False
        filtered = self._state.filters.hides(self.conversation.key, entry)
        return filtered or self._state.ignores(entry.nick, entry.account)


def _summed_up(entry: Entry, run: list[Entry], *, short: bool) -> Entry:
    """An entry as it is shown: joins and leaves together, and a leave without its raw reason if ``short``."""
    if len(run) > 1:
        return Entry("crowd", entry.at, text=together(run))
    return Entry(entry.kind, entry.at, entry.nick) if short and entry.kind in COMINGS else entry


def _thread_of(state: State, conversation: Conversation, entry: Entry) -> ThreadSummary | None:
    """What is known of the thread that an entry with answers begins; None if it begins none."""
    if root_of(conversation, entry) != entry.msgid:
        return None
    found = threads.summary(state, conversation, entry.msgid)
    return found if found.replies else None
