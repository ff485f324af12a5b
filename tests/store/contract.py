"""What any store promises to the server (ports.Store), as tests.

A subclass gives three fixtures: ``store``, an empty one; ``reopen``, which closes a store and opens it again; and
``full``, a context manager in which the disk of a store is full.
"""

import asyncio

import pytest

from chover.engine.events import (
    AwaySet,
    Closed,
    Joined,
    ModeChange,
    ModesSet,
    Opened,
    Parted,
    Quit,
    Said,
    Tagged,
    TopicSet,
    Unknown,
)
from chover.engine.ids import ChannelId, LogId
from chover.ports import (
    Append,
    ChannelRow,
    Committed,
    Conflict,
    Direction,
    Failed,
    ListRow,
    MemberRow,
    Repeated,
    StoreError,
)
from tests.store.contract_of_edits import EditsContract, EditsRetentionContract
from tests.store.contract_of_reading import ConversationsContract, ReadContract, RetentionContract
from tests.store.contract_of_sharing import MovedContract
from tests.store.making import (
    ALICE,
    BOB,
    MILK,
    PAIR,
    TEA,
    alone,
    event,
    keep,
    opening,
    outcome,
    outcomes,
    said,
    texts,
    whole_log,
)

BEFORE, AFTER = Direction.BEFORE, Direction.AFTER
DAY = 86_400_000


class AppendContract:
    async def test_events_get_their_places_in_the_order_given(self, store):
        kept = await keep(store, *(said(str(n)) for n in range(5)))
        assert [one.seq for one in kept] == [1, 2, 3, 4, 5]
        assert texts(await whole_log(store)) == ["0", "1", "2", "3", "4"]

    async def test_each_log_counts_by_itself(self, store):
        kept = await keep(store, said(log=TEA), said(log=PAIR), said(log=TEA), said(log=PAIR))
        assert [one.seq for one in kept] == [1, 1, 2, 2]

    async def test_the_count_goes_on_over_many_groups(self, store):
        for first in range(0, 3000, 1500):
            await keep(store, *(said(str(first + n)) for n in range(1500)))
        log = await whole_log(store)
        assert [one.seq for one in log] == list(range(1, 3001))
        assert texts(log) == [str(n) for n in range(3000)]

    async def test_time_never_runs_back_within_a_log(self, store):
        kept = await keep(store, said(at=1000), said(at=400), said(at=1001), said(log=MILK, at=400))
        assert [one.at for one in kept] == [1000, 1000, 1001, 400]
        assert (await keep(store, said(at=5)))[0].at == 1001

    async def test_what_is_read_is_what_was_appended(self, store):
        tagged = event(
            Said("hé\n\0", notice=True, tags={"+draft/reply": "m1"}, to="bob", status="@"), PAIR, BOB, nonce="n"
        )
        [kept] = await keep(store, tagged)
        assert await whole_log(store, PAIR) == [kept]

    async def test_an_event_of_a_newer_version_keeps_its_place_and_its_bytes(self, store):
        unknown = event(Unknown("poll", 3, b'["al","al","h","",{"kind":"poll"}]'))
        await keep(store, said(), unknown, said())
        found = (await whole_log(store))[1]
        assert (found.seq, found.body) == (2, unknown.body)

    async def test_what_is_not_kept_passes_untouched(self, store):
        away, typing, quitting = (
            event(AwaySet("tea"), LogId("")),
            event(Tagged({"+typing": "active"})),
            event(Quit(""), LogId("")),
        )
        assert await outcome(store, Append([away, said(), typing, quitting])) == Committed()
        assert [one.seq for one in (away, typing, quitting)] == [0, 0, 0]
        assert [type(one.body) for one in await whole_log(store)] == [Said]

    async def test_an_append_is_kept_in_all_its_logs(self, store):
        both = Append([event(Quit("bye"), TEA, msgid="same"), event(Quit("bye"), MILK, msgid="same")])
        assert await outcome(store, both) == Committed()
        assert [len(await whole_log(store, log)) for log in (TEA, MILK)] == [1, 1]

    async def test_an_empty_group_and_an_empty_append_are_answered(self, store):
        assert await outcomes(store) == []
        assert await outcome(store, Append([])) == Committed()

    async def test_groups_finish_in_the_order_in_which_they_were_given(self, store):
        finished, last = [], asyncio.get_running_loop().create_future()
        for number in range(50):
            store.append([alone(said())], lambda _, number=number: finished.append(number))
        store.append([], last.set_result)
        await last
        assert finished == list(range(50))

    async def test_done_is_never_called_before_append_returns(self, store):
        called = asyncio.get_running_loop().create_future()
        store.append([alone(said())], called.set_result)
        assert not called.done()
        await called

    async def test_a_listener_that_fails_takes_nothing_from_those_behind_it(self, store, caplog):
        last = asyncio.get_running_loop().create_future()
        store.append([alone(said())], lambda _: 1 / 0)
        store.append([alone(said())], last.set_result)
        assert await last == [Committed()]
        assert "ZeroDivisionError" in caplog.text

    async def test_what_was_committed_is_there_for_a_read_that_starts_then(self, store):
        for seq in range(1, 20):
            await keep(store, said())
            assert await store.head(TEA) == seq


