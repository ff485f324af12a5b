"""What is typed into the search; the web client reads the same cases (tests/web/units/query.test.js)."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chover.client.searching import Asking, attributes_of
from chover.client.state.actions import CannotDo

CASES = json.loads((Path(__file__).parents[1] / "queries.json").read_text("utf-8"))
ASKING = Asking(CASES["now"], ZoneInfo(CASES["zone"]), CASES["here"], CASES["files"])


@pytest.mark.parametrize(("typed", "attributes"), CASES["understood"])
def test_what_is_understood(typed, attributes):
    assert attributes_of(typed, ASKING) == attributes


@pytest.mark.parametrize(("typed", "words"), CASES["refused"])
def test_what_is_not_understood_is_said(typed, words):
    with pytest.raises(CannotDo) as refused:
        attributes_of(typed, ASKING)
    assert str(refused.value) == words


def test_without_files_nothing_has_one():
    with pytest.raises(CannotDo, match="does not store files"):
        attributes_of("has:file", Asking(CASES["now"], None))
