"""Emoji by name."""

import pytest

from chover.client.display.text import clusters, plain
from chover.client.emoji import emoji_of, find, known, no_emoji


def test_each_mark_is_one_picture_of_two_cells_and_is_shown_as_it_is():
    marks = [mark for _, mark in known()]
    assert [mark for mark in marks if list(clusters(mark)) != [(mark, 2)] or plain(mark) != mark] == []


@pytest.mark.parametrize("text", ["thumbsup", "+1", ":lgtm:", "thumbs up sign", "thumbs-up-sign", "THUMBSUP", "👍"])
def test_a_thumb_is_up_by_each_of_its_names(text):
    assert emoji_of(text) == "👍"


@pytest.mark.parametrize("text", ["👍🏽", "👩‍💻", "🇩🇪", "1️⃣", "‼️", "🫨"])
def test_an_emoji_that_is_in_no_table_is_one_all_the_same(text):
    assert emoji_of(text) == text


@pytest.mark.parametrize("text", ["thumbs", "hello there", "lgtm!", "ok 👍", "5", "+", "é", "", " ", "\u202e👍"])
def test_what_is_text_is_none(text):
    assert emoji_of(text) == ""


def test_a_part_of_a_name_finds_it_and_a_slip_is_told_what_may_be_meant():
    assert ("thumbsup", "👍") in find("thu", 5)
    assert no_emoji("thumbs") == "There is no emoji called thumbs. Did you mean thumbsup?"
    assert no_emoji("xyzzy") == "There is no emoji called xyzzy."
