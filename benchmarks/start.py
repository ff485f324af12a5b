"""From process start to listening, and to the first user's welcome; fresh and existing data. Target: under 0.7 s."""

import argparse
import time

from benchmarks.machine import median_p95, print_header
from benchmarks.served import data_directory, serving

TARGET_SECONDS = 0.7


def once(data):
    """Return the seconds until the system accepts a connection, and until it is answered with 001."""
    with serving(data, autojoin="#lobby") as served:
        served.first.sendall(b"NICK alice\r\nUSER alice 0 * :Alice\r\n")
        got = b""
        while b" 001 " not in got:
            got += served.first.recv(65536)
        return served.listening_after, time.perf_counter() - served.started


def measure(times):
    """Return (listening, welcomed) for each start on fresh data, and on the data that it left."""
    fresh, existing = [], []
    for _ in range(times):
        with data_directory() as data:
            fresh.append(once(data))
            existing.append(once(data))
    return {"fresh data": fresh, "existing data": existing}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    times = parser.parse_args().times
    print_header(f"{times} starts each", "none", "power")
    for name, pairs in measure(times).items():
        listening, welcomed = zip(*pairs, strict=True)
        print(f"  {name:14} listening: {median_p95(listening)}   welcomed (001): {median_p95(welcomed)}")
    print(f"  target: listening under {TARGET_SECONDS} s")


if __name__ == "__main__":
    main()
