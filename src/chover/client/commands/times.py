"""Times as people write them: "20m", "2h", "9:00", "tomorrow 9:00", "monday", "2026-12-01 14:30".

The page has the same rules (web/commands/times.js); both are tried with tests/client/commands/times.json.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple

from chover.client.state.actions import CannotDo
from chover.i18n import N_, _

HELP: Final = N_("Write the time as 20m, 2h, 3d, 9:00, tomorrow 9:00, monday 9:00 or 2026-12-01 14:30.")
MORNING: Final = time(9)
"""The time of a day that is named without one."""
_DURATION: Final = re.compile(r"(?:\d{1,6}[mhdw])+", re.ASCII | re.IGNORECASE)
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT: Final = 3
"""Letters by which a weekday is known."""


class Timed(NamedTuple):
    """A time as the server takes it, and the text behind it."""

    when: str
    """``20m``, or ``timestamp=…``."""
    rest: str


def split_time(text: str, now: int, zone: tzinfo | None) -> Timed:
    """The time at the beginning of a text. ``now`` in ms since 1970; ``zone`` None: this machine's. Raises CannotDo."""
    first, _space, rest = text.strip().partition(" ")
    if _DURATION.fullmatch(first):
        return Timed(first.lower(), rest.strip())
    here = datetime.fromtimestamp(now / 1000, zone) if zone else datetime.fromtimestamp(now / 1000).astimezone()
    day = _day(first.lower(), here.date())
    clock, _space, after = rest.strip().partition(" ")
    at = _clock(clock if day else first)
    if day is None and at is None:
        raise CannotDo(_(HELP))
    moment = _moment(day or here.date(), at or MORNING, zone)
    if day is None and moment <= here:
        moment = _moment(here.date() + timedelta(days=1), at or MORNING, zone)
    if moment <= here:
        raise CannotDo(_("This time has passed; name a later one."))
    stamp = f"timestamp={moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
    return Timed(stamp, (after if day and at else rest).strip())


def _moment(day: date, at: time, zone: tzinfo | None) -> datetime:
    moment = datetime.combine(day, at)
    return moment.replace(tzinfo=zone) if zone else moment.astimezone()


def _clock(word: str) -> time | None:
    found = _CLOCK.fullmatch(word)
    return time(int(found[1]), int(found[2])) if found else None


def _day(word: str, today: date) -> date | None:
    """Raises CannotDo for a date that does not exist."""
    if _DATE.fullmatch(word):
        try:
            return date.fromisoformat(word)
        except ValueError:
            raise CannotDo(_("There is no {day}.", day=word)) from None
    ahead = {"today": 0, "tomorrow": 1}.get(word)
    if ahead is None:
        ahead = next(_weekday(word, today), None)
    return None if ahead is None else today + timedelta(days=ahead)


def _weekday(word: str, today: date) -> Iterator[int]:
    """How many days ahead the next day of that name is, from 1 to 7."""
    for number, name in enumerate(_WEEKDAYS):
        if word in {name, name[:_SHORT]}:
            yield (number - today.weekday() - 1) % 7 + 1
