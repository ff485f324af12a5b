"""Which backups stay, and which uploads with them."""

import pytest
from tests.backup.conftest import DAY, MOMENT

from chover.backup.directory import backups_in, prune, trusted_now
from chover.backup.errors import BackupError


@pytest.fixture
async def week(place):
    """A backup a day for seven days; the last is of MOMENT."""
    for day in range(6, -1, -1):
        place.back_up(MOMENT - day * DAY)
    return place.place


def days(root):
    return [path.name[8:10] for path in backups_in(root)]


@pytest.mark.parametrize(
    ("keep", "age", "left"),
    [
        (3, 0, ["13", "14", "15"]),
        (0, 2, ["14", "15"]),
        (1, 3, ["13", "14", "15"]),
        (4, 1, ["12", "13", "14", "15"]),
        (0, 100, ["09", "10", "11", "12", "13", "14", "15"]),
    ],
)
async def test_a_backup_stays_while_its_number_or_its_age_keeps_it(week, keep, age, left):
    assert prune(week, keep, age, MOMENT) == 7 - len(left)
    assert days(week) == left


async def test_the_newest_stays_however_old_it_is(week):
    prune(week, 0, 1, MOMENT + 400 * DAY)
    assert days(week) == ["15"]


@pytest.mark.parametrize(("confirmed", "left"), [(True, ["15", "19"]), (False, ["13", "14", "15", "19"])])
async def test_by_a_clock_that_may_have_jumped_ahead_no_more_goes_than_before_it_did(week, place, confirmed, left):
    place.back_up(MOMENT + 400 * DAY)
    now = trusted_now(week, MOMENT + 400 * DAY, confirmed=confirmed)

    prune(week, 2, 3, now)

    assert [name[-2:] for name in days(week)][-4:] == left


async def test_a_backup_each_day_is_judged_by_the_clock(week):
    assert trusted_now(week, MOMENT, confirmed=False) == MOMENT


async def test_uploads_that_no_backup_needs_go_with_the_last_that_did(place):
    old, kept = await place.upload(b"old"), await place.upload(b"kept")
    place.back_up(MOMENT - DAY)
    (place.data / "files" / old[:2] / old).unlink()
    place.back_up()
    assert len(list(place.place.glob("files/??/*"))) == 2

    prune(place.place, 1, 0, MOMENT)

    assert [path.name for path in place.place.glob("files/??/*")] == [kept]
    assert place.check().size > 0


async def test_beside_a_damaged_manifest_no_upload_is_removed(place):
    digest = await place.upload(b"old")
    place.back_up(MOMENT - 2 * DAY)
    place.back_up(MOMENT - DAY)
    (place.data / "files" / digest[:2] / digest).unlink()
    place.back_up()
    (backups_in(place.place)[1] / "manifest.json").write_text("{")

    with pytest.raises(BackupError, match=r"is damaged: its manifest\.json cannot be read"):
        prune(place.place, 2, 0, MOMENT)

    assert [path.name for path in place.place.glob("files/??/*")] == [digest]


async def test_two_backups_of_one_second_have_two_names(place):
    place.back_up()
    place.back_up()
    assert [path.name for path in backups_in(place.place)] == ["2027-01-15T080000Z", "2027-01-15T080000Z-2"]
