"""The table of tests/transcripts/mentions.json holds the clients to the same rule."""

import pytest
from tests.transcripts import mention_cases

from chover.engine.mentions import folded, matcher, mentions


@pytest.mark.parametrize("case", mention_cases(), ids=lambda case: case["text"] or "nothing")
def test_a_message_mentions_whom_the_table_says(case):
    own = matcher((case.get("nick", "ann"), case.get("account", ""), *case.get("highlights", ())))
    found = mentions(folded(case["text"]), own, answers=case.get("answers", False), ignored=case.get("ignored", False))
    assert found is case["mentions"]


def test_nobody_without_a_word_is_mentioned():
    assert not matcher(("", " ")).finds(folded("anything at all"))


def test_the_same_words_are_made_ready_once():
    assert matcher(("ann", "tea")) is matcher(("ann", "tea"))
