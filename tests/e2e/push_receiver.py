"""A push service on loopback, and the device behind it."""

from __future__ import annotations

import contextlib
import http.server
import queue
import threading
from collections.abc import Iterator
from typing import NamedTuple

from tests.notify.push_service import Device


class Receiver(NamedTuple):
    address: str
    device: Device
    lines: queue.Queue[tuple[str, str]]
    """What has come: the line, and Authorization."""
    open: threading.Event
    """While it is not set, what comes gets no answer."""


@contextlib.contextmanager
def receiving() -> Iterator[Receiver]:
    device: Device = Device()
    lines: queue.Queue[tuple[str, str]] = queue.Queue()
    opened = threading.Event()
    opened.set()

    class Takes(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            lines.put((device.open(body), self.headers["Authorization"]))
            opened.wait()
            with contextlib.suppress(ConnectionError):
                self.send_response(201)
                self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Takes) as there:
        thread = threading.Thread(target=there.serve_forever)
        thread.start()
        try:
            yield Receiver(f"http://127.0.0.1:{there.server_port}/x", device, lines, opened)
        finally:
            opened.set()
            there.shutdown()
            thread.join()
