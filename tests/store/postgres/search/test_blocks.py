"""How the messages of a log are cut into the blocks of the index."""

from tests.store.making import MILK, TEA, said

from chover.store.postgres.search import blocks
from chover.store.postgres.search.blocks import LONGEST_MS, MOST, IndexedEvent, cut


def found(*times, log_no=1, text="tea"):
    events = [said(text, (TEA, MILK)[log_no - 1], at=at) for at in times]
    for seq, event in enumerate(events, 1):
        event.seq = seq
    return [IndexedEvent(log_no, event) for event in events]


def places(cut_blocks):
    return [(block.log_no, block.first, block.last, block.until_at) for block in cut_blocks]


def test_what_is_said_within_a_minute_is_one_block():
    assert places(cut(found(1, 2, 2 + LONGEST_MS))) == [(1, 1, 2, 2), (1, 3, 3, 2 + LONGEST_MS)]


def test_a_block_has_a_bounded_number_of_messages_and_letters(monkeypatch):
    assert [len(block.events) for block in cut(found(*range(2 * MOST + 1)))] == [MOST, MOST, 1]
    monkeypatch.setattr(blocks, "LETTERS", 7)
    assert [len(block.events) for block in cut(found(1, 2, 3))] == [2, 1]
    assert [len(block.events) for block in cut(found(1, 2, text="tea for two"))] == [1, 1]


def test_blocks_of_several_logs_come_in_the_order_of_their_ends():
    assert places(cut([*found(1, 9), *found(2, 3, log_no=2)])) == [(2, 1, 2, 3), (1, 1, 2, 9)]


def test_events_in_whatever_order_are_put_in_that_of_their_log():
    assert places(cut(found(1, 2, 3)[::-1])) == [(1, 1, 3, 3)]
