"""Several nodes over a bus at its worst: they agree about people, what is in no log included.

People come on any node, some with devices on several, and do what is in no log. Nodes start, end and die. At each rest
every node says the same about everybody, and everybody who watches nicks knows who is there.
"""

import asyncio
import itertools
import logging
from unittest.mock import patch

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.bus.faulty import Faults, FaultyBus
from tests.doubles.accounts import MemoryAccounts
from tests.doubles.memory_cluster import MemoryCluster
from tests.doubles.memory_store import MemoryStore
from tests.doubles.person import Bugs
from tests.doubles.stage import Stage

from chover.server.lifecycle import AbsentUsers
from chover.server.pipeline import feed
from chover.server.presence import presence, whereabouts
from chover.wire.numerics import Rpl

SETTINGS = {"channels.autojoin": [], "limits.flood": False, "history.replay": 0}
CAPS = "echo-message away-notify setname chghost account-notify extended-monitor draft/metadata-2"
NICKS = [f"p{number}" for number in range(70)] + ["anna", "bert"]
people = st.integers(0, 5)
likely = st.sampled_from([0, 0.1, 0.3, 0.6])


class Watcher:
    """Somebody who watches all nicks. ``online`` is what they were told."""

    def __init__(self, wire, name, stage):
        self.wire, self.name, self.stage = wire, name, stage
        self.online = set()
        self._read = 0

    @property
    def user(self):
        return self.wire.session.user

    def look(self):
        lines, self._read = self.wire.log[self._read :], len(self.wire.log)
        for line in lines:
            nicks = {mask.partition("!")[0] for mask in line.params[-1].split(",")} if line.params else set()
            if line.command == Rpl.MONONLINE.value:
                self.online |= nicks
            elif line.command == Rpl.MONOFFLINE.value:
                self.online -= nicks


def about(chat, user):
    """All that a node knows of somebody."""
    return (
        user.nick, user.username, user.host, user.account, user.realname, user.away, user.modes, user.metadata,
        chat.blocks.get(user.id, ()), list(chat.accepts.get(user.id, ())),
        {each.name for each in user.channels.values()},
    )  # fmt: skip


class PresenceMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.bugs = Bugs()
        logging.getLogger("chover").addHandler(self.bugs)
        self.patches = [
            patch.object(feed, "POLL_SECONDS", 0.003), patch.object(feed, "UNDER_WAY_SECONDS", 0),
            patch.object(presence, "BEAT_SECONDS", 0.005), patch.object(presence, "ASK_SECONDS", 0),
            patch.object(whereabouts, "HEAR_SECONDS", 0.2),
        ]  # fmt: skip
        for each in self.patches:
            each.start()
        self.watchers, self.stages, self.numbers, self.names = [], [], itertools.count(), itertools.count()

    def run(self, work):
        return self.loop.run_until_complete(work)

    @initialize(seed=st.integers(0, 1000), faults=st.builds(Faults, likely, likely, likely), count=st.integers(2, 3))
    def begin(self, seed, faults, count):
        self.faults = faults
        self.store, self.bus, self.cluster = MemoryStore(), FaultyBus(seed, faults), MemoryCluster()
        self.accounts = MemoryAccounts()
        for name in ("anna", "bert"):
            self.accounts.add(name, "sesame")
        for _ in range(count):
            self.run(self.starts())
        for number in range(count):
            self.run(self.enters(number, f"p{next(self.numbers)}"))

    def teardown(self):
        try:
            if self.stages:
                self.agree()
        finally:
            logging.getLogger("chover").removeHandler(self.bugs)
            for stage in self.stages:
                self.run(self.closes(stage))
            self.run(asyncio.sleep(0))
            self.loop.close()
            for each in self.patches:
                each.stop()

    # ---- nodes -------------------------------------------------------------------------------------------------------

    async def starts(self):
        node = self.cluster.node(f"n{next(self.names)}")
        await node.join("26.11", "chat.test")
        store = self.store.of_node(node)
        self.stages.append(await Stage.open(SETTINGS, store, self.bus.end(), accounts=self.accounts))

    async def closes(self, stage):
        await stage.close()
        stage.node.presence.end()
        await stage.node.store.cluster.leave()
        await stage.node.ledger._bus.close()

    @precondition(lambda self: len(self.stages) < 3)
    @rule()
    def a_node_starts(self):
        self.run(self.starts())

    @precondition(lambda self: len(self.stages) > 1)
    @rule(which=people, how=st.sampled_from(["ends", "dies"]))
    def a_node_goes(self, which, how):
        stage = self.stages.pop(which % len(self.stages))
        self.watchers = [watcher for watcher in self.watchers if watcher.stage is not stage]
        self.run(self.closes(stage) if how == "ends" else self.dies(stage))

    async def dies(self, stage):
        """It says nothing any more; its lease ends, and another node drops its claims."""
        await stage.node.ledger._bus.close()
        stage.node.store.fail = "the node is dead"
        for task in stage.host._watching:
            task.cancel()
        stage.node.tasks.cancel()
        self.cluster.expire(stage.node.store.cluster.node)
        await self.stages[0].node.store.cluster.reap()

    # ---- people ------------------------------------------------------------------------------------------------------

    async def enters(self, number, nick, login=""):
        stage = self.stages[number % len(self.stages)]
        wire = await stage.enter(nick, caps=CAPS, login=login)
        wire.send("MONITOR + " + ",".join(NICKS))
        self.watchers.append(Watcher(wire, nick, stage))

    @precondition(lambda self: len(self.watchers) < 6)
    @rule(number=people)
    def comes(self, number):
        self.run(self.enters(number, f"p{next(self.numbers)}"))

    @precondition(lambda self: len(self.watchers) < 6)
    @rule(number=people, account=st.sampled_from(["anna", "bert"]))
    def a_device_comes(self, number, account):
        self.run(self.enters(number, account, login=account))

    def does(self, who, line):
        if self.watchers:
            self.run(self.sends(self.watchers[who % len(self.watchers)], line))

    async def sends(self, watcher, line):
        watcher.wire.send(line)
        for _ in range(3):
            await asyncio.sleep(0)

    @rule(who=people, away=st.booleans())
    def goes_away_or_comes_back(self, who, away):
        self.does(who, f"AWAY :{next(self.names)}" if away else "AWAY")

    @rule(who=people)
    def has_another_real_name(self, who):
        self.does(who, f"SETNAME :{next(self.names)}")

    @rule(who=people, modes=st.sampled_from(["+i", "-i", "+B", "-B", "+R-i"]))
    def sets_modes(self, who, modes):
        if self.watchers:
            watcher = self.watchers[who % len(self.watchers)]
            self.run(self.sends(watcher, f"MODE {watcher.user.nick} {modes}"))

    @rule(who=people)
    def sets_metadata(self, who):
        self.does(who, f"METADATA * SET status :{next(self.names)}")

    @rule(who=people)
    def blocks(self, who):
        self.does(who, f"SILENCE +x{next(self.names)}!*@*")

    @rule(who=people)
    def takes_a_nick(self, who):
        self.does(who, f"NICK p{next(self.numbers)}")

    @rule(who=people, account=st.sampled_from(["anna", "bert"]))
    def logs_in(self, who, account):
        self.does(who, f"NS IDENTIFY {account} sesame")

    @rule(who=people)
    def joins(self, who):
        self.does(who, "JOIN #tea")

    @rule(who=people)
    def parts(self, who):
        self.does(who, "PART #tea")

    @rule(who=people)
    def goes(self, who):
        if len(self.watchers) > 1:
            self.run(self.sends(self.watchers.pop(who % len(self.watchers)), "QUIT :bye"))

    @rule()
    def a_second_passes(self):
        self.run(self.passes())

    async def passes(self):
        self.bus.settle()
        for stage in self.stages:
            await stage.node.presence.beat()
            await stage.host.feed.poll()

    # ---- what holds at rest ------------------------------------------------------------------------------------------

    @rule()
    def agree(self):
        self.run(self.rest())
        assert self.bugs.told == []
        one, *others = [stage.node.chat for stage in self.stages]
        there = {watcher.user.id for watcher in self.watchers}
        for chat in (one, *others):
            assert chat.users.keys() == there
            for who in there:
                assert about(chat, chat.users[who]) == about(one, one.users[who])
        online = {one.users[who].nick for who in there}
        for watcher in self.watchers:
            assert watcher.online == online
        assert set(self.cluster.owners.values()) == there
        self.run(self.answers_agree())

    async def answers_agree(self):
        """WHOIS, WHO and NAMES are the same whichever node is asked."""
        nicks = {watcher.user.nick for watcher in self.watchers}
        asked = [f"{ask} {whom}" for ask in ("WHOIS", "WHO") for whom in nicks] + ["WHO #tea", "NAMES #tea"]
        answers = []
        for stage in self.stages:
            wire = await stage.enter(f"asks{next(self.names)}")
            seen = await wire.numerics(*asked)
            answers.append(sorted(line for line in seen if line[0] != Rpl.WHOISIDLE.value))
            wire.send("QUIT")
            await wire.ended()
        for answer in answers:
            assert answer == answers[0]
        await self.rest()

    async def rest(self):
        self.bus.faults = Faults(0, 0, 0)
        async with asyncio.timeout(30):
            for _ in range(8):
                self.bus.settle()
                for watcher in self.watchers:
                    await watcher.wire.all()
                for stage in self.stages:
                    await stage.node.tasks.done()
                    await stage.node.ledger.drained()
                    await stage.node.presence.claims._happened.join()
                await self.passes()
                for stage in self.stages:
                    for peer in list(stage.node.presence.where.peers.values()):
                        if peer.node not in self.cluster.alive:
                            peer.heard = float("-inf")
                    if await stage.node.store.cluster.does("departures"):
                        await AbsentUsers(stage.node).end()
            for watcher in self.watchers:
                await watcher.wire.all()
                watcher.look()
        self.bus.faults = self.faults


TestPresence = PresenceMachine.TestCase
TestPresence.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
