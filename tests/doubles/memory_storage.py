"""A whole storage in memory (ports.Storage)."""

from chover.ports import StorageBytes
from tests.doubles.memory_hooks import MemoryHooks
from tests.doubles.memory_push import MemoryPush
from tests.doubles.memory_registry import MemoryRegistry
from tests.doubles.memory_store import MemoryStore
from tests.doubles.memory_uploads import MemoryUploads


class MemorySizes:
    def last(self):
        return StorageBytes()

    async def measure(self):
        return self.last()


class MemoryStorage(MemoryStore):
    def __init__(self):
        super().__init__()
        self.registry = MemoryRegistry()
        self.hooks = MemoryHooks()
        self.push = MemoryPush(self.registry.accounts.kept)
        self.uploads = MemoryUploads(self.registry.accounts.kept)
        self.sizes = MemorySizes()

    def measures(self):
        return []
