"""The page of a run: Markdown tables and plots from the JSON, put between the marks of docs/performance.md."""

import re

from benchmarks.performance import memory_parts, plot, traced

REQUIRED = (
    ("100x1", "inspircd", 0.8, 1.0),
    ("1000x1", "inspircd", 1.0, 1.2),
    ("100x10", "inspircd", 1.0, 2.0),
    ("1000x10", "inspircd", 3.0, 4.0),
    ("tens", "ngircd", 1.2, None),
    ("tens", "ergo", 2.0, None),
    ("tens", "inspircd", None, 0.5),
)
"""Cell, peer, and the required and the wanted ratio of ours (power) to it."""
AGAINST_ERGO = (1.0, 1.5)
BOUNDS = (
    ("latency", "chover-power", 1.5, 1.0),
    ("latency", "chover-process", 0.8, 0.6),
    ("latency-search", "chover-power", 5.0, 2.0),
    ("idle", "chover-power", 8.0, 4.0),
    ("idle-tls", "chover-power", 32.0, 24.0),
    ("registration", "chover-power", 6000.0, 10_000.0),
    ("lobby", "chover-power", 1500.0, 3000.0),
    ("reconnect", "chover-power", 30.0, 10.0),
    ("reconnect-lobby", "chover-power", 30.0, 10.0),
    ("search", "chover-power", 10.0, 5.0),
)
"""Cell, contestant, and the required and the wanted value."""
LEAST_KIB = 0.05
"""A part of a connection's memory that has less everywhere is not shown."""
NONE = "–"
MARK = re.compile(r"(<!-- measured: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def number(value):
    if value is None:
        return NONE
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(str(each).replace("|", "/") for each in line) + " |\n" for line in lines)


def conditions(run):
    """What it was measured on and with."""
    machine, names = run["machine"], run["contestants"]
    pinned = "server and generator on different cores" if machine["pinned"] else "server and generator not pinned"
    quiet = (
        "Nothing else was running"
        if machine["busy"] < 0.1
        else f"**The machine was shared: {machine['busy']:.0%} of its cores were busy with other work, so the ratios"
        " say more than the numbers, and times on the clock say little**"
    )
    peers = "; ".join(f"{one['name']}: {one['version']}" for one in names.values() if one["version"]) or "none on PATH"
    keeps = "; ".join(f"{one['name']}: {one['keeps']}" for one in names.values())
    return (
        f"Measured on {run['date']} at commit {run['commit']}, in {run['seconds'] / 60:.0f} minutes, by"
        f" `{run['command']}`: {machine['cores']} cores of {machine['model']}, {machine['system']},"
        f" {machine['filesystem']}, Python {machine['python']}, SQLite {machine['sqlite']}. {quiet}."
        f" {pinned[0].upper()}{pinned[1:]}. Medians of"
        f" {run['times']} interleaved runs of {run['window']} s. The generator is written in {run['generator']}.\n\n"
        f"Peers: {peers}. What is kept: {keeps}.\n"
    )


def cells(run):
    """All cells, a column for each contestant. A star: the generator was the bottleneck."""
    names, rows = run["contestants"], []
    for cell in run["cells"].values():
        values = []
        for key in names:
            row = cell["rows"].get(key)
            star = "*" if row and row.get("generator_was_bottleneck") else ""
            values.append(_value(cell, row) + star)
        rows.append([cell["title"], cell["unit"], *values])
    text = table(["cell", "unit", *[one["name"] for one in names.values()]], rows)
    if any("*" in value for row in rows for value in row[2:]):
        text += "\n\\* the generator never waited for this server, so the server could do more than it was asked.\n"
    return text


def _value(cell, row):
    if row is None:
        return NONE
    if "p99" in row and cell["figure"] == "p99":
        return f"{number(row['p50'])} / {number(row['p99'])}"
    if cell["figure"] == "p95":
        return f"{number(row['p50'])} / {number(row['p95'])}"
    if cell["figure"] == "seconds":
        return f"{number(row['seconds'])} (peak {row['peak_mib']:.0f} MiB, {row['retried']:.0f} retried)"
    return number(row[cell["figure"]])


def requirements(run):
    """What is required, what is aimed at, and what was measured."""
    rows = [row for row in (*_ratios(run), *_bounds(run)) if row]
    return table(["cell", "compared with", "required", "aimed at", "measured", ""], rows)


def _ratios(run):
    against_ergo = [(key, "ergo", *AGAINST_ERGO) for key in run["cells"] if "ergo" in run["cells"][key]["rows"]]
    for key, peer, required, wanted in (*REQUIRED, *against_ergo):
        cell = run["cells"].get(key)
        if cell is None or not {peer, "chover-power"} <= cell["rows"].keys():
            continue
        ours, theirs = (cell["rows"][who][cell["figure"]] for who in ("chover-power", peer))
        ratio = ours / theirs if cell["more_is_better"] else theirs / ours
        needed, hoped = (f"{each} times" if each else NONE for each in (required, wanted))
        verdict = verdict_of(ratio >= (required or 0), ratio >= (wanted or 0))
        yield [cell["title"], run["contestants"][peer]["name"], needed, hoped, f"{ratio:.2f} times", verdict]


