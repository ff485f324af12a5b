"""The part of a store's contract that is about what is done to messages afterwards. See contract.py."""

import pytest

from chover.engine.events import Blanked, Edited, Redacted, Said, TagsKept
from chover.ports import Append, Committed, Direction, Repeated, Selector, Vanished
from tests.store.making import (
    ALICE,
    BOB,
    MILK,
    PAIR,
    TEA,
    alone,
    event,
    keep,
    outcome,
    outcomes,
    said,
    texts,
    whole_log,
)

BEFORE = Direction.BEFORE


def redaction(target, log=TEA, source=ALICE):
    return event(Redacted(target.msgid, target.seq, "why"), log, source)


def change(target, text, **envelope):
    return event(Edited(target.msgid, target.seq, text), target.log, **envelope)


def reaction(target, value, source=ALICE, tag="+draft/react"):
    tags = {tag: value, "+draft/reply": target.msgid}
    return event(TagsKept(tags, about=target.seq), target.log, source)


def values(events):
    return [(one.source.nick, one.body.tags["+draft/react"], one.body.about) for one in events]


async def there(store, place=1, log=TEA):
    return (await whole_log(store, log))[place - 1]


class EditsContract:
    @pytest.mark.parametrize("log", [TEA, PAIR])
    async def test_a_deleted_message_leaves_its_place_and_its_nonce(self, store, log):
        body = Said("secret", notice=True, tags={"+x": "secret"}, to="bob")
        [message] = await keep(store, event(body, log, nonce="n1"))
        await keep(store, redaction(message, log))
        blank = await there(store, log=log)
        assert blank.body == Blanked("bob", notice=True)
        assert (blank.seq, blank.at, blank.msgid, blank.nonce) == (1, message.at, message.msgid, "n1")
        assert blank.source == ALICE
        assert await outcome(store, alone(said("secret", log, nonce="n1"))) == Repeated(blank)

    async def test_all_that_somebody_said_is_found_until_it_is_deleted(self, store):
        one, other = await keep(store, said("a"), said("b", PAIR))
        await keep(store, said("c", source=BOB))
        [mark] = await keep(store, reaction(one, "x"))
        found = {(each.log, each.msgid) for each in await store.said_by(ALICE.id, 10)}
        assert found == {(each.log, each.msgid) for each in (one, other, mark)}
        assert len(await store.said_by(ALICE.id, 2)) == 2
        await keep(store, redaction(one))
        await keep(store, redaction(other, PAIR))
        assert [each.msgid for each in await store.said_by(ALICE.id, 10)] == []

    async def test_it_is_on_no_page_and_found_no_more(self, store):
        _, message, _ = await keep(store, said("a"), said("secret"), said("c"))
        assert (await store.find(TEA, message.msgid)) == message
        [deletion] = await keep(store, redaction(message))
        page = await store.page(TEA, Selector(), BEFORE, 9, messages_only=True)
        assert [type(one.body) for one in page] == [Said, Said, Redacted]
        assert page[2] == deletion
        assert await store.find(TEA, message.msgid) is None

    async def test_only_messages_and_kept_tags_are_found_and_only_in_their_log(self, store):
        message, tagged = await keep(store, said("a"), event(TagsKept({"+draft/persist": "x"})))
        [deletion] = await keep(store, redaction(tagged))
        assert await store.find(TEA, message.msgid) == message
        for log, msgid in [(MILK, message.msgid), (TEA, "nonsense"), (TEA, deletion.msgid), (TEA, tagged.msgid)]:
            assert await store.find(log, msgid) is None

    async def test_a_changed_message_reads_the_new_text_at_its_place(self, store):
        message, _ = await keep(store, event(Said("a\nb", tags={"+x": "y"}, joints=(1,))), said("after"))
        [edit] = await keep(store, change(message, "new", at=5000))
        assert (await there(store)).body == Said("new", tags={"+x": "y"}, edited=5000, edit=edit.seq)
        page = await store.page(TEA, Selector(), BEFORE, 9, messages_only=True)
        assert texts(page) == ["new", "after", "new"]

    async def test_of_several_changes_the_last_stands_and_the_others_are_blank(self, store):
        [message] = await keep(store, said("first"))
        await keep(store, change(message, "second"), change(message, "third"))
        await keep(store, change(message, "fourth"))
        log = await whole_log(store)
        assert [type(one.body) for one in log] == [Said, Blanked, Blanked, Edited]
        assert log[0].body.text == log[3].body.text == "fourth"

    async def test_a_deletion_takes_the_changes_along(self, store):
        [message] = await keep(store, said("first"))
        await keep(store, change(message, "second"), redaction(message))
        assert [type(one.body) for one in await whole_log(store)] == [Blanked, Blanked, Redacted]

    async def test_what_is_about_a_deleted_message_is_not_kept(self, store):
        [message] = await keep(store, said("first"))
        late = [redaction(message), redaction(message), change(message, "second"), reaction(message, "x")]
        assert await outcomes(store, *map(alone, late)) == [Committed(), Vanished(), Vanished(), Vanished()]
        assert await outcome(store, alone(change(message, "second"))) == Vanished()
        assert await outcome(store, Append([event(Redacted("m", 99))])) == Vanished()
        assert [type(one.body) for one in await whole_log(store)] == [Blanked, Redacted]

    async def test_reactions_are_read_by_the_messages_that_they_are_about(self, store):
        one, two, three = await keep(store, said("1"), said("2"), said("3"))
        given = await keep(
            store, reaction(two, "y", BOB), reaction(one, "x"), reaction(two, "x"), reaction(three, "z"), said("later")
        )
        found = await store.reactions(TEA, 1, 2, 3)
        assert found == [given[1], given[0], given[2]]
        assert values(found) == [("alice", "x", 1), ("bob", "y", 2), ("alice", "x", 2)]
        assert await store.reactions(TEA, 1, 2, 5) == [given[2]]
        assert await store.reactions(MILK, 1, 9, 0) == []

    async def test_a_reaction_taken_back_does_not_stand(self, store):
        [message] = await keep(store, said("1"))
        await keep(store, reaction(message, "x"), reaction(message, "y"), reaction(message, "x", BOB))
        await keep(store, reaction(message, "x", tag="+draft/unreact"))
        assert values(await store.reactions(TEA, 1, 1, 0)) == [("alice", "y", 1), ("bob", "x", 1)]
        assert await store.reacted(TEA, 1, ALICE.id) == {"y"}
        assert await store.reacted(TEA, 1, BOB.id) == {"x"}
        assert await store.reacted(MILK, 1, BOB.id) == set()

    async def test_the_same_reaction_twice_stands_once(self, store):
        [message] = await keep(store, said("1"))
        first, _ = await keep(store, reaction(message, "x"), reaction(message, "x"))
        assert await store.reactions(TEA, 1, 1, 0) == [first]

    async def test_a_deletion_takes_the_reactions_along(self, store):
        [message] = await keep(store, said("1"))
        await keep(store, reaction(message, "x"), redaction(message))
        assert await store.reactions(TEA, 1, 1, 0) == []
        assert (await there(store, 2)).body == Blanked()

    async def test_a_deleted_reaction_does_not_stand(self, store):
        [message] = await keep(store, said("1"))
        [given] = await keep(store, reaction(message, "x"))
        await keep(store, redaction(given))
        assert await store.reactions(TEA, 1, 1, 0) == []
        assert await store.reacted(TEA, 1, ALICE.id) == set()
        assert [type(one.body) for one in await whole_log(store)] == [Said, Blanked, Redacted]


class EditsRetentionContract:
    async def test_retention_takes_the_reactions_along(self, store):
        day = 86_400_000
        old, new = await keep(store, said("old", at=1), said("new", at=10 * day))
        await keep(store, reaction(old, "x"), reaction(new, "y"))
        await store.retain(5, 12 * day)
        assert values(await store.reactions(TEA, 0, 9, 0)) == [("alice", "y", 2)]
        assert await store.reacted(TEA, 1, ALICE.id) == set()
        assert await outcome(store, alone(redaction(old))) == Vanished()
