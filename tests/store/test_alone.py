import pytest

from chover.store.alone import AloneInCluster
from tests.store.contract_of_cluster import ClusterContract


class TestAlone(ClusterContract):
    @pytest.fixture
    async def cluster(self):
        opened = AloneInCluster()
        await opened.join("26.11", "chat.test")
        return opened
