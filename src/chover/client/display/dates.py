"""Dates and times in a person's language. The process's own locale says nothing: many people may share it."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from chover.i18n import N_, _

WEEKDAYS: Final = (
    (N_("Monday"), N_("Mon")),
    (N_("Tuesday"), N_("Tue")),
    (N_("Wednesday"), N_("Wed")),
    (N_("Thursday"), N_("Thu")),
    (N_("Friday"), N_("Fri")),
    (N_("Saturday"), N_("Sat")),
    (N_("Sunday"), N_("Sun")),
)
"""By their numbers, with their short forms."""
MONTHS: Final = (
    (N_("January"), N_("Jan")),
    (N_("February"), N_("Feb")),
    (N_("March"), N_("Mar")),
    (N_("April"), N_("Apr")),
    (N_("May"), N_("May")),
    (N_("June"), N_("Jun")),
    (N_("July"), N_("Jul")),
    (N_("August"), N_("Aug")),
    (N_("September"), N_("Sep")),
    (N_("October"), N_("Oct")),
    (N_("November"), N_("Nov")),
    (N_("December"), N_("Dec")),
)
_NAMES: Final = re.compile("%[abp%]")


def long_date(day: date) -> str:
    """A day in full, as in "Monday, 2 March 2026"."""
    return _(
        "{weekday}, {day} {month} {year}",
        weekday=_(WEEKDAYS[day.weekday()][0]),
        day=day.day,
        month=_(MONTHS[day.month - 1][0]),
        year=day.year,
    )


def clock_time(moment: datetime, form: str) -> str:
    """A moment in a format of strftime, with the names of this language."""
    if form == "%H:%M":
        # It is asked for each message that is drawn, and strftime is slow.
        return f"{moment.hour:02}:{moment.minute:02}"
    if _NAMES.search(form) is None:
        return moment.strftime(form)
    names = {
        "%a": _(WEEKDAYS[moment.weekday()][1]),
        "%b": _(MONTHS[moment.month - 1][1]),
        "%p": _("AM") if moment.hour < 12 else _("PM"),
    }
    return moment.strftime(_NAMES.sub(lambda found: names.get(found[0], found[0]), form))
