"""A database that goes away: what is acknowledged stands once, what fails says so, and the rest waits."""

import asyncio
import contextlib

import asyncpg
import pytest
from tests.servers.postgres import prepared
from tests.store.making import TEA, alone, event, keep, opening, outcome, outcomes, said, texts, whole_log

from chover.engine.events import ModeChange, ModesSet, TopicSet
from chover.ports import Append, Committed, Conflict, Failed, Repeated, StoreError
from chover.store.postgres.connections import Connections
from chover.store.postgres.faults import Interrupted
from chover.store.postgres.log.appender import PostgresAppender
from chover.store.postgres.logs import PostgresLogs
from chover.store.postgres.writer import PostgresWriter

SPEAKERS = 12


class LostBefore:
    async def fetch(self, *_):
        raise Interrupted("the question was lost")


class LosesAnswers:
    """Connections on which the answer to the next commits is lost, after they were done or before."""

    def __init__(self, connections):
        self._connections = connections
        self.losses = []
        """For each of the next transactions, whether it is committed."""

    @contextlib.asynccontextmanager
    async def connection(self):
        """Statements that commit by themselves: those of messages alone."""
        lost = self.losses.pop(0) if self.losses else None
        if lost is False:
            yield LostBefore()
        async with self._connections.connection() as db:
            yield db
        if lost:
            raise Interrupted("the answer was lost")

    @contextlib.asynccontextmanager
    async def transaction(self, **options):
        lost = self.losses.pop(0) if self.losses else None
        rolled_back = RuntimeError("to roll it back")
        try:
            async with self._connections.transaction(**options) as db:
                yield db
                if lost is False:
                    raise rolled_back
        except RuntimeError:
            if lost is not False:
                raise
        if lost is not None:
            raise Interrupted("the answer was lost")


@pytest.fixture
async def losing(open_connections, database):
    connections = await open_connections(database)
    losing = LosesAnswers(connections)
    logs = PostgresLogs(connections, PostgresWriter(PostgresAppender(losing)))
    logs.losing = losing
    yield logs
    await logs.close()


@pytest.mark.parametrize("losses", [[True], [False], [False, True], [True, True]])
async def test_what_may_have_been_committed_is_looked_for_before_it_is_written_again(losing, losses):
    await outcome(losing, opening())
    [first] = await keep(losing, said("first", nonce="n1"))
    mode = event(ModesSet((ModeChange(add=True, mode="i"),)))
    group = [
        Append([said("a", msgid="same"), said("b", msgid="same")]),
        alone(said("again", nonce="n1")),
        Append([mode], {TEA: 1}),
        Append([event(TopicSet("late"))], {TEA: 1}),
        alone(said("c", nonce="n2")),
        alone(said("c again", nonce="n2")),
    ]
    losing.losing.losses = losses
    told = await outcomes(losing, *group)
    last = group[4].events[0]
    assert told == [Committed(), Repeated(first), Committed(), Conflict(TEA), Committed(), Repeated(last)]
    log = await whole_log(losing)
    assert [one.seq for one in log] == [1, 2, 3, 4, 5, 6]
    assert texts([log[1], *log[2:4], log[5]]) == ["first", "a", "b", "c"]
    assert [one.seq for append in group for one in append.events] == [3, 4, 0, 5, 0, 6, 0]
    assert [one.seq for one in await keep(losing, said())] == [7]


async def test_a_group_that_another_node_has_overtaken_is_found_at_its_own_places(losing, open_logs):
    other = await open_logs()
    losing.losing.losses = [True, False]
    event = said("mine")
    told = asyncio.create_task(outcome(losing, alone(event)))
    while not await other.head(TEA):
        await asyncio.sleep(0)
    await keep(other, *(said(str(n)) for n in range(3)))
    assert await told == Committed()
    assert event.seq == 1
    assert texts(await whole_log(other)) == ["mine", "0", "1", "2"]


