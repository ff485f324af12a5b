"""Days and times have the names of the language that is spoken, whatever the process's own locale is."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chover import i18n
from chover.client.display.dates import clock_time, long_date

MORNING = datetime(2026, 3, 2, 9, 5, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "Monday, 2 March 2026"), ("de", "Montag, 2. März 2026"), ("ar", "الاثنين، 2 مارس 2026")],
)
def test_a_day_in_full(language, shown):
    with i18n.speaking(language):
        assert long_date(MORNING) == shown


@pytest.mark.parametrize("language", [*i18n.languages()])
def test_every_day_of_a_year_has_a_name_of_its_own(language):
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    with i18n.speaking(language):
        assert len({long_date(day) for day in days}) == 365


@pytest.mark.parametrize(
    ("form", "english", "german"),
    [
        ("%H:%M", "09:05", "09:05"),
        ("%I:%M%p", "09:05AM", "09:05AM"),
        ("%a", "Mon", "Mo"),
        ("%d-%b", "02-Mar", "02-Mär"),
        ("%%a", "%a", "%a"),
    ],
)
def test_a_time_in_a_format_that_somebody_has_chosen(form, english, german):
    assert clock_time(MORNING, form) == english
    with i18n.speaking("de"):
        assert clock_time(MORNING, form) == german


def test_the_afternoon():
    assert clock_time(MORNING + timedelta(hours=12), "%I:%M%p") == "09:05PM"
