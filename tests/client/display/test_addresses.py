"""Addresses of the web, as both clients find them: the cases are tests/links.json, which tests/web/units runs, too."""

import json
from pathlib import Path

import pytest

from chover.client.display.text import spans

CASES = json.loads((Path(__file__).parents[2] / "links.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_addresses_are_found_without_the_punctuation_around_them(case):
    assert [span.text for span in spans(case["text"]) if span.link] == case["links"]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("https://example.org/ü?q=ß#é", "https://example.org/%C3%BC?q=%C3%9F#%C3%A9"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("https://example.org/%C3%BC/ü", "https://example.org/%C3%BC/%C3%BC"),
    ],
)
def test_a_link_of_the_terminal_is_ascii(text, target):
    assert [span.link for span in spans(text) if span.link] == [target]


def test_a_link_is_not_longer_than_anybody_s_address():
    assert [span.link for span in spans(f"https://example.org/{'x' * 3000}")] == [""]


def test_an_address_that_is_far_too_long_is_text_and_is_not_looked_at_again_and_again():
    assert [span.link for span in spans("https://a.example/" + ")" * 100_000)] == [""]
