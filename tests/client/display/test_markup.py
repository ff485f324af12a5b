"""What is shown of a message, as both clients read it; tests/web/units runs the same cases (tests/markup.json)."""

import json
import time
from pathlib import Path

import pytest

from chover.client.display.markup import blocks

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
