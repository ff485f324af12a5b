"""Lines between days are where the calendar has another day, also where the clock is put forward or back."""

import re
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.client.screen.stage import stage

CHANGES = [
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/Santiago", "2026-04-05"),  # There is a second hour before midnight.
    ("America/Santiago", "2026-09-06"),  # There is no midnight: the day begins at one.
    ("Australia/Lord_Howe", "2026-04-05"),  # By half an hour.
    ("Australia/Lord_Howe", "2026-10-04"),
]
DAY = re.compile(r"─ (\w+, \d+ \w+ \d+) ─")


def named(at, zone):
    date = datetime.fromtimestamp(at / 1000, zone)
    return f"{date:%A}, {date.day} {date:%B %Y}"


async def rows(screen):
    """Names of days, and the times in milliseconds of what stands below each."""
    days = []
    for row in (await screen.picture()).split("\n"):
        if found := DAY.search(row):
            days.append((found[1], []))
        elif found := re.search(r"Bob (\d+)$", row):
            days[-1][1].append(int(found[1]))
    return days


@pytest.fixture(params=["the screen's", "the machine's"])
def zone_of(request, monkeypatch):
    """What makes a zone that of whoever looks."""

    def set_zone(host, name):
        if request.param == "the screen's":
            host.zone = lambda: ZoneInfo(name)
            return
        host.zone = lambda: None
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield set_zone
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(("name", "date"), CHANGES)
async def test_each_day_of_the_calendar_has_one_line(name, date, zone_of):
    zone = ZoneInfo(name)
    begin = datetime.fromisoformat(date).replace(tzinfo=zone).astimezone(UTC) - timedelta(hours=26)
    async with stage(80, 200) as screen:
        zone_of(screen.host, name)
        screen.host.at = round(begin.timestamp() * 1000)
        await screen.online("Alice", "#lobby")
        for _ in range(4 * 54):
            at = screen.host.at
            stamp = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            screen.bob(str(at), time=stamp)
            screen.pass_(15 * 60_000 - 1000)
        screen.resize(80, 260)
        days = await rows(screen)
        assert len(days) in {3, 4}
        assert len({name for name, _ in days}) == len(days)
        for day, times in days:
            assert {named(at, zone) for at in times} == {day}


async def test_what_waits_after_midnight_stands_under_the_line_of_that_day():
    async with stage(60, 12) as screen:
        screen.host.zone = lambda: ZoneInfo("Europe/Berlin")
        screen.host.at = round(datetime(2026, 10, 25, 23, 59, 30, tzinfo=ZoneInfo("Europe/Berlin")).timestamp() * 1000)
        await screen.online("Alice", "#lobby")
        await screen.line("before")
        screen.echo("m1")
        screen.pass_(60_000)
        await screen.line("after")
        await screen.line("again")
        picture = (await screen.picture()).split("\n")
        at = next(at for at, row in enumerate(picture) if "Monday, 26 October 2026" in row)
        assert "before" in picture[at - 1]
        assert "00:00     Alice after [sending]" in picture[at + 1]
        assert "again" in picture[at + 2]
        screen.echo("m2")
        assert (await screen.picture()).count("Monday, 26 October 2026") == 1
