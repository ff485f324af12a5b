"""Emoji by name."""

import pytest

from chover.client.emoji import EMOJI
from chover.client.screen.text import clusters, plain


@pytest.mark.parametrize(("name", "mark"), EMOJI.items())
def test_a_mark_is_one_picture_of_two_cells_and_is_shown_as_it_is(name, mark):
    assert list(clusters(mark)) == [(mark, 2)], name
    assert plain(mark) == mark
