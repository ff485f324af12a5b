"""Which rows of a conversation are on the screen. Rows are made when they are needed, never all of them."""

from __future__ import annotations

from typing import Final, NamedTuple

from chover.client.connection.outbox import Pending
from chover.client.lines import key
from chover.client.screen import rows as draw
from chover.client.screen.rows import Before, Look
from chover.client.state import State
from chover.client.state.conversation import Conversation, Detour
from chover.client.state.entries import COMINGS, Entry, together

CACHED: Final = 1500
"""Most entries whose rows are kept."""


RUN: Final = 500
"""Most entries that one stands for."""


class RowPosition(NamedTuple):
    """A row: the number of its entry, and the row's in it."""

    number: int
    row: int


class Seen(NamedTuple):
    """A row on the screen."""

    number: int
    text: str


class View:
    """A window on a conversation. ``bottom`` is its last row; None: it follows the newest."""

    def __init__(self, state: State, conversation: Conversation) -> None:
        self.conversation = conversation
        self.bottom: RowPosition | None = None
        self.selected: int | None = None
        """The number of the entry that keys act on."""
        self.cleared = -1_000_000_000
        """Entries before this number are not shown while nobody scrolls back."""
        self.events = True
        """Whether it is shown who comes and goes."""
        self.folded = True
        """Whether those who come and go one after the other stand in one line."""
        self._state = state
        self._look: Look | None = None
        self._cache: dict[int, tuple[tuple[object, ...], list[str]]] = {}
        self._new: tuple[int, int | None] = (0, None)
        self._days: dict[int, int] = {}
        self._source: Conversation | Detour = conversation

    # ---- what there is

    def turn_to(self, look: Look) -> None:
        """Other columns, colours or another part of the past mean other rows."""
        source = self.source
        if look != self._look or source is not self._source:
            if source is not self._source:
                self.bottom = self.selected = None
            self._look, self._source = look, source
            self._cache.clear()

    def pending(self) -> list[Pending]:
        """Ours that the server has not kept, in the order in which they were written."""
        state, name = self._state, self.conversation.key
        if self.conversation.detour is not None or not (len(state.outbox) or state.failed):
            return []
        ours = [each for each in (*state.failed.values(), *state.outbox) if key(each.target) == name]
        return sorted(ours, key=lambda each: each.at)

    def entry(self, number: int) -> Entry | None:
        """The entry of that number; None for what is not one, or no longer here."""
        at = number - self._source.first
        return self._source.entries[at] if 0 <= at < len(self._source.entries) else None

    @property
    def source(self) -> Conversation | Detour:
        return self.conversation.detour or self.conversation

    def exists(self, number: int) -> bool:
        return self._source.first <= number < self._source.end + len(self.pending())

    def selectable(self, number: int) -> bool:
        """Whether there is something to act on: what was said, and what was not sent."""
        entry = self.entry(number)
        return (entry.is_talk and not self._hidden(entry)) if entry is not None else self.failed_at(number) is not None

    def failed_at(self, number: int) -> Pending | None:
        """The message of ours at that number, if the server refused it."""
        at, waiting = number - self._source.end, self.pending()
        return waiting[at] if 0 <= at < len(waiting) and waiting[at].reason else None

    def number_of(self, msgid: str) -> int | None:
        """Where a message stands; looked for from the newest back."""
        for at in range(len(self._source.entries) - 1, -1, -1):
            if self._source.entries[at].msgid == msgid:
                return self._source.first + at
        return None

    def _last(self, look: Look) -> RowPosition:
        """The newest row; what is not shown has none."""
        number = self._source.end + len(self.pending()) - 1
        first = max(self._source.first, number - RUN)
        while number > first and not self._rows(number, look):
            number -= 1
        return RowPosition(number, max(len(self._rows(number, look)) - 1, 0))

    def _rows(self, number: int, look: Look) -> list[str]:
        entry = self.entry(number)
        if entry is None:
            return self._pending_rows(number, look)
        if not self._is_shown(number, entry, look):
            return []
        run = self._run(number, entry, look)
        before = self._shown_before(number - len(run) + 1, look)
        new = number == self._new_number()
        fresh_day = before is None or self._day(before, look) != self._day(entry, look)
        answered = self.conversation.find(entry.reply_to) if entry.reply_to else None
        changes = answered.version if answered else 0
        pinned = entry.msgid in self._state.marks.pins.get(self.conversation.key, ())
        made_of = (id(entry), entry.version, fresh_day, new, len(run), id(answered), changes, pinned)
        known = self._cache.get(number)
        if known is not None and known[0] == made_of:
            return known[1]
        name = draw.day_name(entry.at, look.zone) if fresh_day else ""
        shown = entry if len(run) == 1 else Entry("crowd", entry.at, text=together(run))
        rows = draw.entry_rows(shown, Before(name, new, pinned), answered, look)
        if len(self._cache) > CACHED:
            self._cache.clear()
        self._cache[number] = (made_of, rows)
        return rows

    def _pending_rows(self, number: int, look: Look) -> list[str]:
        """What was written after midnight stands under the line of that day, also while it waits."""
        waiting, at = self.pending(), number - self._source.end
        if not 0 <= at < len(waiting):
            return []
        pending = waiting[at]
        before = waiting[at - 1] if at else self._shown_before(self._source.end, look)
        fresh_day = pending.at and (before is None or self._day(before, look) < self._day(pending, look))
        rule = [draw.rule(draw.day_name(pending.at, look.zone), "day", look)] if fresh_day else []
        return rule + draw.pending_rows(pending, self._state.nick, look)

    # ---- what stands together

    def _folds(self, number: int, entry: Entry, look: Look) -> bool:
        """Whether an entry is one of those who come and go, on that entry's day."""
        other = self.entry(number)
        if other is None or other.kind not in COMINGS or entry.kind not in COMINGS or not self.folded:
            return False
        return self._day(other, look) == self._day(entry, look) and not self._hidden(other)

    def _is_shown(self, number: int, entry: Entry, look: Look) -> bool:
        """Of those who come and go one after the other the last entry stands for all."""
        if entry.kind not in COMINGS:
            return not self._state.marks.ignored or not self._hidden(entry)
        return not self._hidden(entry) and not self._folds(number + 1, entry, look)

    def _run(self, number: int, entry: Entry, look: Look) -> list[Entry]:
        """The entries that this one stands for, itself the last."""
        if entry.kind not in COMINGS:
            return [entry]
        begin = number
        while number - begin < RUN and self._folds(begin - 1, entry, look):
            begin -= 1
        first = self._source.first
        return self._source.entries[begin - first : number + 1 - first]

    def _shown_before(self, number: int, look: Look) -> Entry | None:
        for at in range(number - 1, max(number - 1 - RUN, self._source.first - 1), -1):
            entry = self.entry(at)
            if entry is not None and self._is_shown(at, entry, look):
                return entry
        return None

    def _day(self, entry: Entry | Pending, look: Look) -> int:
        # Days begin at full quarters of an hour in every zone: asking the zone each time is slow.
        quarter = entry.at // 900_000
        day = self._days.get(quarter)
        if day is None:
            if len(self._days) > CACHED:
                self._days.clear()
            day = self._days[quarter] = draw.day_of(quarter * 900_000, look.zone)
        return day

    def _new_number(self) -> int | None:
        """The number of the entry where what is new begins."""
        since = self.conversation.new_from
        if not since or self.conversation.detour is not None:
            return None
        if self._new[0] != since or self._new[1] is None:
            self._new = (since, self.conversation.first_unread())
        return self._new[1]

    def _hidden(self, entry: Entry) -> bool:
        if entry.kind in {"join", "part", "quit", "nick"} and not self.events:
            return True
        return not entry.own and self._state.ignores(entry.nick, entry.account)

    # ---- what is seen of it

    def visible(self, look: Look, height: int) -> list[Seen]:
        """At most ``height`` rows, the newest last."""
        self.turn_to(look)
        number, row = self._bottom(look)
        out: list[Seen] = []
        first = max(self._source.first, self.cleared) if self.following else self._source.first
        while len(out) < height and number >= first:
            rows = self._rows(number, look)
            for at in range(min(row, len(rows) - 1), -1, -1):
                out.append(Seen(number, rows[at]))
                if len(out) == height:
                    break
            number -= 1
            row = 1_000_000
        out.reverse()
        return out

    def _bottom(self, look: Look) -> RowPosition:
        last = self._last(look)
        if self.bottom is None or self.bottom >= last:
            self.bottom = None
            return last
        if self.bottom.number < self._source.first:
            self.bottom = RowPosition(self._source.first, 1_000_000)
        return self.bottom

    def up(self, count: int, look: Look, height: int) -> bool:
        """Show what stands ``count`` rows higher; False when that was the oldest row here."""
        self.turn_to(look)
        above = self._above(count, look, height)
        if above:
            self.bottom = self._moved(self._bottom(look), above, look)
        return above == count

    def _above(self, most: int, look: Look, height: int) -> int:
        """How many rows there are above the screen, at most ``most``."""
        number, row = self._bottom(look)
        have = -height
        while number >= self._source.first and have < most:
            rows = self._rows(number, look)
            have += min(row + 1, len(rows))
            number, row = number - 1, 1_000_000
        return max(min(have, most), 0)

    def _moved(self, place: RowPosition, up: int, look: Look) -> RowPosition:
        number, row = place.number, min(place.row, len(self._rows(place.number, look)) - 1)
        while up > row:
            up -= row + 1
            number -= 1
            if number < self._source.first:
                return RowPosition(self._source.first, 0)
            row = len(self._rows(number, look)) - 1
        return RowPosition(number, row - up)

    def down(self, count: int, look: Look) -> None:
        """Show what stands ``count`` rows lower."""
        self.turn_to(look)
        if self.bottom is None:
            return
        number, row = self._bottom(look)
        last = self._last(look)
        row = min(row, len(self._rows(number, look)) - 1)
        while count > (rest := len(self._rows(number, look)) - 1 - row):
            count -= rest + 1
            number, row = number + 1, 0
            while number < last.number and not self._rows(number, look):
                number += 1
            if number > last.number:
                break
        place = RowPosition(number, row + count)
        self.bottom = place if place < last else None

    def to(self, number: int, look: Look, height: int) -> None:
        """Bring an entry onto the screen, with some rows above it, where it is not there already."""
        self.turn_to(look)
        if any(seen.number == number for seen in self.visible(look, height)):
            return
        place = RowPosition(number, len(self._rows(number, look)) - 1)
        self.bottom = place
        below = height * 2 // 3 if number < self._source.end - 1 else 0
        if below:
            self.down(below, look)

    def to_top(self, look: Look, height: int) -> None:
        self.turn_to(look)
        self.bottom = RowPosition(self._source.first, 0)
        self.down(height - 1, look)

    def to_end(self) -> None:
        self.bottom = None

    @property
    def following(self) -> bool:
        return self.bottom is None and self.conversation.detour is None
