"""The part of a store's contract that is about reading and about what goes with time. See contract.py."""

import asyncio

import pytest

from chover.engine.events import (
    HistorySet,
    Joined,
    Said,
    TopicSet,
)
from chover.engine.ids import LogId, UserId, pair_log
from chover.ports import (
    Direction,
    Selector,
)
from tests.store.making import (
    ALICE,
    BOB,
    MILK,
    PAIR,
    TEA,
    event,
    keep,
    opening,
    outcome,
    said,
    texts,
    whole_log,
)

BEFORE, AFTER = Direction.BEFORE, Direction.AFTER
DAY = 86_400_000
CAROL = UserId("g3")


class ReadContract:
    @pytest.fixture
    async def log(self, store):
        """Seven events, the third and fifth no messages, the times in pairs: 10 10 20 20 30 30 40."""
        kept = []
        for seq in range(1, 8):
            envelope = {"at": (seq + 1) // 2 * 10, "msgid": f"id{seq}"}
            kept.append(event(Joined(), **envelope) if seq in {3, 5} else said(str(seq), **envelope))
        await keep(store, *kept)
        await keep(store, said(log=MILK, msgid="elsewhere", at=20))
        return kept

    @pytest.mark.parametrize(
        ("start", "direction", "expected"),
        [
            (Selector(), BEFORE, [5, 6, 7]),
            (Selector(), AFTER, [1, 2, 3]),
            (Selector(msgid="id4"), BEFORE, [1, 2, 3]),
            (Selector(msgid="id4"), AFTER, [5, 6, 7]),
            (Selector(msgid="id1"), BEFORE, []),
            (Selector(msgid="id7"), AFTER, []),
            (Selector(msgid="id2"), BEFORE, [1]),
            (Selector(seq=6), BEFORE, [3, 4, 5]),
            (Selector(seq=6), AFTER, [7]),
            (Selector(seq=99), BEFORE, [5, 6, 7]),
            (Selector(seq=99), AFTER, []),
            (Selector(at=30), BEFORE, [2, 3, 4]),
            (Selector(at=31), BEFORE, [4, 5, 6]),
            (Selector(at=10), BEFORE, []),
            (Selector(at=99), BEFORE, [5, 6, 7]),
            (Selector(at=20), AFTER, [5, 6, 7]),
            (Selector(at=19), AFTER, [3, 4, 5]),
            (Selector(at=5), AFTER, [1, 2, 3]),
            (Selector(at=40), AFTER, []),
        ],
    )
    async def test_a_page_is_what_lies_next_to_its_start(self, store, log, start, direction, expected):
        page = await store.page(TEA, start, direction, 3, messages_only=False)
        assert page == [log[seq - 1] for seq in expected]

    @pytest.mark.parametrize(
        ("start", "direction", "expected"),
        [
            (Selector(), BEFORE, [4, 6, 7]),
            (Selector(), AFTER, [1, 2, 4]),
            (Selector(msgid="id5"), BEFORE, [1, 2, 4]),
            (Selector(msgid="id3"), AFTER, [4, 6, 7]),
            (Selector(at=30), BEFORE, [1, 2, 4]),
        ],
    )
    async def test_a_page_of_messages_counts_only_messages(self, store, log, start, direction, expected):
        page = await store.page(TEA, start, direction, 3, messages_only=True)
        assert page == [log[seq - 1] for seq in expected]

    @pytest.mark.parametrize(
        ("start", "direction", "stop", "expected"),
        [
            (Selector(), BEFORE, Selector(msgid="id4"), [5, 6, 7]),
            (Selector(), BEFORE, Selector(msgid="id6"), [7]),
            (Selector(), BEFORE, Selector(at=30), [7]),
            (Selector(), BEFORE, Selector(at=29), [5, 6, 7]),
            (Selector(), BEFORE, Selector(seq=7), []),
            (Selector(msgid="id2"), AFTER, Selector(msgid="id5"), [3, 4]),
            (Selector(msgid="id5"), BEFORE, Selector(msgid="id2"), [3, 4]),
            (Selector(msgid="id5"), AFTER, Selector(msgid="id2"), []),
            (Selector(msgid="id2"), BEFORE, Selector(msgid="id5"), []),
            (Selector(msgid="id1"), AFTER, Selector(msgid="id7"), [2, 3, 4]),
            (Selector(msgid="id7"), BEFORE, Selector(msgid="id1"), [4, 5, 6]),
            (Selector(at=10), AFTER, Selector(at=40), [3, 4, 5]),
            (Selector(at=10), AFTER, Selector(msgid="id4"), [3]),
            (Selector(msgid="id3"), AFTER, Selector(msgid="id3"), []),
        ],
    )
    async def test_a_page_ends_before_its_stop(self, store, log, start, direction, stop, expected):
        page = await store.page(TEA, start, direction, 3, messages_only=False, stop=stop)
        assert page == [log[seq - 1] for seq in expected]

    async def test_what_one_append_left_is_one_point(self, store):
        await outcome(store, opening(TEA, "#tea", ALICE))
        kept = [said(str(n), msgid="same") for n in range(3)]
        await keep(store, *kept, said("after"))
        for start, direction, expected in [
            (Selector(msgid="same"), BEFORE, [1, 2]),
            (Selector(msgid="same"), AFTER, [6]),
        ]:
            page = await store.page(TEA, start, direction, 9, messages_only=False)
            assert [one.seq for one in page] == expected

    @pytest.mark.parametrize("limit", [0, 1, 100])
    async def test_a_page_is_never_longer_than_asked(self, store, log, limit):
        assert await store.page(TEA, Selector(), BEFORE, limit, messages_only=False) == log[max(7 - limit, 0) :][:limit]

    @pytest.mark.parametrize("msgid", ["nowhere", "elsewhere"])
    @pytest.mark.parametrize("direction", Direction)
    async def test_a_msgid_that_is_not_in_the_log_is_a_key_error(self, store, log, msgid, direction):
        with pytest.raises(KeyError, match=repr(msgid)):
            await store.page(TEA, Selector(msgid=msgid), direction, 3, messages_only=False)
        with pytest.raises(KeyError, match=repr(msgid)):
            await store.page(TEA, Selector(), direction, 3, messages_only=False, stop=Selector(msgid=msgid))

    @pytest.mark.parametrize("start", [Selector(), Selector(seq=3), Selector(at=3), Selector(msgid="id1")])
    @pytest.mark.parametrize("direction", Direction)
    async def test_a_log_that_does_not_exist_has_an_empty_page(self, store, log, start, direction):
        assert await store.page(LogId("c9"), start, direction, 3, messages_only=False) == []

    @pytest.mark.parametrize(
        ("start", "direction", "stop", "expected"),
        [
            (Selector(), BEFORE, None, [4, 5, 6, 7]),
            (Selector(), AFTER, None, [4, 5, 6, 7]),
            (Selector(seq=6), BEFORE, Selector(seq=2), [4, 5]),
            (Selector(seq=3), BEFORE, None, []),
            (Selector(at=1), AFTER, None, [4, 5, 6, 7]),
        ],
    )
    async def test_what_lies_before_the_first_place_is_not_there(self, store, log, start, direction, stop, expected):
        page = await store.page(TEA, start, direction, 9, messages_only=False, stop=stop, first=4)
        assert [one.seq for one in page] == expected

    @pytest.mark.parametrize("direction", [BEFORE, AFTER])
    async def test_a_msgid_before_the_first_place_is_unknown(self, store, log, direction):
        hidden, shown = Selector(msgid=log[2].msgid), Selector(msgid=log[3].msgid)
        with pytest.raises(KeyError, match=repr(hidden.msgid)):
            await store.page(TEA, hidden, direction, 9, messages_only=False, first=4)
        assert await store.page(TEA, shown, AFTER, 9, messages_only=False, first=4) == log[4:]

    async def test_a_gap_is_what_lies_after_one_seq_until_another(self, store, log):
        assert await store.between(TEA, 2, 5) == log[2:5]
        assert await store.between(TEA, 5, 5) == []
        assert await store.between(LogId("c9"), 0, 5) == []

    async def test_a_gap_of_one_user_holds_what_is_theirs(self, store):
        mine = await keep(store, said("a"), said("b", source=BOB), said("c"))
        assert await store.between(TEA, 0, 9, ALICE.id) == [mine[0], mine[2]]
        assert await store.between(TEA, 1, 2, ALICE.id) == []
        assert await store.between(LogId("c9"), 0, 5, ALICE.id) == []

    async def test_heads_are_those_of_the_logs_that_are_not_empty(self, store, log):
        assert await store.head(TEA) == 7
        assert await store.head(LogId("c9")) == 0
        assert await store.heads([TEA, LogId("c9"), MILK]) == {TEA: 7, MILK: 1}
        assert await store.heads([]) == {}


class ConversationsContract:
    @pytest.fixture
    async def talks(self, store):
        """The newest messages: #tea 20, alice with bob 30, alice with carol 40, bob with carol 50, #milk 60."""
        await keep(
            store,
            said("early", at=5),
            said("tea", at=20),
            event(Joined(), at=90),
            said("first", PAIR, at=10),
            said("to bob", PAIR, at=30),
            said("to carol", pair_log(ALICE.id, CAROL), at=40),
            said("between others", pair_log(BOB.id, CAROL), BOB, at=50),
            said("milk", MILK, at=60),
            event(Joined(), LogId("c3"), at=70),
        )

    @pytest.mark.parametrize(
        ("after", "until", "direction", "limit", "expected"),
        [
            (0, 99, AFTER, 9, ["tea", "to bob", "to carol"]),
            (0, 99, BEFORE, 9, ["tea", "to bob", "to carol"]),
            (0, 99, AFTER, 2, ["tea", "to bob"]),
            (0, 99, BEFORE, 2, ["to bob", "to carol"]),
            (20, 40, AFTER, 9, ["to bob"]),
            (0, 20, AFTER, 9, []),
            (0, 99, AFTER, 0, []),
        ],
    )
    async def test_conversations_are_found_by_their_newest_message(
        self, store, talks, after, until, direction, limit, expected
    ):
        found = await store.conversations(ALICE.id, {TEA: 1, LogId("c3"): 1}, after, until, direction, limit)
        assert texts(found) == expected

    async def test_a_channel_whose_newest_message_may_not_be_read_is_none(self, store, talks):
        assert texts(await store.conversations(ALICE.id, {TEA: 2}, 0, 99, AFTER, 9)) == ["tea", "to bob", "to carol"]
        assert texts(await store.conversations(ALICE.id, {TEA: 3}, 0, 99, AFTER, 9)) == ["to bob", "to carol"]

    async def test_private_conversations_are_found_from_both_sides(self, store, talks):
        for user, expected in [(BOB.id, ["to bob", "between others"]), (CAROL, ["to carol", "between others"])]:
            assert texts(await store.conversations(user, {}, 0, 99, AFTER, 9)) == expected

    async def test_an_id_that_begins_or_ends_like_another_finds_nothing_of_it(self, store, talks):
        for user in ("g", "1", "2", "g11", ""):
            assert await store.conversations(UserId(user), {}, 0, 99, AFTER, 9) == []


class RetentionContract:
    async def test_what_is_older_goes_and_the_seqs_stay(self, store):
        await keep(store, *(said(str(day), at=day * DAY) for day in range(1, 11)))
        assert await store.retain(3, 10 * DAY) == 6
        assert [one.seq for one in await whole_log(store)] == [7, 8, 9, 10]
        assert (await keep(store, said(at=11 * DAY)))[0].seq == 11

    async def test_exactly_as_old_as_the_limit_stays(self, store):
        await keep(store, said("old", at=DAY - 1), said("just", at=DAY))
        assert await store.retain(1, 2 * DAY) == 1
        assert texts(await whole_log(store)) == ["just"]

    async def test_without_a_limit_everything_stays(self, store):
        await keep(store, said(at=1))
        assert await store.retain(0, 1000 * DAY) == 0
        assert await store.head(TEA) == 1

    @pytest.mark.parametrize(("server", "channel", "left"), [(0, 2, 3), (5, 2, 3), (2, 5, 3), (5, 0, 6), (0, 0, 10)])
    async def test_a_channel_keeps_less_than_the_server_and_never_more(self, store, server, channel, left):
        await outcome(store, opening())
        await keep(store, event(HistorySet("", channel), at=1), *(said(at=day * DAY) for day in range(1, 11)))
        await store.retain(server, 10 * DAY)
        assert sum(type(one.body) is Said for one in await whole_log(store)) == left

    async def test_a_log_of_which_all_is_gone_goes_on_with_the_next_seq(self, store, reopen):
        await keep(store, said(at=1), said(at=1))
        assert await store.retain(1, 1000 * DAY) == 2
        assert await store.head(TEA) == 2
        assert await store.page(TEA, Selector(at=5), BEFORE, 9, messages_only=False) == []
        store = await reopen(store)
        assert (await keep(store, said()))[0].seq == 3
        assert await store.retain(1, 1) == 0

    async def test_each_log_loses_its_own_beginning_however_long(self, store):
        old = [said(log=log, at=day * DAY) for log in (TEA, MILK, PAIR) for day in (1, 5) for _ in range(3000)]
        await keep(store, *old)
        assert await store.retain(2, 5 * DAY) == 9000
        for log in (TEA, MILK, PAIR):
            assert [one.seq for one in await whole_log(store, log)] == list(range(3001, 6001))

    async def test_times_are_found_also_behind_what_has_gone(self, store):
        await keep(store, *(said(str(day), at=day * DAY) for day in range(1, 11)))
        await store.retain(5, 10 * DAY)
        page = await store.page(TEA, Selector(at=8 * DAY), BEFORE, 9, messages_only=True)
        assert texts(page) == ["5", "6", "7"]
        assert texts(await store.page(TEA, Selector(at=1), AFTER, 2, messages_only=True)) == ["5", "6"]

    async def test_state_outlives_the_events_that_made_it(self, store):
        await outcome(store, opening(TEA, "#tea", ALICE))
        await keep(store, event(TopicSet("leaves")), said())
        assert await store.retain(1, 1000 * DAY) == 4
        [channel] = (await store.load()).channels
        assert (channel.name, channel.topic, channel.head, channel.rules_version) == ("#tea", "leaves", 4, 2)
        assert [member.nick for member in (await store.load()).members] == ["alice"]

    async def test_a_channel_whose_messages_are_gone_holds_none_until_the_next(self, store):
        await outcome(store, opening())
        await keep(store, said())
        assert (await store.load()).channels[0].said
        await store.retain(1, 1000 * DAY)
        assert not (await store.load()).channels[0].said
        await keep(store, said())
        assert (await store.load()).channels[0].said

    async def test_messages_with_files_are_told_before_they_go(self, store):
        await keep(store, said("see /files/x", at=1), said("plain", at=1), said("/files/y", PAIR, BOB, at=1))
        await keep(store, said("new /files/z", at=10 * DAY))
        told, there_then = [], []

        async def going(events):
            told.extend((one.log, one.source.id, one.body.text) for one in events)
            there_then.extend([one for log in (TEA, PAIR) for one in await whole_log(store, log)])

        assert await store.retain(2, 10 * DAY, going) == 3
        assert told == [(TEA, ALICE.id, "see /files/x"), (PAIR, BOB.id, "/files/y")]
        assert len(there_then) == 4

    async def test_messages_pass_between_its_steps(self, store):
        await keep(store, *(said(at=1) for _ in range(12_000)))
        gone, kept = await asyncio.gather(store.retain(1, 1000 * DAY), keep(store, said("new", at=1000 * DAY)))
        assert gone == 12_000
        assert kept[0].seq == 12_001
        assert texts(await whole_log(store)) == ["new"]

    async def test_every_log_is_listed_in_the_order_in_which_they_began(self, store):
        await outcome(store, opening(MILK, "#milk"))
        await keep(store, said("between us", PAIR), said("in the channel", TEA))

        assert await store.log_ids() == [MILK, PAIR, TEA]
