import pytest

from chover.client.state.model.outbox import Full, Outbox


def always(_target):
    return True


def texts(due):
    return [pending.text for pending in due]


def filled(*texts, **bounds):
    outbox = Outbox(**bounds)
    for number, text in enumerate(texts):
        outbox.add(f"n{number}", "#lobby", text)
    return outbox


def test_what_was_added_is_due_once_and_in_order():
    outbox = filled("a", "b")
    assert texts(outbox.due(always)) == ["a", "b"]
    assert texts(outbox.due(always)) == []


def test_what_is_not_acknowledged_is_due_again_after_a_lost_connection():
    outbox = filled("a", "b")
    list(outbox.due(always))
    outbox.settle("n0")
    outbox.lost()
    again = list(outbox.due(always))
    assert [(pending.nonce, pending.text) for pending in again] == [("n1", "b")]


def test_the_window_bounds_what_is_on_the_wire():
    outbox = filled("a", "b", "c", window=2)
    assert texts(outbox.due(always)) == ["a", "b"]
    outbox.settle("n1")
    assert texts(outbox.due(always)) == ["c"]


def test_a_target_that_is_not_ready_holds_back_its_own_messages_only():
    outbox = filled("a")
    outbox.add("n9", "Bob", "psst")
    assert texts(outbox.due(lambda target: target == "Bob")) == ["psst"]


def test_a_full_outbox_refuses_more():
    outbox = filled("a", capacity=1)
    with pytest.raises(Full):
        outbox.add("n1", "#lobby", "b")


def test_what_is_acknowledged_twice_counts_once():
    outbox = filled("a")
    assert outbox.settle("n0").text == "a"
    assert outbox.settle("n0") is None
    assert len(outbox) == 0


def test_an_answer_without_a_label_means_the_oldest_that_was_sent():
    outbox = filled("a", "b", window=1)
    assert outbox.oldest("#lobby", str.__eq__) is None
    list(outbox.due(always))
    assert outbox.oldest("#lobby", str.__eq__).text == "a"
    assert outbox.oldest("Bob", str.__eq__) is None
