"""What every store of uploads' rows does (ports.FileRows), beside a registry."""

import asyncio

import pytest

from chover.engine.ids import UserId
from chover.ports import Account, File, OverQuota

ALICE = Account(UserId("a1"), "alice", "alice", 1)
NOBODY = UserId("")


def upload(number, *, digest="d1", size=10, owner=ALICE.id, at=1000, expires_at=0):
    return File(f"f{number}", digest, "cat.png", "image/png", size, owner, at, expires_at)


class UploadsContract:
    @pytest.fixture
    async def uploads(self, storage):
        await storage.registry.accounts.create(ALICE, {})
        return storage.uploads

    async def test_one_is_there_as_it_was_added(self, uploads):
        await uploads.add(upload(1), 0, 0)
        assert await uploads.get("f1", 2000) == upload(1)
        assert await uploads.get("f2", 2000) is None

    async def test_it_is_gone_at_its_moment(self, uploads):
        await uploads.add(upload(1, expires_at=3000), 0, 0)
        assert await uploads.get("f1", 2999) is not None
        assert await uploads.get("f1", 3000) is None

    async def test_the_newest_of_an_owner_come_first(self, uploads):
        for number, at in ((1, 1000), (2, 3000), (3, 2000)):
            await uploads.add(upload(number, at=at), 0, 0)
        await uploads.add(upload(4, owner=NOBODY), 0, 0)
        assert [file.id for file in await uploads.of(ALICE.id)] == ["f2", "f3", "f1"]

    async def test_nothing_is_added_over_the_quota(self, uploads):
        await uploads.add(upload(1, size=60), 100, 0)
        with pytest.raises(OverQuota):
            await uploads.add(upload(2, size=41), 100, 0)
        await uploads.add(upload(3, size=40), 100, 0)
        assert sorted(file.id for file in await uploads.of(ALICE.id)) == ["f1", "f3"]

    async def test_only_what_was_uploaded_since_then_counts_and_only_of_accounts(self, uploads):
        await uploads.add(upload(1, size=60, at=1000), 100, 0)
        await uploads.add(upload(2, size=60, at=2000), 100, 1001)
        for number in (3, 4):
            await uploads.add(upload(number, size=60, owner=NOBODY), 100, 0)
        assert len(await uploads.of(NOBODY)) == 2

    async def test_of_what_is_removed_the_digests_that_no_other_has_are_told(self, uploads):
        for number, digest in ((1, "d1"), (2, "d1"), (3, "d2")):
            await uploads.add(upload(number, digest=digest), 0, 0)
        assert await uploads.remove(["f1", "f3", "f9"]) == ["d2"]
        assert await uploads.digests() == {"d1"}
        assert await uploads.remove(["f2"]) == ["d1"]
        assert await uploads.remove([]) == []

    async def test_expired_are_those_over_time_and_those_whose_owner_is_gone(self, uploads, storage):
        await uploads.add(upload(1), 0, 0)
        await uploads.add(upload(2, owner=NOBODY), 0, 0)
        await uploads.add(upload(3, owner=NOBODY, expires_at=3000), 0, 0)
        assert await uploads.expired(2999) == []
        assert await uploads.expired(3000) == ["f3"]
        await storage.registry.accounts.delete(ALICE.id)
        assert sorted(await uploads.expired(3000)) == ["f1", "f3"]

    async def test_a_content_is_in_use_as_long_as_an_upload_has_it(self, uploads):
        await uploads.add(upload(1), 0, 0)
        await uploads.add(upload(2), 0, 0)
        assert await uploads.uses("d1")
        await uploads.remove(["f1"])
        assert await uploads.uses("d1")
        await uploads.remove(["f2"])
        assert not await uploads.uses("d1")

    async def test_of_those_who_hold_a_content_one_waits_for_the_other(self, uploads):
        order = []

        async def second():
            async with uploads.hold("d1"):
                order.append("second")

        async with uploads.hold("d1"):
            waiting = asyncio.create_task(second())
            # A whole round trip to the storage, in which the other one could have come.
            assert not await uploads.uses("d1")
            order.append("first")
        await waiting
        assert order == ["first", "second"]
