"""Several nodes over one store and a bus at its worst: they agree, nothing is lost, everybody is told once.

Each node is a whole server but for sockets and the disk. People do anything on any of them, at the same time. At each
rest every node's channels are what the logs alone give, and each session has heard what its log says.
"""

import asyncio
import itertools
import logging
from unittest.mock import patch

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.bus.faulty import Faults, FaultyBus
from tests.doubles.memory_cluster import MemoryCluster
from tests.doubles.memory_store import MemoryStore
from tests.doubles.person import Bugs, Person
from tests.doubles.stage import Stage

from chover.engine.events import Joined, Kicked, Parted, Quit, Said
from chover.engine.ids import is_pair, pair_of
from chover.server.pipeline import feed, local_interest

CHANNELS = ("#tea", "#cake")
NICKS = ("ann", "ben", "cat", "dan")
SETTINGS = {"channels.autojoin": [], "limits.flood": False, "history.replay": 0}
people = st.integers(0, 5)
likely = st.sampled_from([0, 0.1, 0.3, 0.6])


class Member(Person):
    """Somebody on one of the nodes. ``heard`` has what was said in each channel, in the order of the lines.

    ``told`` has what was said in private, by and to them.
    """

    def __init__(self, wire, nick, stage):
        super().__init__(wire, nick)
        self.stage = stage
        self.id = wire.session.me.id
        self.heard = {}
        self.told = []

    def _gone(self, who, channel):
        # Somebody may leave between one's own JOIN and the names of those who are there.
        self.view[channel].add(who)
        super()._gone(who, channel)

    def _privmsg(self, _, params):
        if params[0].startswith("#"):
            self.heard.setdefault(params[0], []).append(params[1])
        else:
            self.told.append(params[1])


def facts(chat):
    """What a state says of its channels. A nick that was taken outside of all channels is in no log."""
    return {
        channel.name: (
            channel.head,
            channel.rules_version,
            channel.modes,
            channel.topic,
            {mode: set(entries) for mode, entries in channel.lists.items() if entries},
            {who: member.modes for who, member in channel.members.items()},
        )
        for channel in chat.channels.values()
    }


def expected(log, who):
    """What somebody has heard of a log: all that was said while they were in it.

    Their own is echoed in any case: their node may have let them speak before it knew that they were kicked.
    """
    inside, heard = False, []
    for event in log:
        body, own = event.body, event.source.id == who
        if isinstance(body, Joined) and own:
            inside = True
        elif (isinstance(body, Parted | Quit) and own) or (isinstance(body, Kicked) and body.who == who):
            inside = False
        elif isinstance(body, Said) and (inside or own):
            heard.append(body.text)
    return heard


class NodesMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.bugs = Bugs()
        logging.getLogger("chover").addHandler(self.bugs)
        self.patches = [
            patch.object(feed, "POLL_SECONDS", 0.001),
            patch.object(feed, "UNDER_WAY_SECONDS", 0),
            patch.object(local_interest, "SWEEP_SECONDS", 0.0001),
        ]
        for each in self.patches:
            each.start()
        self.members, self.stages, self.numbers = [], [], itertools.count()

    def run(self, work):
        return self.loop.run_until_complete(work)

    @initialize(
        seed=st.integers(0, 1000), faults=st.builds(Faults, likely, likely, likely), count=st.integers(2, 3),
        own_faults=st.booleans(),
    )  # fmt: skip
    def begin(self, seed, faults, count, own_faults):
        self.store, self.bus, cluster = MemoryStore(), FaultyBus(seed, faults), MemoryCluster()
        for number in range(count):
            end = self.bus.end(own_faults=own_faults)
            node = cluster.node(f"n{number}")
            self.run(node.join("26.11", "chat.test"))
            self.stages.append(self.run(Stage.open(SETTINGS, self.store.of_node(node), end)))
        for number in range(count + 1):
            self.run(self.enters(number, CHANNELS))

    def teardown(self):
        try:
            if self.stages:
                self.agree()
        finally:
            logging.getLogger("chover").removeHandler(self.bugs)
            for stage in self.stages:
                self.run(stage.close())
                self.run(stage.node.ledger._bus.close())
            self.run(asyncio.sleep(0))
            self.loop.close()
            for each in self.patches:
                each.stop()

    # ---- what people do ----------------------------------------------------------------------------------------------

    def does(self, number, line):
        """Somebody sends a line; a few turns later somebody else may do something."""
        if self.members:
            self.run(self.sends(self.members[number % len(self.members)], line))

    async def sends(self, member, line):
        member.wire.send(line)
        await self.turns(3)

    async def turns(self, count):
        for _ in range(count):
            await asyncio.sleep(0)

    async def enters(self, number, channels):
        stage = self.stages[number % len(self.stages)]
        name = next(self.numbers)
        wire = await stage.enter(f"p{name}", caps="echo-message")
        self.members.append(Member(wire, f"p{name}", stage))
        wire.send(*(f"JOIN {channel}" for channel in channels))

    @precondition(lambda self: len(self.members) < 6)
    @rule(number=people)
    def comes(self, number):
        self.run(self.enters(number, CHANNELS[: number % 3]))

    @rule(who=people, channel=st.sampled_from(CHANNELS))
    def joins(self, who, channel):
        self.does(who, f"JOIN {channel}")

    @rule(who=people, channel=st.sampled_from(CHANNELS))
    def parts(self, who, channel):
        self.does(who, f"PART {channel}")

    @rule(who=people, channel=st.sampled_from(CHANNELS), count=st.integers(1, 5))
    def says(self, who, channel, count):
        for _ in range(count):
            self.does(who, f"PRIVMSG {channel} :{next(self.numbers)}")

    @rule(who=people, whom=people, count=st.integers(1, 3))
    def says_in_private(self, who, whom, count):
        for _ in range(count if self.members else 0):
            self.does(who, f"PRIVMSG {self.members[whom % len(self.members)].nick} :{next(self.numbers)}")

    @rule(who=people, channel=st.sampled_from(CHANNELS), whom=people)
    def kicks(self, who, channel, whom):
        if self.members:
            self.does(who, f"KICK {channel} {self.members[whom % len(self.members)].nick}")

    @rule(who=people, channel=st.sampled_from(CHANNELS), whom=people, add=st.sampled_from("+-"))
    def gives_a_rank(self, who, channel, whom, add):
        if self.members:
            self.does(who, f"MODE {channel} {add}o {self.members[whom % len(self.members)].nick}")

    @rule(who=people, channel=st.sampled_from(CHANNELS), modes=st.sampled_from(["+l 2", "-l", "+m", "-m", "+b x!*@*"]))
    def sets_modes(self, who, channel, modes):
        self.does(who, f"MODE {channel} {modes}")

    @rule(who=people, channel=st.sampled_from(CHANNELS))
    def sets_the_topic(self, who, channel):
        self.does(who, f"TOPIC {channel} :{next(self.numbers)}")

    @rule(who=people)
    def takes_a_nick(self, who):
        self.does(who, f"NICK n{next(self.numbers)}")

    @rule(who=people)
    def goes(self, who):
        if len(self.members) > 1:
            self.run(self.sends(self.members.pop(who % len(self.members)), "QUIT :bye"))

    @rule()
    def the_bus_brings_what_was_late(self):
        self.run(self.late())

    async def late(self):
        self.bus.settle()
        await self.turns(5)

    # ---- what holds whenever it has come to rest ---------------------------------------------------------------------

    @rule()
    def agree(self):
        self.run(self.rest())
        assert self.bugs.told == []
        replayed = facts(self.store.replayed(self.stages[0].node.chat.rules))
        for stage in self.stages:
            assert facts(stage.node.chat) == replayed
        self.nothing_is_lost()
        for member in self.members:
            self.has_heard_its_logs(member)
            self.was_told_its_own(member)

    async def rest(self):
        async with asyncio.timeout(30):
            for _ in range(3):
                self.bus.settle()
                for stage in self.stages:
                    await stage.node.tasks.done()
                    await stage.node.ledger.drained()
                for member in self.members:
                    await member.wire.all()
                self.bus.settle()
                for stage in self.stages:
                    await stage.host.feed.poll()
            for member in self.members:
                await member.wire.all()
                member.look()

    def nothing_is_lost(self):
        said = [event.body.text for log in self.store.logs.values() for event in log if isinstance(event.body, Said)]
        assert len(said) == len(set(said))
        heard = [text for member in self.members for texts in (*member.heard.values(), member.told) for text in texts]
        assert set(heard) <= set(said)
        assert not any(stage.node.ledger.pending for stage in self.stages)

    def has_heard_its_logs(self, member):
        chat = member.stage.node.chat
        for channel in chat.channels.values():
            assert member.heard.get(channel.name, []) == expected(self.store.logs[channel.log], member.id)
        user = chat.users[member.id]
        assert member.nick == user.nick
        assert member.view == {
            channel.name: {each.user.nick for each in channel.members.values()} for channel in user.channels.values()
        }

    def was_told_its_own(self, member):
        """Once and in order, whatever others have said to them."""
        for log, events in self.store.logs.items():
            if is_pair(log) and member.id in pair_of(log):
                told = [event.body.text for event in events if event.source.id != member.id]
                assert [text for text in member.told if text in told] == told


TestNodes = NodesMachine.TestCase
TestNodes.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