class ConditionContract:
    async def test_a_decision_on_the_present_rules_is_taken(self, store):
        await outcome(store, opening())
        assert await outcome(store, Append([said()], expect={TEA: 1})) == Committed()

    async def test_a_decision_on_old_rules_is_a_conflict_and_inserts_nothing(self, store):
        await outcome(store, opening())
        mode = event(ModesSet((ModeChange(add=True, mode="i"),)))
        await outcome(store, Append([mode], expect={TEA: 1}))
        late = event(Joined(), TEA, BOB)
        assert await outcome(store, Append([said(log=MILK), late], expect={TEA: 1})) == Conflict(TEA)
        assert await store.head(TEA) == 2
        assert await store.head(MILK) == 0
        assert late.seq == 0

    async def test_of_two_for_the_last_place_in_one_group_the_first_gets_it(self, store):
        await outcome(store, opening())
        race = [Append([event(Joined(contested=True), TEA, who)], {TEA: 1}) for who in (ALICE, BOB)]
        assert await outcomes(store, *race) == [Committed(), Conflict(TEA)]

    async def test_messages_and_plain_joins_make_nobody_decide_again(self, store):
        await outcome(store, opening())
        await keep(store, said(), event(Joined(), TEA, BOB), event(Parted(), TEA, BOB))
        assert await outcome(store, Append([said()], expect={TEA: 1})) == Committed()

    async def test_the_state_head_is_the_last_event_that_changes_the_rules(self, store):
        await outcome(store, opening(TEA, "#tea", ALICE, BOB))
        assert (await store.load()).channels[0].rules_version == 2
        assert await outcome(store, Append([said()], expect={TEA: 3})) == Conflict(TEA)
        assert await outcome(store, Append([said()], expect={TEA: 2})) == Committed()

    async def test_of_a_log_that_does_not_exist_nothing_is_expected(self, store):
        assert await outcome(store, Append([said()], expect={TEA: 0})) == Committed()
        assert await outcome(store, Append([said()], expect={MILK: 1})) == Conflict(MILK)

    async def test_a_repeated_nonce_is_answered_by_the_original(self, store):
        [first] = await keep(store, said("once", nonce="n1"))
        again = said("twice", nonce="n1")
        assert await outcome(store, alone(again)) == Repeated(first)
        assert again.seq == 0
        assert texts(await whole_log(store)) == ["once"]

    async def test_a_repeat_within_one_group_is_the_first_ones(self, store):
        first, again = said("once", nonce="n1"), said("twice", nonce="n1")
        assert await outcomes(store, alone(first), alone(again), alone(said())) == [
            Committed(),
            Repeated(first),
            Committed(),
        ]
        assert first.seq == 1
        assert await store.head(TEA) == 2

    async def test_the_same_nonce_in_another_log_is_another_message(self, store):
        assert len(await keep(store, said(nonce="n1"), said(log=MILK, nonce="n1"))) == 2

    async def test_a_nonce_is_remembered_by_the_log_and_not_by_the_process(self, store, reopen):
        [first] = await keep(store, said("once", nonce="n1"))
        store = await reopen(store)
        assert await outcome(store, alone(said("twice", nonce="n1"))) == Repeated(first)


class FailureContract:
    async def test_what_cannot_be_written_fails_with_a_word_for_people(self, store, full):
        with full(store):
            [failed] = await outcomes(store, alone(said("x" * 100_000)))
        assert failed == Failed("the disk is full: free some space; nothing was sent")

    async def test_a_failed_commit_leaves_memory_as_the_store_has_it(self, store, full):
        await outcome(store, opening(TEA, "#tea", ALICE))
        before = await store.load()
        mode = event(ModesSet((ModeChange(add=True, mode="k", arg="x" * 100_000),)))
        lost = Append([mode, said(nonce="n1"), said(log=PAIR)])
        with full(store):
            assert isinstance(await outcome(store, lost), Failed)
        assert [one.seq for one in lost.events] == [0, 0, 0]
        assert await store.load() == before
        assert before.newest > 0
        kept = await keep(store, said(nonce="n1"), said(log=PAIR))
        assert [one.seq for one in kept] == [3, 1]
        assert await outcome(store, Append([said()], expect={TEA: 2})) == Committed()

    async def test_a_failed_transaction_fails_every_group_in_it(self, store, full):
        with full(store):
            told = await asyncio.gather(*(outcome(store, alone(said("x" * 10_000))) for _ in range(20)))
        assert {type(one) for one in told} <= {Failed, Committed}
        assert told[-1].__class__ is Failed
        assert await store.head(TEA) == sum(isinstance(one, Committed) for one in told)

    async def test_one_impossible_append_does_not_hurt_its_neighbours(self, store, caplog):
        impossible = Append([said("before"), said("half a surrogate \ud800")])
        told = await outcomes(store, alone(said("a")), impossible, alone(said("b")))
        assert [type(one) for one in told] == [Committed, Failed, Committed]
        assert texts(await whole_log(store)) == ["a", "b"]
        assert impossible.events[0].seq == 0

    async def test_two_events_of_one_append_cannot_share_a_nonce(self, store, caplog):
        twice = Append([said(nonce="n1"), said(nonce="n1")])
        told = await outcomes(store, alone(said("a")), twice, alone(said("b")))
        assert [type(one) for one in told] == [Committed, Failed, Committed]
        assert [one.seq for one in await whole_log(store)] == [1, 2]


