"""Fuzzes the targets in turns: ``python -m tests.fuzz [--minutes M | --runs N] [TARGET …]``.

Inputs that reach something new are kept in .fuzz/corpus, those that break a target in .fuzz/broken, and .fuzz/time.json
adds up the time that each target had. libFuzzer ends the process that it runs in, so each turn is a fork of this one.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.target import CORPUS, Target

ROOT = Path(__file__).parent.parent.parent
INSTRUMENTED = ["chover", "tomllib", "email", "urllib", "ipaddress", "scramp", "aiohttp"]
TURN_SECONDS = 60
"""One target's share before the next one has its turn."""
HANGS_SECONDS = 30
"""An input that takes longer is a fault; none is larger than some kilobytes."""
_DONE = re.compile(r"^Done (\d+) runs", re.MULTILINE)


def instrumented() -> dict[str, Target]:
    """The targets, imported so that libFuzzer sees which lines they reach."""
    import atheris  # noqa: PLC0415 - no wheels for every platform

    atheris.enabled_hooks.add("str")
    with atheris.instrument_imports(include=INSTRUMENTED):
        from tests.fuzz.table import TARGETS  # noqa: PLC0415 - the import is what is instrumented

        return TARGETS


class Fuzzing:
    """Runs targets and remembers what became of them in a folder."""

    def __init__(self, targets: dict[str, Target], folder: Path, seed: int) -> None:
        self._targets = targets
        self._folder = folder
        self._seed = seed
        self.broken: set[str] = set()

    def for_seconds(self, names: list[str], seconds: float) -> None:
        """In turns, so that a session that is ended early has seen all of them."""
        end = time.monotonic() + seconds
        turn = min(TURN_SECONDS, max(1, round(seconds / len(names))))
        while time.monotonic() < end:
            for name in names:
                left = round(end - time.monotonic())
                if left > 0:
                    self.turn(name, f"-max_total_time={min(turn, left)}")

    def turn(self, name: str, limit: str) -> None:
        kept, faults = self._folder / "corpus" / name, self._folder / "broken"
        for folder in (kept, faults):
            folder.mkdir(parents=True, exist_ok=True)
        target = self._targets[name]
        bounds = [f"-max_len={target.longest}", f"-timeout={HANGS_SECONDS}", f"-seed={self._seed}"]
        arguments = [name, *bounds, limit, f"-artifact_prefix={faults}/{name}-", str(kept), str(CORPUS / name)]
        began = time.monotonic()
        with tempfile.TemporaryFile() as said:
            status = _forked(target, arguments, said.fileno())
            said.seek(0)
            text = said.read().decode(errors="replace")
        done = _DONE.search(text)
        self._add_up(name, time.monotonic() - began, int(done[1]) if done else 0)
        if status:
            self.broken.add(name)
            print(f"{name} broke:\n{text[-3000:]}", flush=True)

    def _add_up(self, name: str, seconds: float, runs: int) -> None:
        path = self._folder / "time.json"
        times = json.loads(path.read_text()) if path.exists() else {}
        before = times.get(name, {"seconds": 0, "runs": 0})
        times[name] = {"seconds": round(before["seconds"] + seconds, 1), "runs": before["runs"] + runs}
        path.write_text(json.dumps(times, indent=1, sort_keys=True))

    def report(self, names: list[str]) -> None:
        times = json.loads((self._folder / "time.json").read_text())
        for name in names:
            spent, found = times[name], len(list((self._folder / "corpus" / name).iterdir()))
            end = "  BROKEN" if name in self.broken else ""
            print(f"{name:17} {spent['seconds'] / 60:7.1f} min {spent['runs']:11} runs {found:5} inputs kept{end}")
        print(
            f"together {sum(spent['seconds'] for spent in times.values()) / 3600:.1f} h since {self._folder} was begun"
        )


def _forked(target: Target, arguments: list[str], output: int) -> int:
    """The exit status of a process that fuzzes."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    import atheris  # noqa: PLC0415 - as above

    os.dup2(output, 1)
    os.dup2(output, 2)
    atheris.Setup(arguments, target.run)
    atheris.Fuzz()
    os._exit(0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--minutes", type=float, default=10, help="for all targets together (default: 10)")
    parser.add_argument("--runs", type=int, help="so many inputs for each target instead")
    parser.add_argument("--seed", type=int, default=0, help="the same one finds the same with the same corpus; 0: any")
    parser.add_argument("--folder", type=Path, default=ROOT / ".fuzz", help="what was found (default: .fuzz)")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="all by default")
    asked = parser.parse_args()
    targets = instrumented()
    if unknown := set(asked.targets) - targets.keys():
        parser.error(f"no target is called {', '.join(sorted(unknown))}; there are {', '.join(targets)}")
    os.nice(19)
    names, fuzzing = asked.targets or list(targets), Fuzzing(targets, asked.folder, asked.seed)
    if asked.runs:
        for name in names:
            fuzzing.turn(name, f"-runs={asked.runs}")
    else:
        fuzzing.for_seconds(names, asked.minutes * 60)
    fuzzing.report(names)
    return 1 if fuzzing.broken else 0


if __name__ == "__main__":
    sys.exit(main())
