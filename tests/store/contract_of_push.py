"""What every store of push subscriptions does (ports.push.PushRows), beside a registry."""

import pytest

from chover.engine.ids import LogId, UserId
from chover.ports import Account
from chover.ports.push import UNSURE_MS, PushCursor, PushPlace, Subscription

ALICE = Account(UserId("a1"), "alice", "alice", 1)
BOB = Account(UserId("a2"), "bob", "bob", 1)


def asked(endpoint, at=1, account=ALICE.id):
    return Subscription(account, endpoint, "p", "s", 5, at)


TEA, MILK = LogId("ctea"), LogId("cmilk")


class PushContract:
    @pytest.fixture
    async def push(self, storage):
        for account in (ALICE, BOB):
            await storage.registry.accounts.create(account, {})
        return storage.push

    async def test_they_are_there_as_they_were_asked_for_the_oldest_first(self, push):
        await push.put(asked("https://a", at=2), 10)
        await push.put(asked("https://b"), 10)
        assert await push.all() == [asked("https://b"), asked("https://a", at=2)]

    async def test_one_takes_the_place_of_an_earlier_one_of_its_endpoint(self, push):
        await push.put(asked("https://a"), 10)
        await push.put(asked("https://a", at=2), 10)
        assert await push.all() == [asked("https://a", at=2)]

    async def test_of_too_many_of_an_account_the_oldest_go(self, push):
        await push.put(asked("https://bob", account=BOB.id), 2)
        for at in (4, 1, 3, 2):
            await push.put(asked(f"https://{at}", at=at), 2)
        assert [(one.account, one.at) for one in await push.all()] == [(BOB.id, 1), (ALICE.id, 3), (ALICE.id, 4)]

    async def test_one_is_dropped_once(self, push):
        await push.put(asked("https://a"), 10)
        assert await push.drop("https://a")
        assert not await push.drop("https://a")

    async def test_they_go_with_their_account(self, push, storage):
        await push.put(asked("https://a"), 10)
        await storage.registry.accounts.delete(ALICE.id)
        assert await push.all() == []
        await push.put(asked("https://a"), 10)
        assert await push.all() == []

    async def test_how_far_pushes_have_come_is_unknown_until_it_is_saved(self, push):
        assert await push.cursor() is None
        await push.advance(PushCursor(1000, "a mark", {}))
        assert await push.cursor() == PushCursor(1000, "a mark", {})

    async def test_places_that_are_not_named_stay(self, push):
        await push.advance(PushCursor(1000, "one", {TEA: PushPlace(5, 900), MILK: PushPlace(7, 950)}))
        await push.advance(PushCursor(2000, "two", {TEA: PushPlace(6, 1900)}))
        assert await push.cursor() == PushCursor(2000, "two", {TEA: PushPlace(6, 1900), MILK: PushPlace(7, 950)})

    async def test_neither_a_place_nor_the_whole_moves_back(self, push):
        await push.advance(PushCursor(2000, "two", {TEA: PushPlace(6, 1900)}))
        await push.advance(PushCursor(1000, "one", {TEA: PushPlace(5, 2100), MILK: PushPlace(1, 2100)}))
        assert await push.cursor() == PushCursor(2000, "two", {TEA: PushPlace(6, 1900), MILK: PushPlace(1, 2100)})

    async def test_a_place_is_dropped_when_the_whole_is_beyond_it_for_sure(self, push):
        await push.advance(PushCursor(1000, "one", {TEA: PushPlace(5, 1000), MILK: PushPlace(7, 1001)}))
        await push.advance(PushCursor(1001 + UNSURE_MS, "two", {}))
        saved = await push.cursor()
        assert saved.places == {MILK: PushPlace(7, 1001)}