class StateContract:
    async def test_an_empty_store_has_no_state(self, store):
        snapshot = await store.load()
        assert (snapshot.channels, snapshot.members, snapshot.lists) == ([], [], [])

    async def test_the_same_state_is_there_after_opening_again(self, store, reopen):
        ban, key = ModeChange(add=True, mode="b", arg="*!*@evil"), ModeChange(add=True, mode="k", arg="secret")
        voice = ModeChange(add=True, mode="v", arg="bob", who=BOB.id)
        await outcome(store, opening(TEA, "#tea", ALICE, BOB))
        await keep(
            store, event(ModesSet((ban, key, voice)), at=1500), event(TopicSet("leaves"), at=2000), said(at=2500)
        )
        store = await reopen(store)
        snapshot = await store.load()
        assert snapshot.channels == [
            ChannelRow(
                ChannelId(TEA),
                "#tea",
                900,
                6,
                4,
                {"n": "", "t": "", "k": "secret"},
                "leaves",
                ALICE.mask,
                2000,
                said=True,
            )
        ]
        assert snapshot.members == [
            MemberRow(ChannelId(TEA), ALICE.id, "alice", "al", "a.cloak", "", "o", 1000, 2),
            MemberRow(ChannelId(TEA), BOB.id, "bob", "bo", "b.cloak", "bob", "v", 1000, 3),
        ]
        assert snapshot.lists == [ListRow(ChannelId(TEA), "b", "*!*@evil", ALICE.mask, 1500)]

    async def test_a_closed_channel_is_no_longer_loaded_and_its_log_is_kept(self, store):
        await outcome(store, opening(TEA, "#tea", ALICE))
        await outcome(store, opening(MILK, "#milk", BOB))
        await keep(store, event(Parted()), event(Closed()), event(Joined(), TEA, BOB))
        snapshot = await store.load()
        assert [channel.id for channel in snapshot.channels] == [MILK]
        assert [member.channel for member in snapshot.members] == [MILK]
        assert await store.head(TEA) == 5

    async def test_the_log_goes_on_where_it_stopped_after_opening_again(self, store, reopen):
        await keep(store, said(at=5000))
        store = await reopen(store)
        [later] = await keep(store, said(at=10))
        assert (later.seq, later.at) == (2, 5000)

    async def test_a_probe_writes_and_leaves_no_trace(self, store):
        before = await store.load()
        await store.probe()
        await store.probe()
        assert await store.load() == before

    async def test_a_probe_of_what_is_closed_says_why(self, store):
        await store.close()
        with pytest.raises(StoreError, match="closed"):
            await store.probe()

    async def test_a_secret_stays_the_same_for_its_directory(self, store, reopen):
        secret, other = await store.secret("cloak"), await store.secret("other")
        assert len(secret) == 32
        assert secret != other
        store = await reopen(store)
        assert await store.secret("cloak") == secret

    async def test_what_was_given_before_closing_is_kept(self, store, reopen):
        told = []
        for number in range(100):
            store.append([alone(said(str(number)))], told.extend)
        store = await reopen(store)
        assert told == [Committed()] * 100
        assert texts(await whole_log(store)) == [str(n) for n in range(100)]

    async def test_what_is_given_after_closing_fails_with_a_word_for_people(self, store):
        await store.close()
        failed = await outcome(store, alone(said()))
        assert failed == Failed("the server is stopping: try again when it is back; nothing was sent")


class StoreContract(
    AppendContract,
    ConditionContract,
    FailureContract,
    ReadContract,
    ConversationsContract,
    StateContract,
    RetentionContract,
    EditsContract,
    EditsRetentionContract,
    MovedContract,
):
    async def test_a_channel_begins_once(self, store, caplog):
        await outcome(store, opening())
        assert isinstance(await outcome(store, Append([event(Opened("#tea"))])), Failed)
        assert await store.head(TEA) == 1
