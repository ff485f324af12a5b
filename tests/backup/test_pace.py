"""A backup beside a server rests as long as it works, and what it wrote is on the disk before."""

from chover.backup.pace import BURST, BackupPace, NoProgress


def paced(*, gentle):
    clock, told = [0.0], []
    pace = BackupPace(NoProgress(), gentle=gentle, rest=told.append, now=lambda: clock[0])

    def work(count, seconds):
        clock[0] += seconds
        pace.did(count, lambda: told.append("synced"))

    return work, told


def test_beside_a_server_it_rests_as_long_as_a_burst_took():
    work, told = paced(gentle=True)
    work(BURST - 1, 1.0)
    assert told == []
    work(1, 0.5)
    work(BURST, 0.25)
    assert told == ["synced", 1.5, "synced", 0.25]


def test_work_without_bytes_rests_as_long_as_it_took():
    clock, rests = [0.0], []
    pace = BackupPace(NoProgress(), gentle=True, rest=rests.append, now=lambda: clock[0])
    for moment in (0.001, 0.004, 0.008, 0.009, 0.020):
        clock[0] = moment
        pace.worked()
    assert rests == [0.008, 0.012]


def test_alone_it_never_rests():
    work, told = paced(gentle=False)
    work(BURST, 1.0)
    assert told == ["synced"]
