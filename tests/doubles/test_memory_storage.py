"""The storage in memory fulfils the contracts of the real one."""

import pytest

from tests.doubles.memory_storage import MemoryStorage
from tests.store.contract_of_hooks import HooksContract
from tests.store.contract_of_push import PushContract
from tests.store.contract_of_registry import RegistryContract
from tests.store.contract_of_uploads import UploadsContract


@pytest.fixture
def storage():
    return MemoryStorage()


class TestMemoryRegistry(RegistryContract):
    @pytest.fixture
    def registry(self, storage):
        return storage.registry


class TestMemoryHooks(HooksContract):
    @pytest.fixture
    def hooks(self, storage):
        return storage.hooks


class TestMemoryPush(PushContract):
    pass


class TestMemoryUploads(UploadsContract):
    pass
