"""The nodes of a cluster in memory (ports.Cluster): leases end when a test says so."""

from chover.ports.bus import NodeFacts


class MemoryCluster:
    """What all nodes share. ``node(name)`` is what one of them works with; ``expire(name)`` ends a lease."""

    def __init__(self):
        self.epochs = {}
        self.alive = {}
        self.expired = set()
        self.owners = {}
        self.holders = {}
        self.jobs = {}
        self.asked = []
        """The users about whom ``present`` was asked, call by call."""

    def node(self, name):
        return ClusterEnd(self, name)

    def expire(self, name):
        self.expired.add(name)

    def drop(self, name):
        self.alive.pop(name, None)
        self.expired.discard(name)
        for look in [look for look, nodes in self.holders.items() if name in nodes]:
            self.let_go(look, name)

    def let_go(self, look, name):
        nodes = self.holders[look]
        nodes.discard(name)
        if not nodes:
            del self.holders[look], self.owners[look]


class ClusterEnd:
    alone = False
    lease_seconds = 6.0
    lease_left = 6.0

    def __init__(self, shared, name):
        self._shared = shared
        self.node = name
        self.epoch = 0

    async def join(self, version, address):
        self._shared.drop(self.node)
        self.epoch = self._shared.epochs[self.node] = self._shared.epochs.get(self.node, 0) + 1
        self._shared.alive[self.node] = NodeFacts(self.node, version, address, self.epoch, 0, self.lease_seconds)

    async def renew(self, load=None):
        return self.node in self._shared.alive

    async def leave(self):
        self._shared.drop(self.node)

    async def claim(self, look, _nick, user):
        if self._shared.owners.setdefault(look, user) != user:
            return False
        self._shared.holders.setdefault(look, set()).add(self.node)
        return True

    async def release(self, look, user):
        if self._shared.owners.get(look) != user:
            return True
        self._shared.let_go(look, self.node)
        return look not in self._shared.owners

    async def hand_over(self, look, before, after):
        if self._shared.owners.get(look) == before:
            self._shared.owners[look] = after

    async def reap(self):
        dead = sorted(self._shared.expired - {self.node})
        for name in dead:
            self._shared.drop(name)
        return dead

    async def present(self, among=None):
        self._shared.asked.append(among)
        held = set(self._shared.owners.values())
        return held if among is None else held.intersection(among)

    async def does(self, job):
        holder = self._shared.jobs.get(job)
        if holder not in self._shared.alive:
            holder = self._shared.jobs[job] = self.node
        return holder == self.node

    async def nodes(self):
        jobs = self._shared.jobs
        return [
            NodeFacts(one.id, one.version, one.address, one.epoch, one.started, one.seconds_left,
                      [job for job, holder in jobs.items() if holder == one.id])
            for one in self._shared.alive.values()
        ]  # fmt: skip

    def on_loss(self, told):
        pass
