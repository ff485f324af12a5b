"""``make bench``: our server and those of others on this machine, in one run.

A whole run should end within 40 minutes on a quiet machine. ``--quick`` has every cell, too, with fewer and shorter
runs, and should end within 10. The figures are written to docs/performance.md, with plots and JSON. Runs of some cells
or some servers go to build/bench instead, so that the page has the figures of one run. Each cell is kept in
build/bench/unfinished.json as soon as it is measured.
"""

import argparse
import dataclasses
import datetime as dt
import json
import os
import platform
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.machine import cpu_model
from benchmarks.performance import cells, growth, report
from benchmarks.performance.generator import language
from benchmarks.performance.lanes import Bench
from benchmarks.performance.plan import PLANS
from benchmarks.performance.processes import busy_share, cores, most_files, pin
from benchmarks.performance.servers import found, version_of

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "performance.md"
PICTURES = ROOT / "docs" / "pictures" / "performance"
BUILD = ROOT / "build" / "bench"
GROWTH = "growth-"
SPARE_FILES = 200


def options_of(arguments):
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="every cell, with fewer and shorter runs: about 10 minutes"
    )
    parser.add_argument("--smoke", action="store_true", help="only whether it works; the figures mean nothing")
    names = [*cells.CELLS, *[f"{GROWTH}{key}" for key in growth.ALL]]
    parser.add_argument("--cells", nargs="+", choices=names, metavar="CELL", help=f"some of them: {', '.join(names)}")
    parser.add_argument("--servers", nargs="+", help="some of chover-power, chover-process, ergo, ngircd, inspircd")
    parser.add_argument("--resume", action="store_true", help="go on where a run of this plan and commit was ended")
    parser.add_argument("--messages", type=int, help="also measure a history of so many, such as 10000000")
    parser.add_argument("--python-generator", action="store_true", help="do without the compiler")
    parser.add_argument("--out", type=Path, help="directory of the results, instead of docs or build/bench")
    return parser.parse_args(arguments)


def filesystem(directory):
    """The type of the file system that the data is on."""
    done = subprocess.run(["df", "--output=fstype", str(directory)], capture_output=True, text=True, check=False)
    return (done.stdout.split() or ["", "unknown file system"])[-1]


def machine(pinned, busy, directory):
    return {
        "model": cpu_model(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "filesystem": filesystem(directory),
        "python": platform.python_version() + " of the distribution" * (sys.base_prefix == "/usr"),
        "sqlite": sqlite3.sqlite_version,
        "pinned": pinned,
        "busy": busy,
    }


def commit():
    done = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


def measured(options, directory):
    """Measure everything that is asked for. Returns the JSON of the run."""
    plan = PLANS["smoke" if options.smoke else "quick" if options.quick else "full"]
    if options.messages:
        plan = dataclasses.replace(plan, growth_history=(*plan.growth_history, options.messages))
    where, busy = cores(), busy_share()
    # This process starts and asks: on the generator's core, away from the server.
    pin(where[1])()
    contestants = found(options.servers)
    bench = Bench(plan, contestants, where, directory, python=options.python_generator)
    names = options.cells or [*cells.CELLS, *[f"{GROWTH}{key}" for key in growth.ALL if plan.growth_members]]
    run = {
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"),
        "commit": commit(),
        "command": " ".join(["make bench", *([f"ARGS='{' '.join(sys.argv[1:])}'"] if sys.argv[1:] else [])]),
        "plan": plan.name,
        "times": plan.times,
        "window": plan.seconds,
        "generator": language(python=options.python_generator),
        "machine": machine(where[0] is not None, busy, directory),
        "contestants": {
            one.key: {"name": one.name, "keeps": one.keeps, "version": version_of(one)} for one in contestants
        },
    }
    run |= {"cells": {}, "growth": {}, "profiles": bench.profiles, "memory": bench.memory}
    if options.resume:
        names = resumed(run, names)
    for name in names:
        if name.startswith(GROWTH):
            run["growth"] |= growth.run(bench, [name.removeprefix(GROWTH)])
        else:
            run["cells"] |= cells.run(bench, [name])
        keep(run)
    run["seconds"] = round(sum(part["seconds"] for part in (*run["cells"].values(), *run["growth"].values())))
    run["machine"]["busy"] = max(busy, busy_share())
    return run


def resumed(run, names):
    """Take over what an interrupted run of the same plan has measured. Returns the names of the rest."""
    before = json.loads((BUILD / "unfinished.json").read_text())
    if before["plan"] != run["plan"] or before["commit"] != run["commit"]:
        sys.exit("make bench: the unfinished run was another one; do without --resume")
    for part in ("cells", "growth", "profiles", "memory"):
        run[part].update(before[part])
    return [name for name in names if name not in run["cells"] and name.removeprefix(GROWTH) not in run["growth"]]


def keep(run):
    """Keep what is measured so far, for a run that does not come to its end."""
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "unfinished.json").write_text(json.dumps(run, indent=1) + "\n")


def write(run, page, pictures):
    """Write the page, its plots, and the JSON beside them. Only the measured sections of a page change."""
    pictures.mkdir(parents=True, exist_ok=True)
    (pictures / "run.json").write_text(json.dumps(run, indent=1) + "\n")
    text = page.read_text() if page == PAGE else ""
    page.write_text(report.page(run, text) if text else report.whole(run))
    for name, picture in report.pictures(run).items():
        (pictures / name).write_text(picture)


def target(options):
    """The page and the directory of its plots."""
    if options.out is None and not (options.cells or options.servers or options.smoke):
        return PAGE, PICTURES
    directory = options.out or BUILD
    return directory / "performance.md", directory / "pictures" / "performance"


def main():
    options = options_of(sys.argv[1:])
    # Ended by a signal, it still ends its servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("make bench: ended"))
    if most_files() < max(PLANS["full"].idle, 10_000) + SPARE_FILES and not options.smoke:
        sys.exit(f"make bench: {most_files()} open files are allowed, and 10,200 are needed: raise ulimit -n")
    with tempfile.TemporaryDirectory(prefix="chover-bench-") as directory:
        Path(directory).chmod(0o755)
        run = measured(options, Path(directory))
    page, pictures = target(options)
    write(run, page, pictures)
    print(report.whole(run))
    print(f"written to {page}", file=sys.stderr)


if __name__ == "__main__":
    main()
