"""A message in one line, as both clients show it; tests/web/units runs the same cases (tests/one_lines.json)."""

import json
from pathlib import Path

import pytest

from chover.client.display.message import one_line

CASES = json.loads((Path(__file__).parents[2] / "one_lines.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_a_message_in_one_line(case):
    assert one_line(case["text"]) == case["line"]
