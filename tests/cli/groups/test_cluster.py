"""``chover cluster status``: what needs a look stands out, and is in the exit status."""

import pytest

from chover.cli.groups.cluster import screen, warnings_of
from chover.ports.bus import NodeFacts

NOW = 1_800_000_000.0
WELL = NodeFacts("aa11", "26.11.0", "one.test:55555", 3, 1_796_000_000_000, 5.2, ["hooks", "retention"], 120)


def node(**values):
    return NodeFacts(**{"id": "bb22", "version": "26.11.0", "address": "two.test", "epoch": 1, "started": 1, **values})


def test_a_well_cluster_is_a_table_and_nothing_to_look_at():
    nodes = [WELL, node(seconds_left=4.9)]
    assert list(warnings_of(nodes, NOW)) == []
    head, first, second, _, last = screen(nodes, [])
    assert head.split() == ["NODE", "VERSION", "STARTED", "EPOCH", "LEASE", "SESSIONS", "LAG", "JOBS", "ADDRESS"]
    assert first.endswith("3      5.2 s  120       0    hooks retention  one.test:55555")
    assert second.split()[-3:] == ["0", "-", "two.test"]
    assert last == "nothing to look at"


@pytest.mark.parametrize(
    ("values", "shown", "expected"),
    [
        ({"seconds_left": -12.3}, "SILENT", "is silent, its lease ended 12 s ago"),
        ({"seconds_left": 0.0, "died": int(NOW * 1000) - 7_200_000}, "DEAD", "was declared dead 2 h 0 min ago"),
        ({"seconds_left": 5.0, "lag_seconds": 31.0, "lag_events": 400}, "400 events, 31 s", "is 31 s behind the log"),
    ],
)
def test_a_node_that_is_not_well_stands_out(values, shown, expected):
    nodes = [WELL, node(**values)]
    [warning] = warnings_of(nodes, NOW)
    assert warning.startswith("node bb22 (two.test) ")
    assert expected in warning
    assert shown in screen(nodes, [warning])[2]
    assert screen(nodes, [warning])[-1] == f"! {warning}"


@pytest.mark.parametrize("nodes", [[], [node(seconds_left=0.0, died=1)]])
def test_no_node_at_all_is_told(nodes):
    assert next(warnings_of(nodes, NOW)) == "no node is running: start one with chover serve"


def test_two_versions_are_told_and_nothing_is_wrong_with_them():
    nodes = [WELL, node(seconds_left=4.9, version="26.12.0")]
    assert list(warnings_of(nodes, NOW)) == []
    assert "versions 26.11.0 and 26.12.0 run beside each other" in screen(nodes, [])


def test_nothing_that_a_node_says_commands_the_terminal():
    nodes = [WELL, node(seconds_left=-1.0, address="\x1b[31mtwo")]
    assert "\x1b" not in "".join(screen(nodes, list(warnings_of(nodes, NOW))))


def test_a_server_that_is_alone_says_so(chover_says, data):
    status, out, err = chover_says("cluster", "status", "--data", str(data))
    assert (status, err) == (0, "")
    assert out == f"there is no cluster: the server keeps its data in {data} alone (no store.url)\n"
    assert chover_says("cluster", "status", "--json", "--data", str(data)) == (0, "", out)
