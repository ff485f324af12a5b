"""What every storage of uploads' contents does (ports.BlobStorage)."""

import hashlib

import pytest

from chover.ports import StoreError

OLD = 1_000_000_000.0
"""A moment long ago; everything a test makes is from after it."""
FUTURE = 4_000_000_000.0


def digest_of(data):
    return hashlib.sha256(data).hexdigest()


async def nothing():
    return set()


class BlobsContract:
    """``open_blobs`` opens what may be the same storage once more, as another node has it."""

    @pytest.fixture
    def blobs(self, open_blobs):
        return open_blobs()

    @staticmethod
    async def keep(blobs, data, *, settle=True):
        path, file = blobs.begin()
        with file:
            file.write(data)
        digest = digest_of(data)
        await blobs.send(path, digest)
        await blobs.keep(path, digest)
        if settle:
            await blobs.settled(digest)
        path.unlink(missing_ok=True)
        return digest

    @staticmethod
    async def read(blobs, digest, first, last):
        content = await blobs.content(digest)
        return b"".join([chunk async for chunk in content.read(first, last)])

    async def test_what_was_kept_is_read_whole_and_in_parts_on_every_node(self, blobs, open_blobs):
        data = bytes(range(256)) * 3000
        digest = await self.keep(blobs, data)
        other = open_blobs()
        assert (await other.content(digest)).size == len(data)
        assert await self.read(other, digest, 0, len(data) - 1) == data
        assert await self.read(other, digest, 700_000, 700_009) == data[700_000:700_010]
        assert await self.read(blobs, digest, len(data) - 1, len(data) - 1) == data[-1:]

    async def test_what_is_not_there_is_nothing_and_is_dropped_without_a_word(self, blobs):
        assert await blobs.content("0" * 64) is None
        await blobs.drop("0" * 64)

    async def test_what_was_dropped_is_gone_on_every_node(self, blobs, open_blobs):
        digest = await self.keep(blobs, b"hello")
        await open_blobs().drop(digest)
        assert await blobs.content(digest) is None

    async def test_what_comes_twice_lies_once(self, blobs, count):
        await self.keep(blobs, b"hello")
        await self.keep(blobs, b"hello")
        assert count() == 1

    async def test_what_was_dropped_between_sending_and_keeping_is_there_all_the_same(self, blobs, open_blobs):
        digest = await self.keep(blobs, b"hello")
        path, file = blobs.begin()
        with file:
            file.write(b"hello")
        await blobs.send(path, digest)
        await open_blobs().drop(digest)
        await blobs.keep(path, digest)
        assert await self.read(blobs, digest, 0, 4) == b"hello"
        path.unlink(missing_ok=True)

    async def test_what_a_crash_left_is_found_later_and_what_is_on_its_way_is_not(self, blobs, open_blobs):
        digest = await self.keep(blobs, b"hello", settle=False)
        path, file = blobs.begin()
        file.close()
        assert await open_blobs().orphans(OLD) == []
        assert path.exists()
        assert await open_blobs().orphans(FUTURE) == [digest]
        assert not path.exists()

    async def test_it_belongs_to_the_cluster_that_came_first(self, open_blobs):
        await open_blobs().claim("aa", nothing)
        await open_blobs().claim("aa", nothing)
        with pytest.raises(StoreError, match="belongs to another server or cluster"):
            await open_blobs().claim("bb", nothing)

    async def test_a_storage_without_the_uploads_that_there_are_is_refused(self, blobs, open_blobs):
        async def used():
            return {digest_of(b"hello")}

        with pytest.raises(StoreError, match="the uploads are not in"):
            await blobs.claim("aa", used)
        await self.keep(blobs, b"hello")
        await blobs.claim("aa", used)
