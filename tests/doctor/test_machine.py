import contextlib
import os
import sqlite3
import time
from types import SimpleNamespace

import pytest

from chover.doctor import machine
from chover.edge.io_uring import Unavailable

GOOD = {"f_bavail": 10**9, "f_frsize": 4096, "f_flag": 0, "f_files": 10**9, "f_favail": 10**9}


def only(check, patient):
    (row,) = check(patient)
    return row


@pytest.fixture
def newest(directory):
    """Put a message of a time, in seconds since 1970, into the database."""

    def put(at):
        with contextlib.closing(sqlite3.connect(directory / "chover.db", isolation_level=None)) as db:
            db.execute("INSERT INTO log (no, id) VALUES (99, 'c1')")
            row = (99, 1, int(at * 1000), "m1", "said", 1, "ga", "{}")
            db.execute(f"INSERT INTO event (log_no, seq, at, msgid, kind, version, actor, data) VALUES {row}")

    return put


def test_a_clock_behind_the_newest_message_is_told(patient, newest):
    newest(time.time() + 3600)
    row = only(machine.clock, patient())
    assert row.level == "failed"
    assert 3590 < int(row.text.split()[3]) <= 3600
    assert "timedatectl set-ntp true" in row.fix


def test_a_clock_that_the_running_server_saw_jump_is_told(patient):
    jump = "the clock jumped ahead by 7200 s. If it is wrong now, set it before more is said: timedatectl"
    row = only(machine.clock, patient(status={"pid": 1, "warnings": ["the disk is full", jump]}))
    assert (row.level, row.text) == ("failed", "the clock jumped ahead by 7200 s")
    assert row.fix == machine.SET_CLOCK


@pytest.mark.parametrize(("known", "level"), [(False, "advice"), (True, "ok"), (None, "ok")])
def test_a_clock_that_nobody_keeps_right_is_told(patient, newest, monkeypatch, known, level):
    newest(time.time() - 5)
    monkeypatch.setattr(machine, "synchronised", lambda: known)
    assert only(machine.clock, patient()).level == level


def test_the_kernel_is_asked_whether_the_clock_is_kept_right():
    assert machine.synchronised() in {True, False, None}


@pytest.mark.parametrize(
    ("given", "level", "words"),
    [
        ({}, "ok", "TB free" if False else "GB free"),
        ({"f_bavail": 200_000}, "advice", "819 MB left"),
        ({"f_bavail": 10}, "failed", "0 MB left"),
        ({"f_favail": 5}, "failed", "room for 5 more files"),
        ({"f_files": 0, "f_favail": 0}, "ok", "free"),
        ({"f_flag": os.ST_RDONLY}, "failed", "may only be read"),
    ],
)
def test_a_disk_without_room_is_told(patient, monkeypatch, given, level, words):
    monkeypatch.setattr(machine.os, "statvfs", lambda _: SimpleNamespace(**GOOD | given))
    row = only(machine.disk, patient())
    assert row.level == level
    assert words in row.text
    assert bool(row.fix) is (level != "ok")


@pytest.mark.parametrize(("most", "level"), [(128, "failed"), (1024, "advice"), (65536, "ok")])
def test_too_few_open_files_are_told_of_the_server_that_runs(patient, proc, most, level):
    proc("self/limits", "Max open files  99999999  99999999  files\n")
    proc("7/limits", f"Max cpu time  unlimited  unlimited  seconds\nMax open files  {most}  524288  files\n")
    row = only(machine.open_files, patient(status={"pid": 7, "addresses": []}))
    assert row.level == level
    assert ("LimitNOFILE=65536" in row.fix) is (level != "ok")


@pytest.mark.parametrize(("kind", "level"), [("nfs4", "failed"), ("fuse.sshfs", "failed"), ("ext4", "ok")])
def test_a_disk_on_which_locks_do_not_hold_is_told(patient, proc, tmp_path, kind, level):
    proc("net/if_inet6", "")
    proc("mounts", f"/dev/sda / ext4 rw 0 0\nserver:/x {tmp_path} {kind} rw 0 0\nproc /proc proc rw 0 0\n")
    row = only(machine.kernel, patient())
    assert row.level == level
    if level == "failed":
        assert f"is on {kind} ({tmp_path})" in row.text
        assert "server.data_dir" in row.fix


def test_what_the_kernel_lacks_is_told(patient, proc, monkeypatch):
    proc("mounts", "/dev/sda / ext4 rw 0 0\n")
    monkeypatch.delattr(machine.socket, "send_fds")
    rows = list(machine.kernel(patient()))
    assert [row.level for row in rows] == ["advice", "advice"]
    assert "SSH" in rows[0].text
    assert "IPv6" in rows[1].text


def test_whether_lines_are_sent_in_one_call_is_told(patient, monkeypatch):
    class Forbidden:
        def __init__(self):
            raise Unavailable("the kernel or the container forbids it")

    monkeypatch.setattr(machine, "Ring", Forbidden)
    row = only(machine.io_uring, patient())
    assert (row.level, row.fix) == ("ok", "")
    assert "not used: the kernel or the container forbids it" in row.text
    monkeypatch.setattr(machine, "Ring", lambda: SimpleNamespace(close=lambda: None))
    assert "in one system call" in only(machine.io_uring, patient()).text
    assert "as server.io_uring says" in only(machine.io_uring, patient(server__io_uring=False)).text