class Speaking:
    """Several who speak one after another, and what each was told."""

    def __init__(self, logs):
        self.logs = logs
        self.acknowledged = []
        self.failed = []
        self._more = asyncio.Event()
        self._tasks = [asyncio.create_task(self._speak(number)) for number in range(SPEAKERS)]
        self._over = False

    async def _speak(self, number):
        count = 0
        while not self._over:
            event = said(f"{number}-{count}", nonce=f"{number}-{count}")
            told = await outcome(self.logs, alone(event))
            if told == Committed():
                self.acknowledged.append((event.seq, event.body.text))
                self._more.set()
            else:
                self.failed.append(told)
            count += 1

    async def has_been_told(self, more):
        until = len(self.acknowledged) + more
        while len(self.acknowledged) < until:
            self._more.clear()
            await self._more.wait()

    async def end(self):
        self._over = True
        await asyncio.gather(*self._tasks)


def require_each_once(speaking, log):
    assert [one.seq for one in log] == list(range(1, len(log) + 1))
    assert len({one.body.text for one in log}) == len(log)
    stands = [(one.seq, one.body.text) for one in log]
    assert sorted(speaking.acknowledged) == stands
    for number in range(SPEAKERS):
        mine = [int(text.partition("-")[2]) for _, text in stands if text.startswith(f"{number}-")]
        assert mine == sorted(mine)


async def test_killed_connections_lose_and_repeat_nothing(open_logs, database):
    logs, killer = await open_logs(), await asyncpg.connect(database)
    speaking = Speaking(logs)
    for _ in range(15):
        await speaking.has_been_told(40)
        await killer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    await speaking.has_been_told(10)
    await speaking.end()
    assert speaking.failed == []
    require_each_once(speaking, await whole_log(logs))
    await killer.close()


@pytest.fixture
async def on_own(own_postgres):
    """Open logs on a server that the test may kill."""
    opened = []

    async def opens(**options):
        connections = await Connections.open(own_postgres.url(), connect_seconds=2)
        opened.append(PostgresLogs(connections, PostgresWriter(PostgresAppender(connections), **options)))
        return opened[-1]

    await prepared(own_postgres.url())
    yield opens
    for logs in opened:
        await logs.close()


@pytest.mark.parametrize("how", ["kill", "stop"])
async def test_a_killed_server_loses_and_repeats_nothing(own_postgres, on_own, how):
    logs = await on_own(patience=60)
    speaking = Speaking(logs)
    for _ in range(3):
        await speaking.has_been_told(60)
        await asyncio.to_thread(getattr(own_postgres, how))
        await asyncio.to_thread(own_postgres.start)
    await speaking.has_been_told(20)
    await speaking.end()
    assert speaking.failed == []
    require_each_once(speaking, await whole_log(logs))


async def test_while_the_server_is_away_appends_fail_after_a_while_and_go_on_when_it_is_back(own_postgres, on_own):
    logs = await on_own(patience=0.2)
    await keep(logs, said("before"))
    own_postgres.kill()
    told = await asyncio.gather(*(outcome(logs, alone(said("meanwhile"))) for _ in range(3)))
    assert {type(one) for one in told} == {Failed}
    for one in told:
        assert one.reason.startswith("the database cannot be reached: start PostgreSQL, or check the network to it; ")
        assert one.reason.endswith(("; nothing was sent", "; it may have been sent: look before you send it again"))
    with pytest.raises(StoreError, match="the database cannot be reached"):
        await logs.head(TEA)
    with pytest.raises(StoreError, match="the database cannot be reached"):
        await logs.probe()
    own_postgres.start()
    await keep(logs, said("after"))
    assert texts(await whole_log(logs)) == ["before", "after"]


async def test_an_append_that_is_given_up_says_whether_it_may_stand(losing):
    await keep(losing, said("before"))
    losing._writer._patience = 0
    losing.losing.losses = [True]
    assert await outcome(losing, alone(said("kept"))) == Failed(
        "the answer was lost; it may have been sent: look before you send it again"
    )
    assert texts(await whole_log(losing)) == ["before", "kept"]
