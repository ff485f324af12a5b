"""What every store of scheduled messages and reminders does (ports.registry.ScheduledItems), beside a registry."""

from dataclasses import dataclass

import msgspec
import pytest

from chover.engine.ids import LogId, UserId
from chover.ports import Account
from chover.ports.registry import ScheduledItem

ALICE = Account(UserId("a1"), "Alice", "alice", 1)
BOB = Account(UserId("a2"), "Bob", "bob", 2)
TEA = LogId("c1")


def item(number, due=1000, account=ALICE.id, **values):
    return ScheduledItem(number, account, values.pop("kind", "say"), TEA, "#tea", due, **values)


@dataclass
class Held:
    """The rows, and the numbers of those that are found."""

    rows: object

    async def of(self, account=ALICE.id):
        return [one.id for one in await self.rows.of(account)]

    async def due(self, now, limit=9):
        return [one.id for one in await self.rows.due(now, limit)]


class ScheduledContract:
    @pytest.fixture
    async def scheduled(self, registry):
        for account in (ALICE, BOB):
            await registry.accounts.create(account, {})
        return registry.scheduled

    async def test_items_are_kept_as_they_are_the_next_one_first(self, scheduled):
        later = item("s1", 2000, text="two\nlines", msgid="0m")
        sooner = item("s2", 1000, kind="remind", msgid="0m")
        for one in (later, sooner, item("s3", account=BOB.id)):
            assert await scheduled.put(one, 9)
        assert await scheduled.of(ALICE.id) == [sooner, later]

    async def test_an_account_has_no_more_than_it_may(self, scheduled):
        done = [await scheduled.put(item(number), 2) for number in ("s1", "s2", "s3")]
        assert done == [True, True, False]
        assert await scheduled.put(item("s4", account=BOB.id), 2)
        assert await Held(scheduled).of() == ["s1", "s2"]

    async def test_those_are_ripe_that_wait_and_are_due(self, scheduled):
        held = Held(scheduled)
        assert await scheduled.next_due() is None
        for number, due in (("s1", 3000), ("s2", 1000), ("s3", 2000), ("s4", 2000)):
            await scheduled.put(item(number, due), 9)
        assert await scheduled.next_due() == 1000
        assert await held.due(999) == []
        assert await held.due(2000) == ["s2", "s3", "s4"]
        assert await held.due(2000, 1) == ["s2"]
        await scheduled.settle("s2", "due")
        assert await held.due(2000) == ["s3", "s4"]
        assert await scheduled.next_due() == 2000

    async def test_one_is_settled_once(self, scheduled):
        await scheduled.put(item("s1"), 9)
        assert await scheduled.settle("s1", "refused", "You are banned")
        assert not await scheduled.settle("s1", "due")
        assert await scheduled.of(ALICE.id) == [
            msgspec.structs.replace(item("s1"), state="refused", why="You are banned")
        ]

    async def test_that_a_device_was_told_is_noted_once(self, scheduled):
        await scheduled.put(item("s1"), 9)
        assert [await scheduled.note_told("s1"), await scheduled.note_told("s1")] == [True, False]
        assert [one.told for one in await scheduled.of(ALICE.id)] == [1]

    async def test_only_its_own_account_deletes_one(self, scheduled):
        await scheduled.put(item("s1"), 9)
        assert not await scheduled.remove(BOB.id, "s1")
        assert await scheduled.remove(ALICE.id, "s1")
        assert not await scheduled.remove(ALICE.id, "s1")

    async def test_what_waits_is_not_purged(self, scheduled):
        for number, due in (("s1", 1000), ("s2", 1000), ("s3", 2000)):
            await scheduled.put(item(number, due), 9)
        for number in ("s2", "s3"):
            await scheduled.settle(number, "due")
        assert await scheduled.purge(2000) == 1
        assert await Held(scheduled).of() == ["s1", "s3"]

    async def test_they_go_with_their_account(self, scheduled, registry):
        await scheduled.put(item("s1"), 9)
        await registry.accounts.delete(ALICE.id)
        assert await Held(scheduled).of() == []
        assert not await scheduled.put(item("s1"), 9)
