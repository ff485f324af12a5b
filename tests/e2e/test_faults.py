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


@pytest.mark.parametrize("fault", [faults.file_limit, faults.busy_database])
def test_what_cannot_be_kept_is_told_and_nothing_else_is_lost(fault):
    assert fault(FEW)[:3] == (0, 0, 0)
