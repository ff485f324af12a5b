"""Links to messages: the same as those of the web client, copied or shown."""

import json
from pathlib import Path

import pytest

from chover.client.display.addresses import fragment

CASES = json.loads((Path(__file__).parents[2] / "places.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_both_clients_make_the_same_link(case):
    assert fragment(case["name"], case["msgid"]) == case["fragment"]
