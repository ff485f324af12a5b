"""``chover backup`` and ``chover restore`` as people meet them: one line each, progress on a terminal."""

import io
import json
import re

import pytest

from chover.cli.progress import TerminalProgress
from chover.store import last_backup
from chover.store.lock import DirectoryLock


@pytest.fixture
def backups(tmp_path):
    return tmp_path / "backups"


def test_a_backup_and_its_restore(chover_says, lived_in, data, backups, tmp_path):
    status, out, err = chover_says("backup", str(backups), "--data", str(data))
    assert (status, err) == (0, "")
    assert re.fullmatch(rf"backed up [\d.]+ kB to {backups} in \d\.\d s; 0 of 0 uploads new \(0 bytes\)\n", out)

    status, out, err = chover_says("restore", str(backups), "--data", str(tmp_path / "new"))
    assert (status, err) == (0, "")
    assert re.match(rf"the backup of 20\d\d-\d\d-\d\d \d\d:\d\d is in {tmp_path / 'new'}: 1 file, [\d.]+ kB\n", out)

    status, out, _ = chover_says("account", "list", "--data", str(tmp_path / "new"))
    assert (status, "alice" in out) == (0, True)


def test_the_data_directory_knows_when_it_was_backed_up(chover_says, lived_in, data, backups):
    chover_says("backup", str(backups), "--data", str(data))
    (manifest,) = backups.glob("2*/manifest.json")
    noted = last_backup.read(data)
    assert noted is not None
    assert (noted.at, noted.to) == (json.loads(manifest.read_text())["made_at"], str(backups))

    chover_says("backup", str(backups), "--data", str(data))
    assert not [*backups.glob("2*/data/last_backup.json")]


def test_check_only_reads(chover_says, lived_in, data, backups, tmp_path):
    chover_says("backup", str(backups), "--data", str(data))
    before = sorted(tmp_path.rglob("*"))

    status, out, err = chover_says("restore", str(backups), "--check", "--data", str(tmp_path / "new"))

    assert (status, err) == (0, "")
    assert " is complete: 1 file, " in out
    assert sorted(tmp_path.rglob("*")) == before


def test_old_backups_are_removed_when_it_is_asked(chover_says, lived_in, data, backups):
    for _ in range(3):
        chover_says("backup", str(backups), "--data", str(data))
    status, out, _ = chover_says("backup", str(backups), "--keep", "2", "--data", str(data))
    assert (status, "; 2 old backups removed" in out) == (0, True)
    assert len(list(backups.glob("2*"))) == 2


def test_settings_elsewhere_are_named_when_they_are_restored(chover_says, lived_in, data, backups, tmp_path):
    file = tmp_path / "etc.toml"
    file.write_text('[server]\nnetwork = "Tea"\n')
    chover_says("backup", str(backups), "--data", str(data), "--config", str(file))

    _, out, _ = chover_says("restore", str(backups), "--data", str(tmp_path / "new"))

    assert f"{tmp_path / 'new' / 'settings' / '1-etc.toml'} was {file}: put it back if it is not there" in out
    assert (tmp_path / "new" / "settings" / "1-etc.toml").read_text() == file.read_text()


@pytest.mark.parametrize(
    ("target", "line"),
    [
        ("a-file", "a file stands where a directory is needed; choose another place"),
        ("a-file/below", "a file stands where a directory is needed; choose another place"),
        ("data/inside", "is inside the data directory"),
    ],
)
def test_a_place_that_cannot_be_used_is_one_line(chover_says, lived_in, data, tmp_path, target, line):
    (tmp_path / "a-file").write_text("mine")
    status, out, err = chover_says("backup", str(tmp_path / target), "--data", str(data))
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert line in err


def test_two_backups_to_one_place_do_not_mix(chover_says, lived_in, data, backups):
    lock = DirectoryLock(backups)
    status, _, err = chover_says("backup", str(backups), "--data", str(data))
    lock.release()
    assert (status, "another backup to" in err) == (1, True)


def test_a_damaged_backup_is_one_line(chover_says, lived_in, data, backups, tmp_path):
    chover_says("backup", str(backups), "--data", str(data))
    (database,) = backups.glob("2*/data/chover.db")
    database.write_bytes(database.read_bytes()[:-1])

    status, out, err = chover_says("restore", str(backups), "--data", str(tmp_path / "new"))

    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "is damaged: data/chover.db does not match its checksum; use another backup" in err


class Tty(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_sees_how_far_it_is_and_nothing_is_left_of_it():
    out = Tty()
    with TerminalProgress(out) as progress:
        progress.begin("files", 2_000_000)
        progress._next = 0
        progress.moved(500_000)
        assert out.getvalue().endswith("files: 500 kB of 2 MB, 25 %")
    assert out.getvalue().endswith("\r\x1b[K")


def test_elsewhere_nothing_is_written():
    out = io.StringIO()
    with TerminalProgress(out) as progress:
        progress.begin("files", 10)
        progress.moved(5)
    assert out.getvalue() == ""
