"""``make bench`` works: a small run of all cells, and of the parts that it is made of. Times mean nothing here."""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest
from benchmarks.performance import generator, memory_parts, plot, processes, profiles, report, servers, traced
from benchmarks.performance.__main__ import PAGE

ROOT = Path(__file__).parents[1]
CELLS = ["100x10", "registration", "latency-search", "idle", "growth-members"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    directory = tmp_path_factory.mktemp("bench")
    command = [sys.executable, "-m", "benchmarks.performance", "--smoke", "--out", str(directory)]
    done = subprocess.run([*command, "--cells", *CELLS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return directory


@pytest.fixture(scope="module")
def measured(run):
    return json.loads((run / "pictures" / "performance" / "run.json").read_text())


def test_each_cell_has_a_figure_of_every_server_that_is_here(measured):
    ours = {"chover-power", "chover-process"}
    here = {one.key for one in servers.found()}
    assert here >= ours
    for key in ("100x10", "registration"):
        assert measured["cells"][key]["rows"].keys() == here
    assert measured["cells"].keys() == {key for key in CELLS if not key.startswith("growth")}
    for key in measured["cells"].keys() - {"idle"}:  # so few connections may fit into memory that the start has left
        cell = measured["cells"][key]
        assert all(row[cell["figure"]] > 0 for row in cell["rows"].values())


def test_growth_has_a_point_for_each_size(measured):
    points = measured["growth"]["members"]["points"]
    assert {name: [size for size, _ in row] for name, row in points.items()} == {
        name: [5, 10] for name in ("message", "NAMES", "WHO", "JOIN and PART", "QUIT")
    }


def test_the_memory_of_a_connection_is_the_sum_of_its_parts(run, measured):
    parts = measured["memory"]["plain"]["parts"]
    assert sum(parts.values()) == pytest.approx(measured["cells"]["idle"]["rows"]["chover-power"]["kib"])
    for name in ("session", "chat: user, membership, names", "connection: socket, transport, protocol"):
        assert 0.2 < parts[name] < 20, name
    assert "| KiB for each connection | plain |" in (run / "performance.md").read_text()


def test_plots_are_well_formed_and_tables_name_what_was_measured(run):
    plots = list((run / "pictures" / "performance").glob("*.svg"))
    # A plot has several servers: "idle" has one only where there are peers.
    assert {path.stem for path in plots} - {"idle"} == {"100x10", "registration", "growth-members"}
    for path in plots:
        assert ET.parse(path).getroot().tag.endswith("svg")
    page = (run / "performance.md").read_text()
    assert "| 100 members, 10 senders, 10 outstanding | deliveries per CPU-second |" in page
    assert "history and search on, acknowledged after fsync" in page


def test_the_page_has_a_place_for_each_section(measured):
    assert {name for _, name, _ in report.MARK.findall(PAGE.read_text())} == report.SECTIONS.keys()
    text = report.page(measured, "a\n<!-- measured: cells -->\nold\n<!-- end -->\nb\n")
    assert text.startswith("a\n<!-- measured: cells -->\n| cell ")
    assert text.endswith("<!-- end -->\nb\n")
    assert "old" not in text


@pytest.mark.parametrize("python", [False, True])
def test_both_generators_count_every_delivery(tmp_path, python):
    """Ten members: each message has nine readers."""
    server = servers.Server(servers.PROCESS, tmp_path, None)
    load = generator.Generator(server.port, None, python=python)
    try:
        load.come(10, "#bench")
        load.fence()
        spoken = load.call("speak", 10, 2, 3, 80, 0.1, "#bench")
        assert spoken["deliveries"] == 9 * spoken["messages"] > 0
        assert spoken["n"] == spoken["messages"] / 6
        assert 0 < spoken["p50"] <= spoken["p99"]
        timed = load.call("rate", 2, 100, 80, 0.1, "#bench")
        assert (timed["messages"], timed["deliveries"], timed["n"]) == (10, 90, 90)
        assert 0 < timed["p50"] <= timed["p99"] <= timed["longest"]
        assert load.ask(3, " 366 ", ["NAMES #bench"] * 4)["n"] == 4
        load.call("leave", 8, 2)
        fewer = load.call("speak", 8, 1, 1, 80, 0, "#bench")
        assert (fewer["messages"], fewer["deliveries"]) == (1, 7)
    finally:
        load.close()
        server.close()


@pytest.mark.parametrize("python", [False, True])
def test_a_generator_says_what_went_wrong(tmp_path, python):
    server = servers.Server(servers.PROCESS, tmp_path, None)
    load = generator.Generator(server.port, None, server="chover", python=python)
    try:
        load.come(3, "#bench")
        server.kill()
        with pytest.raises(SystemExit, match=r"chover: fence .*the server closed the connection of client"):
            load.fence()
    finally:
        load.close()
        server.close()


def test_a_generator_that_never_waits_is_the_bottleneck():
    assert generator.was_bottleneck({"waited": 0.01, "seconds": 1.0})
    assert not generator.was_bottleneck({"waited": 0.2, "seconds": 1.0})


def test_shares_are_summed_by_thread_and_part():
    text = (
        "# Overhead|Command|Shared Object\n"
        "    40.00%|python3|[kernel.kallsyms]\n"
        "    25.00%|python3|libpython3.11.so.1.0\n"
        "    15.00%|chover-index|libsqlite3.so.0.8.6\n"
        "    10.00%|chover-index|_sqlite3.cpython-311-x86_64-linux-gnu.so\n"
        "    10.00%|chover-reader_0|loop.cpython-311-x86_64-linux-gnu.so\n"
    )
    assert {(thread, part): round(share, 2) for thread, part, share in processes.shares(text)} == {
        ("loop", "kernel"): 0.4,
        ("loop", "Python"): 0.25,
        ("index", "SQLite"): 0.25,
        ("reader", "event loop"): 0.1,
    }


class Lane:
    """A server that is this process, and needs as much CPU for any work as it is told."""

    def __init__(self, seconds):
        self.server = SimpleNamespace(pid=os.getpid())
        self._seconds = seconds

    def threads_during(self, work):
        work()
        return {"loop": [self._seconds, 0.0], "writer": [0.0, self._seconds]}


@pytest.fixture
def without_perf(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(("seconds", "rounds"), [(0.2, 3), (0.0, profiles.MOST_ROUNDS), (5.0, 1)])
def test_a_profile_repeats_work_that_is_short_and_undoes_it_between(without_perf, seconds, rounds):
    done = []
    bench = SimpleNamespace(directory=without_perf)
    found = profiles.profile_of(bench, Lane(seconds), partial(done.append, "come"), partial(done.append, "leave"))
    assert done == ["come", "leave"] * (rounds - 1) + ["come"]
    assert found == {
        "shares": [],
        "threads": {"loop": [round(rounds * seconds, 2), 0.0], "writer": [0.0, round(rounds * seconds, 2)]},
        "rounds": rounds,
    }


def test_a_perf_that_fails_leaves_the_work_alone(without_perf):
    perf, done = without_perf / "perf", []
    perf.write_text("#!/bin/sh\nexit 1\n")
    perf.chmod(0o755)
    bench = SimpleNamespace(directory=without_perf)
    assert profiles.profile_of(bench, Lane(0.1), partial(done.append, "come"))["shares"] == []
    assert done == ["come"]


def test_memory_counts_for_the_innermost_part_that_is_named():
    ours, library = "/a/src/chover/", "/lib/python3.11/"
    assert traced.part_of([f"{library}weakref.py", f"{ours}server/session/session.py"]) == "session"
    assert traced.part_of([f"{library}ssl.py", f"{ours}edge/irc.py"]) == "TLS"
    assert traced.part_of(["<string>", f"{ours}engine/effects/users.py", f"{ours}server/host.py"]).startswith("chat")
    assert traced.part_of(["/a/aiohttp/web_ws.py", f"{ours}edge/web/chat.py"]) == "aiohttp"
    assert traced.part_of([f"{library}asyncio/runners.py", f"{ours}serve/lifecycle.py"]) == "event loop"
    assert traced.part_of([f"{library}threading.py"]) == traced.OTHERS


def test_what_no_part_explains_is_the_last_one():
    kinds = {
        "plain": {"connections": 3, "parts": memory_parts.with_rest({"session": 2.0}, 6.5)},
        "TLS": {"connections": 3, "parts": memory_parts.with_rest({"TLS": 4.0, "session": 2.0}, 30.0)},
    }
    rows = report.memory({"memory": kinds}).splitlines()[2:]
    assert rows[0] == "| TLS | – | 4 |"
    assert rows[1] == "| session | 2 | 2 |"
    assert rows[2] == f"| {memory_parts.REST} | 4.5 | 24 |"
    assert rows[3].endswith("| 6.5 | 30 |")


@pytest.mark.parametrize(("power", "expected"), [(0, 0.0), (1, 1.0), (2, 2.0)])
def test_the_exponent_is_that_of_the_points(power, expected):
    assert plot.exponent([(x, 3 * x**power) for x in (1, 10, 100)]) == pytest.approx(expected)


def test_a_requirement_is_judged_by_its_direction():
    def cell(figure, value, *, more):
        rows = {"chover-power": {figure: value}, "inspircd": {figure: 100.0}}
        return {"title": "t", "unit": "u", "figure": figure, "more_is_better": more, "rows": rows}

    names = {"chover-power": {"name": "ours"}, "inspircd": {"name": "InspIRCd"}}
    made = {"100x1": cell("per_cpu", 90.0, more=True), "idle": cell("kib", 9.0, more=False)}
    rows = report.requirements({"cells": made, "contestants": names}).splitlines()
    assert rows[2].endswith("| 0.8 times | 1.0 times | 0.90 times | as required |")
    assert rows[3].endswith("| 8 u | 4 | 9 | **not yet** |")
