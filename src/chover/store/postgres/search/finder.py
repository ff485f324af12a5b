"""Answering searches: candidates from the index, the newest or the oldest first, each checked against the log.

The index is only a hint: it names blocks of messages, may still contain what was deleted or changed a moment ago, and
lack what was said just now. Every message is judged by its row in the log, and the ends of the logs that are not
indexed are read there.

PostgreSQL finds all blocks that match before it sorts them, so a search asks for one window of blocks after the
other, until it has enough. The markers of spans make a window a part of what the index is asked.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from chover.engine.events import Event
from chover.engine.ids import LogId, UserId
from chover.store import search_query
from chover.store.postgres.connections import Connections, Transaction
from chover.store.postgres.search import entries
from chover.store.postgres.search.blocks import LONGEST_MS
from chover.store.postgres.search.entries import SPAN
from chover.store.postgres.search.filling import EVENT, event_of
from chover.store.search_query import SearchTerms

WINDOWS: Final = (2, 4, 16)
"""Spans that are searched one after the other; then everything that is left."""
ROUNDS: Final = 50
"""Candidates are fetched at most this often for one search."""
TAIL: Final = 5000
"""Messages that are read in the log because they are not indexed."""
FEW: Final = 4
"""At first so many times fewer blocks are asked for than messages are wanted: most blocks have several."""
SLACK: Final = 600_000
"""Messages are indexed in the order of their times, but for so many milliseconds: clocks of nodes differ."""
NAMED: Final = 100
"""Up to this number, logs are a part of what the index is asked."""

# The values of a search are nothing like those of the one before it: its plan is made for its own. To look at the words
# of each block of a window costs more than the database thinks.
_PLAN: Final = "SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL enable_seqscan = off"
_NUMBERS: Final = "SELECT no FROM log WHERE id = ANY($1::text[])"
_BOUNDS: Final = """
    SELECT CASE WHEN $1 = 0 THEN (SELECT min(id) FROM search_block)
        ELSE (SELECT id FROM search_block WHERE reached >= $1 ORDER BY reached, id LIMIT 1) END,
        CASE WHEN $2 = 0 THEN (SELECT max(id) FROM search_block)
        ELSE (SELECT id FROM search_block WHERE reached <= $2 ORDER BY reached DESC, id DESC LIMIT 1) END"""
# Whether a message may have the word $9: in a text that is not plain, other characters may stand for its letters.
_MAYBE: Final = r"""($9 = '' OR position($9 IN lower(data COLLATE "C")) > 0
    OR octet_length(data) <> char_length(data) OR position('\' IN data) > 0)"""
# An expression keeps the database from walking through all blocks of a window, or in the order of their numbers.
_CANDIDATES: Final = f"""
    WITH found AS MATERIALIZED (
        SELECT id, log_no, first, last, until_at FROM search_block
        WHERE words @@ $1::tsquery AND id + 0 BETWEEN $2 AND $3 AND until_at >= $7
            AND ($8 = 0 OR until_at <= $8 + {LONGEST_MS})
            AND ($4::bigint[] IS NULL OR log_no = ANY($4) OR words @@ $5::tsquery)
        ORDER BY id + 0 {{order}} LIMIT $6)
    SELECT found.id, found.until_at, log.id, message.*
    FROM found JOIN log ON log.no = found.log_no
    LEFT JOIN LATERAL (
        SELECT {EVENT} FROM event WHERE event.log_no = found.log_no AND event.seq BETWEEN first AND last
            AND kind = 'said' AND at >= $7 AND ($8 = 0 OR at <= $8) AND {_MAYBE}) AS message ON true
    ORDER BY found.id {{order}}"""  # noqa: S608 - constants
_WALK: Final = _CANDIDATES.replace("words @@ $1::tsquery AND", "($1 = '' OR words @@ $1::tsquery) AND").replace(
    "id + 0", "id"
)
_TAIL: Final = f"""
    WITH sought AS (
        SELECT no FROM log WHERE id = ANY($1::text[])
        UNION SELECT no FROM log WHERE $2 <> '' AND id > 'p' || $2 || ':' AND id < 'p' || $2 || ';'
        UNION SELECT no FROM log WHERE $2 <> '' AND split_part(id, ':', 2) = $2 AND position(':' IN id) > 0)
    SELECT log.id, {EVENT} FROM sought JOIN log ON log.no = sought.no
    LEFT JOIN search_indexed AS followed ON followed.log_no = log.no
    JOIN event ON event.log_no = log.no AND event.seq > coalesce(followed.seq, 0) AND kind = 'said'
    WHERE log.head > coalesce(followed.seq, 0) ORDER BY event.at DESC LIMIT {TAIL}"""  # noqa: S608 - constants
_ACTORS: Final = """
    SELECT DISTINCT log.id, msgid, actor FROM event JOIN log ON no = log_no WHERE msgid = ANY($1::text[])"""


class Window(NamedTuple):
    """A part of the blocks: from ``low`` to ``high``, both inclusive. ``bounded``: by the markers of its spans."""

    low: int
    high: int
    bounded: bool = True


Found = tuple[list[Event], int]
"""What fits, and the end of the last block that was looked at, in ms since 1970."""


class IndexSearch:
    """One search, in a transaction."""

    def __init__(self, db: Transaction, wanted: SearchTerms, limit: int, *, oldest: bool) -> None:
        self._db, self._wanted, self._limit, self._oldest = db, wanted, limit, oldest

    async def run(self) -> list[Event]:
        """See Search.find."""
        await self._db.execute(_PLAN)
        # The tail first: what is indexed meanwhile is found twice, and not missed.
        found = {(event.log, event.seq): event for event in await self._tail()}
        indexed: list[int] = []
        async for events, reached in self._indexed():
            found |= {(event.log, event.seq): event for event in events}
            indexed += [event.at for event in events]
            if self._is_enough(indexed, reached):
                break
        return search_query.nearest(found.values(), self._limit, oldest=self._oldest)

    def _is_enough(self, indexed: list[int], reached: int) -> bool:
        """Whether nothing better comes behind a block that ends at ``reached``, for the times of what was found."""
        if len(indexed) < self._limit:
            return False
        indexed.sort(reverse=not self._oldest)
        last = indexed[self._limit - 1]
        return last < reached - LONGEST_MS if self._oldest else last > reached

    async def _tail(self) -> list[Event]:
        scope = self._wanted.scope
        rows = await self._db.fetch(_TAIL, list(scope.logs), scope.user)
        return await self._fitting(event_of(log, row) for log, *row in rows)

    async def _indexed(self) -> AsyncIterator[Found]:
        """What fits, in the order in which it is indexed."""
        scope, query = self._wanted.scope, self._wanted.query
        numbers = [no for (no,) in await self._db.fetch(_NUMBERS, list(scope.logs))]
        bounds = await self._db.fetchrow(_BOUNDS, query.after, query.before + SLACK if query.before else 0)
        if bounds is None or None in tuple(bounds) or not (numbers or scope.user):
            return
        for window in windows(*bounds, oldest=self._oldest):
            async for found in self._window(window, numbers):
                yield found

    async def _window(self, window: Window, numbers: list[int]) -> AsyncIterator[Found]:
        named = len(numbers) <= NAMED
        asked = entries.expression(self._wanted, numbers if named else None)
        positive = named or self._wanted.positive
        if window.bounded:
            asked = entries.all_of([asked, entries.in_spans(window.low // SPAN, window.high // SPAN)])
        sql = _STATEMENTS[window.bounded or positive, self._oldest]
        elsewhere = (None, "") if named else (numbers, entries.all_of(entries.private(self._wanted)))
        rest = self._wanted.query.after, self._wanted.query.before, entries.sure_word(self._wanted)
        low, high, chunk = window.low, window.high, self._limit // FEW + 1
        for _ in range(ROUNDS):
            rows = await self._db.fetch(sql, asked, low, high, *elsewhere, chunk, *rest)
            if not rows:
                return
            number, reached = rows[-1][:2]
            yield await self._fitting(event_of(log, row) for _, _, log, *row in rows if row[0] is not None), reached
            if len({row[0] for row in rows}) < chunk:
                return
            low, high = (number + 1, high) if self._oldest else (low, number - 1)
            chunk = self._limit + 1

    async def _fitting(self, events: Iterable[Event]) -> list[Event]:
        readable = [event for event in events if self._wanted.readable(event.log, event.seq)]
        actors = await self._actors(readable) if self._wanted.needs_authors else {}
        return self._wanted.fitting(readable, actors)

    async def _actors(self, events: Sequence[Event]) -> dict[tuple[LogId, str], UserId]:
        """The authors of the messages that these answer."""
        msgids = [msgid for event in events if (msgid := search_query.answered(event))]
        rows = await self._db.fetch(_ACTORS, msgids) if msgids else []
        return {(LogId(log), msgid): UserId(actor) for log, msgid, actor in rows}


def windows(low: int, high: int, *, oldest: bool) -> Iterator[Window]:
    """The parts in which the blocks from ``low`` to ``high`` are searched."""
    for spans in WINDOWS:
        if low > high:
            return
        if oldest:
            last = min(high, (low // SPAN + spans) * SPAN - 1)
            yield Window(low, last)
            low = last + 1
        else:
            first = max(low, (high // SPAN - spans + 1) * SPAN)
            yield Window(first, high)
            high = first - 1
    if low <= high:
        yield Window(low, high, bounded=False)


_STATEMENTS: Final[dict[tuple[bool, bool], str]] = {
    (positive, oldest): (_CANDIDATES if positive else _WALK).format(order="ASC" if oldest else "DESC")
    for positive in (False, True)
    for oldest in (False, True)
}


async def find(db: Connections, wanted: SearchTerms, limit: int, *, oldest: bool) -> list[Event]:
    """See Search.find."""
    if limit <= 0 or wanted.hopeless:
        return []
    async with db.transaction() as transaction:
        return await IndexSearch(transaction, wanted, limit, oldest=oldest).run()
