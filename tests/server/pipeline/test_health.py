from tests.doubles.memory_store import MemoryStore

from chover.server.pipeline import health
from chover.server.pipeline.health import Health


class Counting(MemoryStore):
    def __init__(self):
        super().__init__()
        self.probes = 0

    async def probe(self):
        self.probes += 1
        await super().probe()


async def test_all_is_well_while_the_store_writes():
    assert not await Health(MemoryStore()).ailment()


async def test_what_the_store_says_is_what_is_told():
    store = MemoryStore()
    store.fail = "the disk is full: free some space"
    assert await Health(store).ailment() == "the disk is full: free some space"


async def test_many_who_ask_at_once_make_the_disk_work_once():
    store = Counting()
    asked = Health(store)
    for _ in range(10):
        await asked.ailment()
    assert store.probes == 1


async def test_an_old_answer_is_asked_for_again(monkeypatch):
    monkeypatch.setattr(health, "FRESH_SECONDS", 0.0)
    store = Counting()
    asked = Health(store)
    assert not await asked.ailment()
    store.fail = "the disk is full"
    assert await asked.ailment() == "the disk is full"


async def test_a_disk_that_hangs_is_an_ailment(monkeypatch):
    class Hanging(MemoryStore):
        async def probe(self):
            import asyncio  # noqa: PLC0415 - one use

            await asyncio.Event().wait()

    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.01)
    assert "has not written anything for" in await Health(Hanging()).ailment()
