"""A short form of benchmarks.faults: a pair chats beside each fault, and nothing that was acknowledged is lost."""

import pytest
from benchmarks import faults

FEW = 20


@pytest.mark.parametrize("name", [name for name in faults.FAULTS if "1000" not in name])
def test_nothing_is_lost_beside_connections_that_misbehave(name):
    count, first = faults.FAULTS[name]
    lost, repeated, reordered, acknowledged, wait, memory = faults.measured(FEW, min(count, 50), first)
    assert (lost, repeated, reordered) == (0, 0, 0)
    assert acknowledged == FEW + FEW // 4
    assert wait < 10
    assert memory < 50


OF_SQLITE = [faults.file_limit, faults.busy_database, faults.machine_faults.read_only_disk]
FAULTS = [faults.cut_off, faults.machine_faults.expired_certificate, faults.machine_faults.hanging_dns]
one_file = pytest.mark.single_process("it keeps the file of SQLite from being written")


@pytest.mark.parametrize("fault", [*[pytest.param(each, marks=one_file) for each in OF_SQLITE], *FAULTS])
def test_what_a_fault_keeps_from_being_kept_is_told_and_nothing_else_is_lost(fault):
    """Each fault checks itself that it came about, and that people and the operator were told."""
    figures = fault(FEW)
    if figures is None:
        pytest.skip("it needs the right to mount a disk, or to use port 53")
    assert figures[:3] == (0, 0, 0)