def _bounds(run):
    for key, who, required, wanted in BOUNDS:
        cell = run["cells"].get(key)
        if cell is None or who not in cell["rows"]:
            continue
        value, unit = cell["rows"][who][cell["figure"]], cell["unit"].split(",")[0]
        sign = 1 if cell["more_is_better"] else -1
        verdict = verdict_of(sign * value >= sign * required, sign * value >= sign * wanted)
        name = run["contestants"][who]["name"]
        yield [cell["title"], f"({name})", f"{number(required)} {unit}", number(wanted), number(value), verdict]


def verdict_of(required, wanted):
    return "as aimed at" if required and wanted else "as required" if required else "**not yet**"


def profiles(run):
    """Where the CPU of ours (power) goes, by thread and by part of the program."""
    text = ""
    for name, profile in run["profiles"].items():
        parts = sorted({part for _, part, _ in profile["shares"]})
        threads = dict.fromkeys(thread for thread, _, _ in profile["shares"])
        rows = []
        for thread in threads:
            shares = {part: share for one, part, share in profile["shares"] if one == thread}
            if sum(shares.values()) < 0.005:
                continue
            rows.append([thread, f"{sum(shares.values()):.0%}", *[f"{shares.get(part, 0):.0%}" for part in parts]])
        seconds = ", ".join(
            f"{thread} {user:.2f} + {system:.2f}"
            for thread, (user, system) in profile["threads"].items()
            if user + system >= 0.01
        )
        times = f", {profile['rounds']} times" if profile["rounds"] > 1 else ""
        text += f"**{name}{times}**; seconds of user and kernel: {seconds or NONE}\n\n"
        text += table(["thread", "all", *parts], rows) + "\n" if rows else ""
    return text or "Not in this run.\n"


def memory(run):
    """What an idle connection of ours consists of: KiB by part, for each way to connect."""
    kinds = run["memory"]
    if not kinds:
        return "Not in this run.\n"
    here = {part for kind in kinds.values() for part, kib in kind["parts"].items() if abs(kib) >= LEAST_KIB}
    parts = [part for part in (*traced.NAMES, memory_parts.REST) if part in here]
    parts += sorted(here.difference(parts))
    rows = [[part, *[number(kind["parts"].get(part)) for kind in kinds.values()]] for part in parts]
    rows.append(["all: the cell of the table", *[number(sum(kind["parts"].values())) for kind in kinds.values()]])
    rows.append(["connections that were counted", *[str(kind["connections"]) for kind in kinds.values()]])
    return table(["KiB for each connection", *kinds], rows)


def growth(run):
    """The exponents: 1 is growth in proportion."""
    text = ""
    for key, series in run["growth"].items():
        sizes = list(dict.fromkeys(size for points in series["points"].values() for size, _ in points))
        rows = []
        for name, points in series["points"].items():
            by_size, slope = dict(map(tuple, points)), series["exponents"][name]
            shown = NONE if slope is None else f"{slope:.2f}"
            rows.append([name, *[number(by_size.get(size)) for size in sizes], shown])
        text += f"### {series['title']}\n\n"
        text += table([series["x"], *[f"{size:,}" for size in sizes], "exponent"], rows)
        text += f"\n![{series['title']}](pictures/performance/growth-{key}.svg)\n\n"
    return text or "Not in this run.\n"


def pictures(run):
    """The SVG of each plot by its name."""
    found = {}
    for key, cell in run["cells"].items():
        bars = [(run["contestants"][who]["name"], row[cell["figure"]]) for who, row in cell["rows"].items()]
        if len(bars) > 1:
            found[f"{key}.svg"] = plot.bars(f"{cell['title']} ({cell['unit']})", bars)
    for key, series in run["growth"].items():
        found[f"growth-{key}.svg"] = plot.lines(
            series["title"], series["x"], "µs of CPU, or as named", series["points"]
        )
    return found


def plots(run):
    lines = [
        f"![{run['cells'][name[:-4]]['title']}](pictures/performance/{name})\n"
        for name in pictures(run)
        if "growth" not in name
    ]
    return "\n".join(lines)


SECTIONS = {
    "conditions": conditions,
    "cells": cells,
    "requirements": requirements,
    "plots": plots,
    "profiles": profiles,
    "memory": memory,
    "growth": growth,
}


def page(run, text):
    """``text`` with each measured section replaced by what was measured."""
    return MARK.sub(lambda found: f"{found[1]}{SECTIONS[found[2]](run)}{found[3]}", text)


def whole(run):
    """The same without a page: for the terminal, and for runs of some cells."""
    return "\n".join(f"## {name}\n\n{section(run)}" for name, section in SECTIONS.items() if name != "plots")
