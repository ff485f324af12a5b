"""What is shown of a message, as both clients read it; tests/web/units runs the same cases (tests/markup.json)."""

import json
import sys
import time
from pathlib import Path

import pytest

from chover.client.display import markup
from chover.client.display.markup import TextPiece, blocks
from tests.client.display.regex_steps import steps

CASES = json.loads((Path(__file__).parents[2] / "markup.json").read_text(encoding="utf-8"))
HOSTILE = [
    "**a " * 20_000,
    "*" * 60_000,
    "||a" * 20_000,
    "[a](http://" * 6_000,
    "[" * 60_000,
    "`a```" * 12_000,
    "```\n" * 15_000,
    "> " * 30_000,
    " \n- " * 15_000,
    "a*b " * 15_000,
    "*a ~~b ||c " * 6_000,
    "https://a.example/x *b* " * 3_000,
]


def shown(text):
    rows = []
    for block in blocks(text):
        if block.kind == "code":
            rows.append(["code", block.language, block.code])
        else:
            head = f"item {block.level} {block.marker}" if block.kind == "item" else block.kind
            rows.append([head, *[["+".join([one.kind, *sorted(one.styles)]), one.text] for one in block.pieces]])
    return rows


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_what_is_shown_of_a_message(case):
    assert shown(case["text"]) == case["shown"]


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:12] for text in HOSTILE])
def test_no_text_takes_as_long_as_what_tries_all_ways(text):
    began = time.process_time()
    blocks(text)
    assert time.process_time() - began < 20, "linear takes a second on any machine, all ways take days"


def test_text_without_marks_is_one_piece_for_each_line():
    assert [block.pieces for block in blocks("one\ntwo")] == [
        [("text", "one", frozenset(), "")],
        [("text", "two", frozenset(), "")],
    ]


PARTS = [
    *("**a ", "*", "||a", "[a](http://", "[", "`a```", "```\n", "> ", " \n- ", "a*b ", "\\*", "~"),
    *("*a ~~b ||c ", "https://a.example/x *b* ", "https://a)"),
]


@pytest.mark.parametrize("part", PARTS)
def test_twice_the_text_takes_twice_the_steps(part):
    once, twice = (steps_of(part * times) for times in (400, 800))
    assert twice < 2.2 * once + 500


@pytest.mark.parametrize("part", PARTS)
def test_the_pattern_of_marks_looks_at_twice_the_text_in_twice_the_steps(part):
    once, twice = (steps(markup._TOKEN.pattern, part * (length // len(part))) for length in (100, 200))
    assert twice < 2.3 * once + 200


def test_the_measure_sees_what_grows_with_the_square():
    assert steps("a+b", "a" * 200) > 3.5 * steps("a+b", "a" * 100)


def test_four_thousand_quotes_and_brackets_in_each_other_are_text_in_a_quote():
    [quote] = blocks("> " * 4000 + "x")
    assert (quote.kind, quote.pieces) == ("quote", [TextPiece("text", "> " * 3999 + "x")])
    [line] = blocks("[" * 4000 + "]" * 4000)
    assert line.pieces == [TextPiece("text", "[" * 4000 + "]" * 4000)]


def test_a_fence_that_is_never_closed_makes_every_line_a_line():
    assert {block.kind for block in blocks("```python\n" + "x = 1\n" * 4000)} == {"line"}


def steps_of(text):
    """The lines of Python that run until the blocks are known."""
    count = 0

    def see(frame, event, argument):
        nonlocal count
        count += event == "line"
        return see

    before = sys.gettrace()
    sys.settrace(see)
    try:
        blocks(text)
    finally:
        sys.settrace(before)
    return count
