"""The fuzz targets hold for the corpus, for a minute of new inputs, and in time that grows with the input."""

import importlib.util
import subprocess
import sys
import time

import pytest

from tests.fuzz import documents, edges, lines
from tests.fuzz.__main__ import ROOT
from tests.fuzz.table import TARGETS
from tests.fuzz.target import CORPUS

SEEDS = sorted(CORPUS.glob("*/*"))
FAMILIES = {"lines": lines, "edges": edges, "documents": documents}
RUNS = 6000
"""About two seconds for each target."""


def test_every_target_has_a_corpus_and_every_corpus_a_target():
    assert {seed.parent.name for seed in SEEDS} == set(TARGETS)


def test_the_corpus_is_small():
    assert sum(seed.stat().st_size for seed in SEEDS) < 100_000


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.parent.name}-{seed.name}")
def test_what_was_found_once_is_no_fault(seed):
    TARGETS[seed.parent.name].run(seed.read_bytes())


def pumped(seed, length):
    """Inputs of about so many bytes: all of the seed again and again, or one piece of it."""
    yield seed * max(1, length // len(seed))
    for at in range(0, len(seed), max(1, len(seed) // 12)):
        for width in (1, 4):
            piece = seed[at : at + width]
            yield seed[:at] + piece * (length // len(piece)) + seed[at + width :]


def seconds(run, data):
    began = time.process_time()
    run(data)
    return time.process_time() - began


# As the server has it (edge/web/downloads/files.py); pytest makes errors of all.
@pytest.mark.filterwarnings("ignore::aiohttp.BadContentDispositionHeader", "ignore::aiohttp.BadContentDispositionParam")
@pytest.mark.parametrize("name", TARGETS)
def test_time_grows_with_the_input_and_no_faster(name):
    target = TARGETS[name]
    for seed in (CORPUS / name).iterdir():
        both = zip(*(pumped(seed.read_bytes(), target.longest // part) for part in (4, 1)), strict=True)
        for short, long in both:
            # Four times as much for four times the input; a search that starts over at each byte takes sixteen times.
            tries = ((seconds(target.run, short), seconds(target.run, long)) for _ in range(5))
            assert any(more <= 8 * less + 0.004 for less, more in tries), (seed.name, long[:100])


@pytest.mark.timeout(300)
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris has no wheel for this machine")
@pytest.mark.parametrize("family", FAMILIES)
def test_a_minute_of_new_inputs_breaks_nothing(family, tmp_path):
    names = FAMILIES[family].TARGETS
    command = [sys.executable, "-m", "tests.fuzz", f"--runs={RUNS}", "--seed=1", f"--folder={tmp_path}", *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{RUNS} runs" in done.stdout
