import pytest

from tests.doubles.memory_cluster import MemoryCluster
from tests.store.contract_of_cluster import ALICE, BOB, ClusterContract


class TestMemoryCluster(ClusterContract):
    @pytest.fixture
    async def cluster(self):
        node = MemoryCluster().node("n1")
        await node.join("26.11", "chat.test")
        return node


async def test_somebody_on_two_nodes_has_the_nick_until_both_let_go_or_are_dead():
    shared = MemoryCluster()
    one, other = shared.node("n1"), shared.node("n2")
    for node in (one, other):
        await node.join("26.11", "chat.test")
        assert await node.claim("alice", "alice", ALICE)
    assert not await one.release("alice", ALICE)
    assert not await one.claim("alice", "alice", BOB)
    shared.expire("n2")
    assert await one.reap() == ["n2"]
    assert await one.claim("alice", "alice", BOB)
