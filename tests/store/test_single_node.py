import pytest

from chover.store.single_node import SingleNode
from tests.store.contract_of_cluster import ClusterContract


class TestSingleNode(ClusterContract):
    @pytest.fixture
    async def cluster(self):
        opened = SingleNode()
        await opened.join("26.11", "chat.test")
        return opened
