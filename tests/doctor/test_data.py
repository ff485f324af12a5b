import contextlib
import os
import socket
import sqlite3
import time

import pytest

from chover.doctor import data
from chover.store.lock import DirectoryLock
from chover.store.sqlite.database import VERSION


def rows(check, patient):
    return list(check(patient))


def only(check, patient):
    (row,) = check(patient)
    return row


def stamp(directory, version):
    with contextlib.closing(sqlite3.connect(directory / "chover.db", isolation_level=None)) as db:
        db.execute("UPDATE alembic_version SET version_num = ?", (version,))


def test_data_of_this_version_is_well_and_nothing_is_made_beside_it(patient, directory):
    before = sorted(directory.iterdir())
    assert only(data.schema, patient()).text == VERSION
    assert sorted(directory.iterdir()) == before


def test_before_the_first_start_there_is_none(patient, directory):
    for path in directory.iterdir():
        path.unlink()
    directory.rmdir()
    for check in (data.schema, data.leftovers, data.secrets):
        assert only(check, patient()).level == "ok"
    assert not directory.exists()


def test_data_of_a_newer_version_is_told(patient, directory):
    stamp(directory, "9999")
    row = only(data.schema, patient())
    assert row.level == "failed"
    assert "9999" in row.text
    assert "pip install --upgrade chover" in row.fix


def test_data_of_an_older_version_will_be_upgraded(patient, directory):
    stamp(directory, "0001")
    assert only(data.schema, patient()).level == "advice"


def test_data_that_cannot_be_read_is_told(patient, directory):
    (directory / "chover.db").write_bytes(b"no database at all, but long enough to be looked at" * 100)
    row = only(data.schema, patient())
    assert row.level == "failed"
    assert f"chover recover --data {directory}" in row.fix


def test_a_lock_that_nobody_answers_for_is_told(patient, directory):
    lock = DirectoryLock(directory)
    try:
        row = only(data.leftovers, patient())
        assert row.level == "failed"
        assert f"process {os.getpid()} has" in row.text
        assert f"kill {os.getpid()}" in row.fix
        assert only(data.leftovers, patient(status={"pid": os.getpid(), "addresses": []})).level == "ok"
    finally:
        lock.release()
    assert only(data.leftovers, patient()).level == "ok"


def test_the_socket_of_a_killed_server_is_told(patient, directory):
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(directory / "admin.sock"))
    row = only(data.leftovers, patient())
    assert (row.level, row.fix) == ("advice", f"rm {directory}/admin.sock")


@pytest.mark.parametrize("name", ["tls-key.new", ".ssh_host_ed25519_key.77", "files/.arriving-1"])
def test_files_that_were_never_finished_are_told_once_they_are_old(patient, directory, name):
    path = directory / name
    path.parent.mkdir(exist_ok=True)
    path.touch()
    assert only(data.leftovers, patient()).level == "ok"
    os.utime(path, (time.time() - 100_000,) * 2)
    row = only(data.leftovers, patient())
    assert (row.level, row.fix) == ("advice", f"rm {path}")


@pytest.mark.parametrize(("name", "mode", "fix"), [("chover.db", 0o644, "chmod 600"), (".", 0o755, "chmod 700")])
def test_what_others_may_read_is_told(patient, directory, name, mode, fix):
    assert only(data.secrets, patient()).level == "ok"
    (directory / name).chmod(mode)
    row = only(data.secrets, patient())
    assert (row.level, row.fix) == ("failed", f"{fix} {directory / name}")


def test_a_file_of_another_owner_is_told(patient, directory, monkeypatch):
    real = type(directory).lstat

    def lstat(path):
        held = real(path)
        return os.stat_result((*held[:4], held.st_uid + 1, *held[5:])) if path.name == "search.db" else held

    (directory / "search.db").touch(0o600)
    monkeypatch.setattr(type(directory), "lstat", lstat)
    row = only(data.secrets, patient())
    assert row.level == "failed"
    assert "search.db does not belong to" in row.text
    assert "chown" in row.fix


@pytest.mark.parametrize(
    ("text", "mode", "level"),
    [
        ('[server]\npassword = "x"\n', 0o644, "failed"),
        ('[server]\npassword = "x"\n', 0o640, "ok"),
        ('[server]\n# password = "x"\nnetwork = "Ours"\n', 0o644, "ok"),
        ('[store]\nurl = "postgresql://me:x@db/chat"\n', 0o644, "failed"),
        ('[web]\nurl = "https://chat.example.org"\n', 0o644, "ok"),
        ('[[operators]]\nname = "al"\npassword = "x"\n', 0o644, "failed"),
    ],
)
def test_passwords_in_settings_that_everybody_reads_are_told(patient, tmp_path, text, mode, level):
    file = tmp_path / "mine.toml"
    file.write_text(text)
    file.chmod(mode)
    row = only(data.secrets, patient(config_file=file))
    assert row.level == level
    assert row.fix == (f"chmod 640 {file}" if level == "failed" else "")
