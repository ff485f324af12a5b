"""What any index of what was said promises (ports.Search), as tests. A subclass gives the fixture ``store``."""

import pytest

from chover.engine.events import Edited, Redacted, Said, Source
from chover.engine.ids import LogId, UserId, pair_log
from chover.ports import Query, Scope, UnreadCount
from tests.store.making import ALICE, BOB, MILK, PAIR, TEA, event, keep, said, texts

CAROL = Source(UserId("g3"), "Carol[m]", "ca", "c.cloak")
ALL = Scope({TEA: 1, MILK: 1}, ALICE.id)


async def found(store, text="", scope=ALL, limit=50, *, oldest=False, **query):
    """The texts of what is found, first in the index, then the same where nothing is indexed yet."""
    await store.search.settled()
    return texts(await store.search.find(Query(text, **query), scope, limit, oldest=oldest))


class SearchContract:
    @pytest.fixture
    async def talk(self, store):
        await keep(
            store,
            said("Green tea is the best", at=10),
            said("black tea, please", TEA, BOB, at=20),
            said("Milk in tea?", MILK, BOB, at=30),
            said("café crème und grüner Tee", TEA, CAROL, at=40),
            said("see https://example.org/teapot?size=2", TEA, at=50),
            said("東京都に行く", MILK, CAROL, at=60),
            said("between us: tea", PAIR, at=70),
            said("between others: tea", pair_log(BOB.id, CAROL.id), BOB, at=80),
        )

    async def test_all_words_must_be_there_in_whatever_order(self, store, talk):
        assert await found(store, "tea black ") == ["black tea, please"]
        assert await found(store, "tea coffee") == []

    async def test_the_newest_are_found_and_told_in_the_order_of_time(self, store, talk):
        assert await found(store, "tea ", limit=2) == ["Milk in tea?", "between us: tea"]
        assert await found(store, "tea ", limit=2, oldest=True) == ["Green tea is the best", "black tea, please"]

    async def test_a_phrase_stands_as_it_is(self, store, talk):
        assert await found(store, '"tea is"') == ["Green tea is the best"]
        assert await found(store, '"is tea"') == []

    async def test_what_is_not_wanted_is_left_out(self, store, talk):
        assert await found(store, "tea -milk -us ") == ["Green tea is the best", "black tea, please"]
        assert await found(store, "-tea -tee -teapot") == ["東京都に行く"]

    async def test_the_last_word_may_be_one_that_is_still_typed(self, store, talk):
        assert await found(store, "gre") == ["Green tea is the best"]
        assert await found(store, "gre ") == []
        assert await found(store, "te* size ") == ["see https://example.org/teapot?size=2"]

    async def test_case_and_diacritics_do_not_count(self, store, talk):
        assert await found(store, "CAFE grüner ") == ["café crème und grüner Tee"]
        assert await found(store, "gruner ") == ["café crème und grüner Tee"]

    async def test_an_address_is_found_by_its_parts_and_as_it_is(self, store, talk):
        for text in ("example.org ", "https://example.org/teapot ", "size=2 "):
            assert await found(store, text) == ["see https://example.org/teapot?size=2"]

    @pytest.mark.parametrize("text", ["東京", "京都", "東", "く", "東京都", "行く"])
    async def test_scripts_without_spaces_are_found_by_any_part(self, store, talk, text):
        assert await found(store, text) == ["東京都に行く"]

    async def test_the_sender_is_found_by_nick_and_account(self, store, talk):
        assert await found(store, sender="BOB") == ["black tea, please", "Milk in tea?"]
        assert await found(store, sender="carol[M]") == ["café crème und grüner Tee", "東京都に行く"]
        assert await found(store, "tea ", sender="bob", scope=Scope({MILK: 1})) == ["Milk in tea?"]

    async def test_a_time_is_inclusive_on_both_sides(self, store, talk):
        assert await found(store, after=20, before=30) == ["black tea, please", "Milk in tea?"]
        assert await found(store, "tea ", before=29) == ["Green tea is the best", "black tea, please"]
        assert await found(store, after=71) == []

    async def test_only_what_the_asker_may_read_is_found(self, store, talk):
        assert await found(store, "tea ", Scope({TEA: 2})) == ["black tea, please"]
        assert await found(store, "tea ", Scope({}, CAROL.id)) == ["between others: tea"]
        assert await found(store, "tea ", Scope({PAIR: 1})) == ["between us: tea"]
        assert await found(store, "tea ", Scope({})) == []
        assert await found(store, "tea ", Scope({LogId("c9"): 1})) == []

    async def test_without_words_everything_is_found(self, store, talk):
        assert await found(store, scope=Scope({MILK: 1})) == ["Milk in tea?", "東京都に行く"]
        assert len(await found(store, " ")) == 7

    async def test_a_text_without_any_word_is_in_no_message(self, store, talk):
        assert await found(store, "?!") == []

    async def test_how_many_there_are_is_counted_up_to_a_bound(self, store, talk):
        await store.search.settled()
        assert await store.search.count(Query("tea "), ALL, 100) == 4
        assert await store.search.count(Query("tea "), ALL, 3) == 3

    async def test_what_is_for_a_rank_only_is_found_by_nobody(self, store):
        await keep(
            store,
            event(Said("tea for operators", status="@")),
            event(Said("tea held back", held=True)),
            event(Said("tea for all")),
        )
        assert await found(store, "tea ") == ["tea for all"]

    async def test_an_action_is_what_is_done_and_other_requests_are_nothing(self, store):
        await keep(store, said("\x01ACTION makes tea\x01"), said("\x01VERSION tea\x01"))
        assert await found(store, "tea ") == ["\x01ACTION makes tea\x01"]
        assert await found(store, "action ") == []

    async def test_what_was_deleted_is_not_found_and_not_unread(self, store):
        message, later = await keep(store, said("secret tea", TEA, BOB), said("more tea", TEA, BOB))
        assert await found(store, "tea ") == ["secret tea", "more tea"]
        await keep(store, event(Redacted(message.msgid, message.seq), TEA, BOB))
        assert texts(await store.search.find(Query("tea "), ALL, 5)) == ["more tea"]
        assert await found(store, "tea ") == ["more tea"]
        assert await store.search.unread({TEA: 1}, {}, ALICE.id, 9) == [UnreadCount(TEA, 1, later.msgid, later.at)]

    async def test_what_was_changed_is_found_as_it_reads_now(self, store):
        [message] = await keep(store, said("alice: secret tea", TEA, BOB))
        assert await found(store, "secret ") == ["alice: secret tea"]
        await keep(store, event(Edited(message.msgid, message.seq, "green tea, malice"), TEA, BOB))
        assert texts(await store.search.find(Query("secret "), ALL, 5)) == []
        assert await found(store, "secret ") == []
        assert await found(store, "green tea ") == ["green tea, malice"]
        assert await found(store, names=("alice",), to=ALICE.id) == []

    async def test_mentions_are_names_and_answers_said_by_others(self, store):
        question = said("who has milk?", TEA, ALICE)
        answer = event(Said("I do", tags={"+draft/reply": question.msgid}), TEA, BOB)
        own = event(Said("Alice again", tags={"+draft/reply": question.msgid}), TEA, ALICE)
        await keep(store, question, answer, own, said("alice: hello", MILK, BOB), said("malice", MILK, BOB))
        await keep(store, said("black tea is ready", MILK, CAROL))
        assert await found(store, names=("alice",), to=ALICE.id) == ["I do", "alice: hello"]
        assert await found(store, names=("alice", "black tea"), to=ALICE.id) == [
            "I do", "alice: hello", "black tea is ready",
        ]  # fmt: skip
        assert await found(store, names=("bob",), to=BOB.id, scope=Scope({TEA: 1}, BOB.id)) == []

    async def test_replies_are_found_by_what_they_answer(self, store):
        question, other = said("who has milk?", TEA, ALICE), said("and sugar?", MILK, BOB)
        answer = event(Said("I do", tags={"+draft/reply": question.msgid}), TEA, BOB)
        thanks = event(Said("thanks", tags={"+reply": answer.msgid}), TEA, ALICE)
        odd = event(Said("odd", tags={"+draft/reply": 'it\'s "odd" ' + "x" * 3000}), TEA, CAROL)
        await keep(
            store,
            question,
            other,
            answer,
            thanks,
            odd,
            event(Said("me", tags={"+draft/reply": other.msgid}), MILK, CAROL),
        )
        for _ in range(2):
            # At first from the end of the log, then from the index.
            assert texts(await store.search.find(Query(replies_to=[question.msgid]), ALL, 9)) == ["I do"]
            assert await found(store, replies_to=[question.msgid, answer.msgid]) == ["I do", "thanks"]
            assert await found(store, replies_to=[odd.body.tags["+draft/reply"]]) == ["odd"]
            assert await found(store, replies_to=[thanks.msgid]) == []
            assert await found(store, replies_to=[question.msgid], scope=Scope({MILK: 1})) == []
            assert sorted(await found(store, in_threads_of=BOB.id)) == ["I do", "me", "thanks"]
            assert await found(store, in_threads_of=ALICE.id) == ["I do", "thanks"]
            assert await found(store, in_threads_of=CAROL.id, scope=Scope({MILK: 1})) == ["me"]

    async def test_what_is_unread_is_counted_from_where_it_was_read(self, store):
        await keep(store, *(said(str(n), TEA, BOB, at=n * 10, msgid=f"t{n}") for n in range(1, 6)))
        await keep(
            store,
            said("x", MILK, BOB, at=10),
            said("y", MILK, BOB, at=20),
            event(Said("z", status="@"), MILK, BOB, at=30),
        )
        assert await store.search.unread({TEA: 1, MILK: 1}, {TEA: 30, MILK: 20}, ALICE.id, 100) == [
            UnreadCount(TEA, 2, "t4", 40),
        ]  # fmt: skip
        assert await store.search.unread({TEA: 5}, {}, ALICE.id, 100) == [UnreadCount(TEA, 1, "t5", 50)]
        assert await store.search.unread({TEA: 1, LogId("c9"): 1}, {}, ALICE.id, 3) == [UnreadCount(TEA, 3, "t3", 30)]
        assert await store.search.unread({}, {}, ALICE.id, 3) == []

    async def test_anyone_who_answers_has_read_what_stands_before(self, store):
        await keep(
            store, said("a", TEA, BOB, at=10), said("b", TEA, ALICE, at=20), said("c", TEA, BOB, at=30, msgid="t")
        )
        assert await store.search.unread({TEA: 1}, {}, ALICE.id, 9) == [UnreadCount(TEA, 1, "t", 30)]
        await keep(store, said("d", TEA, ALICE, at=40))
        assert await store.search.unread({TEA: 1}, {}, ALICE.id, 9) == []

    async def test_what_looks_like_a_mark_in_a_text_is_text(self, store):
        await keep(store, said('"status":"@" "held":true', TEA, BOB, at=10, msgid="t"))
        assert await store.search.unread({TEA: 1}, {}, ALICE.id, 9) == [UnreadCount(TEA, 1, "t", 10)]

    async def test_what_was_said_just_now_is_found(self, store, talk):
        await store.search.settled()
        await keep(store, said("fresh tea", at=90))
        assert texts(await store.search.find(Query("fresh"), ALL, 5)) == ["fresh tea"]

    @pytest.mark.parametrize(
        "text", ['"', '""', "-", '-"', "*", "AND", "NOT tea OR", "a^b", "{}", "(", "\x00", "x:y", "tea\n"]
    )
    async def test_whatever_is_typed_is_only_text(self, store, talk, text):
        assert isinstance(await found(store, text), list)
