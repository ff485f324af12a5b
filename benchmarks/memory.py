"""Memory of the empty server before any connection, and of each idle client in #lobby. Target: under 80 MB empty."""

import argparse
import socket

from benchmarks.crowd import Crowd
from benchmarks.machine import print_header
from benchmarks.served import data_directory, serving

TARGET_MIB = 80


def wait_for_web(port):
    """Wait until HTTP is imported, which happens in the background after the start."""
    with socket.create_connection(("127.0.0.1", port)) as asking:
        asking.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert asking.recv(65536).startswith(b"HTTP/1.1 200")


def measure(clients):
    """Return the MiB of the empty server, and the KiB of each client."""
    with data_directory() as data, serving(data, autojoin="#lobby") as served, Crowd(served.port) as crowd:
        crowd.call("come", count=1, name="first", autojoined="#lobby")
        wait_for_web(served.port)
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
