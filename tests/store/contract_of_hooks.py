"""What every store of hooks does (ports.HookRows)."""

from chover.engine.ids import LogId
from chover.ports import Hook

ONE = Hook("h1", LogId("c1"), "deploys", "a1", 1000)
OTHER = Hook("h2", LogId("c2"), "news", "operator", 2000, "https://example.org/", "key", 7, "it answered 500")


class HooksContract:
    async def test_they_are_there_as_they_were_made_the_oldest_first(self, hooks):
        await hooks.add(b"two", OTHER)
        await hooks.add(b"one", ONE)
        assert await hooks.all() == [(b"one", ONE), (b"two", OTHER)]

    async def test_one_is_removed_once(self, hooks):
        await hooks.add(b"one", ONE)
        await hooks.add(b"two", OTHER)
        assert await hooks.remove("h1")
        assert not await hooks.remove("h1")
        assert await hooks.all() == [(b"two", OTHER)]

    async def test_how_far_one_has_told_and_why_it_is_off_are_kept(self, hooks):
        await hooks.add(b"one", ONE)
        await hooks.add(b"", OTHER)
        await hooks.move("h2", 9)
        await hooks.move("h2", 8)
        await hooks.switch_off("h2", "410 Gone")
        [(_, one), (_, other)] = await hooks.all()
        assert one == ONE
        assert (other.place, other.off) == (9, "410 Gone")
