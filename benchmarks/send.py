"""``chover send '#lobby' hi``, the whole process, acknowledged, against a running server. Target: under 0.7 s."""

import argparse
import os
import subprocess
import time

from benchmarks.machine import median_p95, print_header
from benchmarks.served import chover, data_directory, serving

TARGET_SECONDS = 0.7


def measure(times):
    """Return the seconds and the CPU seconds of each run."""
    took, cpu = [], []
    with data_directory() as data, serving(data, autojoin="#lobby") as served:
        command = chover("send", "#lobby", "hi", "--server", f"127.0.0.1:{served.port}")
        # Its pins and settings go with the data.
        environment = {**os.environ, "HOME": str(data), "XDG_CONFIG_HOME": str(data), "XDG_DATA_HOME": str(data)}
        for _ in range(times):
            before, started = sum(os.times()[2:4]), time.perf_counter()
            subprocess.run(command, check=True, env=environment)
            took.append(time.perf_counter() - started)
            cpu.append(sum(os.times()[2:4]) - before)
    return took, cpu


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    times = parser.parse_args().times
    print_header(f"{times} runs", "2 bytes", "power")
    took, cpu = measure(times)
    print(f"  whole process: {median_p95(took)}   its CPU: {median_p95(cpu)}")
    print(f"  target: under {TARGET_SECONDS} s")


if __name__ == "__main__":
    main()
