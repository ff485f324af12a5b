"""Clients that all reconnect after a restart: the time until everybody has the names of #lobby, and the CPU."""

import argparse
import resource
import signal

from benchmarks.crowd import Crowd
from benchmarks.machine import print_header
from benchmarks.served import data_directory, serving

OTHER_FILES = 100
SAID = 60
"""Messages that are said in #lobby before the kill: more than are replayed."""


def come_back(data, clients, durability, at_once):
    """Return the seconds until all have 366, the CPU seconds until all have the history, and the bytes sent."""
    with serving(data, durability, "#lobby") as served, Crowd(served.port) as crowd:
        cpu = served.cpu()
        took = crowd.call("come", count=clients, autojoined="#lobby", at_once=at_once)
        crowd.call("answered")
        sent = crowd.call("received")
        cpu = served.cpu() - cpu
        crowd.call("fence")
        crowd.call("speak", channel="#lobby", senders=1, burst=SAID, rounds=1, payload=100)
        # A crash: the next run closes these memberships before it takes the same clients in again.
        served.process.send_signal(signal.SIGKILL)
        served.process.wait()
    return took, cpu, sent


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=2000)
    parser.add_argument("--at-once", type=int, default=900, help="connections being made at the same time")
    parser.add_argument("--durability", choices=("power", "process"), default="power")
    options = parser.parse_args()
    files = options.clients + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, max(hard, files)))
    print_header(
        f"{options.clients} clients, {options.at_once} at once",
        f"{SAID} lines of 100 bytes said before the kill",
        options.durability,
    )
    with data_directory() as data:
        for name in ("first time", "after a kill"):
            took, cpu, sent = come_back(data, options.clients, options.durability, options.at_once)
            print(
                f"  {name:13} all have 366 after {took:6.2f} s; server {cpu:6.2f} s CPU"
                f" ({cpu / options.clients * 1000:.2f} ms a client); sent {sent['bytes'] / 1e6:.1f} MB,"
                f" {sent['lines']} lines ({sent['bytes'] / options.clients / 1000:.1f} kB a client)",
                flush=True,
            )


if __name__ == "__main__":
    main()
