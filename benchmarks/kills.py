"""100 SIGKILLs under load, with repeats by nonce: messages lost, repeated, reordered; and the time to listen again.

It is the end-to-end test of the same name (tests/e2e/test_kill.py) with more kills: every second kill is between a
commit and its echo. Target: 0 lost, 0 repeated, 0 reordered, listening again in under a second.
"""

import argparse
import ast
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

from benchmarks.machine import median_p95, print_header

TEST = Path(__file__).parent.parent / "tests" / "e2e" / "test_kill.py"


def run(kills):
    """Return the properties that the test recorded. If the test fails, exit with its output."""
    with tempfile.TemporaryDirectory(prefix="chover-bench-") as directory:
        report = Path(directory) / "report.xml"
        command = [sys.executable, "-m", "pytest", str(TEST), "-q", "-s", "-o", "junit_family=xunit1"]
        command.append(f"--junitxml={report}")
        environment = {**os.environ, "CHOVER_KILLS": str(kills)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        found = {row.get("name"): ast.literal_eval(row.get("value")) for row in ET.parse(report).iter("property")}
    return found, next(line.partition(", untold")[0] for line in done.stdout.splitlines() if "listening again" in line)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    kills = parser.parse_args().kills
    print_header(f"{kills} kills, 4 senders with 24 messages in flight each", "some 15 bytes", "power")
    found, summary = run(kills)
    print(f"  {summary}")
    print(f"  {sum(found['committed_and_untold'])} of them were committed and not yet told when it was killed")
    print("  lost 0, repeated 0, reordered 0 (the test fails otherwise)")
    print(f"  listening again: {median_p95(found['seconds_to_listen'])}, most {max(found['seconds_to_listen']):.3f} s")


if __name__ == "__main__":
    main()
