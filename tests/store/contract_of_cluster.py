"""What ports.Cluster promises, as tests. A subclass gives the fixture ``cluster``, a node that has joined."""

from chover.engine.ids import UserId

ALICE, BOB = UserId("g1"), UserId("g2")


class ClusterContract:
    async def test_a_nick_has_one_owner_until_it_is_given_back(self, cluster):
        assert await cluster.claim("alice", "alice", ALICE)
        assert await cluster.claim("alice", "alice", ALICE), "it is theirs"
        assert not await cluster.claim("alice", "Alice", BOB)
        assert await cluster.present() == {ALICE}
        assert await cluster.release("alice", BOB), "nobody holds it for him"
        assert not await cluster.claim("alice", "alice", BOB), "it was not theirs to give back"
        assert await cluster.release("alice", ALICE)
        assert await cluster.claim("alice", "alice", BOB)

    async def test_its_owner_may_go_on_under_another_id(self, cluster):
        account = UserId("a1")
        await cluster.claim("alice", "alice", ALICE)
        await cluster.hand_over("alice", BOB, account)
        await cluster.hand_over("alice", ALICE, account)
        assert await cluster.present() == {account}
        assert not await cluster.claim("alice", "alice", ALICE)

    async def test_a_job_is_done_by_a_node_again_and_again(self, cluster):
        assert await cluster.does("retention")
        assert await cluster.does("retention")
        [facts] = await cluster.nodes()
        assert (facts.version, facts.address, facts.jobs) == ("26.11", "chat.test", ["retention"])
        assert facts.seconds_left > 0

    async def test_a_node_renews_its_lease_and_reaps_nobody_who_lives(self, cluster):
        await cluster.claim("alice", "alice", ALICE)
        assert await cluster.renew()
        assert await cluster.reap() == []
        assert await cluster.present() == {ALICE}

    async def test_whoever_leaves_leaves_nothing(self, cluster):
        await cluster.claim("alice", "alice", ALICE)
        await cluster.leave()
        assert await cluster.present() == set()
        assert await cluster.nodes() == []
