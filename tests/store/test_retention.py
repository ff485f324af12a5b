from hypothesis import given
from hypothesis import strategies as st

from chover.store import retention
from chover.store.retention import STEP, Piece


@given(st.lists(st.tuples(st.integers(1, 10_000), st.integers(0, 3 * STEP)), max_size=8))
def test_steps_cover_every_event_once_in_order_and_none_is_longer_than_allowed(spans):
    pieces = [Piece(no, first, first + more) for no, (first, more) in enumerate(spans)]
    steps = list(retention.steps(pieces))
    for step in steps:
        assert 0 < sum(piece.last - piece.first + 1 for piece in step) <= STEP
    covered = [(piece.log_no, seq) for step in steps for piece in step for seq in range(piece.first, piece.last + 1)]
    assert covered == [(piece.log_no, seq) for piece in pieces for seq in range(piece.first, piece.last + 1)]
