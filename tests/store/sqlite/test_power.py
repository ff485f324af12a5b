"""When the disk is asked for what: seen from outside, by strace."""

import re
import subprocess
import sys

import pytest
from tests.store import appending

COUNT = 20
CALL = re.compile(r"^(\d+) +(\w+)\((\d+)(?:<([^>]*)>)?")


@pytest.fixture
def traced(needs, tmp_path):
    """Append COUNT messages one by one; the calls that matter in order: write, sync and told."""
    strace = needs("strace", "apt-get install strace")

    def run(durability):
        command = [
            strace,
            "-f",
            "-y",
            "-s",
            "4",
            "-e",
            "trace=pwrite64,write,fsync,fdatasync",
            "-o",
            str(tmp_path / "calls"),
        ]
        words = [appending.__file__, tmp_path / "data", durability, COUNT]
        subprocess.run([*command, sys.executable, *map(str, words)], check=True, stdout=subprocess.DEVNULL)
        return list(_steps((tmp_path / "calls").read_text()))

    return run


def _steps(calls):
    """What the writer and the loop do. Others copy the log file now and then and keep the index; they hinder nobody."""
    writer = ""
    for thread, name, handle, path in map(re.Match.groups, filter(None, map(CALL.match, calls.splitlines()))):
        if name == "pwrite64" and (path or "").endswith("/chover.db-wal"):
            writer = thread
            yield "write"
        elif name in {"fsync", "fdatasync"} and thread == writer:
            yield "sync"
        elif name == "write" and handle == "1":
            yield "told"


def appends(steps):
    """The steps of each append, from one ``told`` to the next; the first is the opening of the channel too."""
    return [part.split() for part in " ".join(steps).split("told")[1:COUNT]]


def test_power_brings_each_commit_to_the_disk_between_its_last_write_and_its_outcome(traced):
    parts = appends(traced("power"))
    assert len(parts) == COUNT - 1
    for part in parts:
        assert part[0] == "write"
        assert part[-1] == "sync"


def test_process_writes_before_each_outcome_and_waits_for_no_disk(traced):
    parts = appends(traced("process"))
    assert len(parts) == COUNT - 1
    assert all("write" in part for part in parts)
    # A log file that begins anew is brought to the disk once, whatever the durability.
    assert len([part for part in parts if "sync" in part]) <= 1
