"""Memory of the empty server before any connection, and of each idle client in #lobby. Target: under 80 MB empty."""

import argparse

from benchmarks.crowd import Crowd
from benchmarks.machine import print_header
from benchmarks.served import data_directory, serving

TARGET_MIB = 80


def measure(clients):
    """MiB of the empty server, and KiB of each client."""
    with data_directory() as data, serving(data, autojoin="#lobby") as served, Crowd(served.port) as crowd:
        # Its first answer comes after everything is loaded.
        crowd.call("come", count=1, name="first", autojoined="#lobby")
        empty = served.rss()
        crowd.call("come", count=clients, autojoined="#lobby")
        crowd.call("fence")
        return empty, (served.rss() - empty) * 1024 / clients


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=1000)
    clients = parser.parse_args().clients
    print_header(f"{clients} clients, plain", "none", "power")
    empty, each = measure(clients)
    print(f"  empty server: {empty:.1f} MiB resident (target: under {TARGET_MIB})")
    print(f"  each idle client: {each:.1f} KiB")


if __name__ == "__main__":
    main()
