"""Times as people write them; the page's run of the same table is tests/web/units/times.test.js."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from chover.client.commands.times import split_time
from chover.client.state.actions import CannotDo

TABLE = json.loads(Path(__file__).with_name("times.json").read_text(encoding="utf-8"))
NOW = round(datetime.fromisoformat(TABLE["now"]).timestamp() * 1000)


@pytest.mark.parametrize(("text", "when", "rest"), TABLE["times"])
def test_a_time_is_read_and_the_text_behind_it_is_left(text, when, rest):
    assert split_time(text, NOW, UTC) == (when, rest)


@pytest.mark.parametrize("text", TABLE["refused"])
def test_what_is_no_time_or_has_passed_is_refused(text):
    with pytest.raises(CannotDo):
        split_time(text, NOW, UTC)


def test_a_time_of_day_is_one_in_the_persons_zone():
    berlin = timezone(timedelta(hours=1))
    assert split_time("11:30", NOW, berlin).when == "timestamp=2026-11-30T10:30:00.000Z"
    assert split_time("11:00", NOW, berlin).when == "timestamp=2026-12-01T10:00:00.000Z"
