"""A PostgreSQL that is too old, as far as it takes to notice: ``old_postgres`` is its URL."""

import contextlib
import socketserver
import struct
import threading

import pytest

VERSION = "13.14"


def _message(kind, body=b""):
    return kind + struct.pack("!i", len(body) + 4) + body


class _Greets(socketserver.StreamRequestHandler):
    def handle(self):
        with contextlib.suppress(OSError, struct.error):
            while self._first() != 196608:  # until it is a start, protocol 3.0
                self.wfile.write(b"N")  # no TLS
            settings = {"server_version": VERSION, "client_encoding": "UTF8", "integer_datetimes": "on"}
            for name, value in settings.items():
                self.wfile.write(_message(b"S", f"{name}\0{value}\0".encode()))
            self.wfile.write(_message(b"R", struct.pack("!i", 0)))
            self.wfile.write(_message(b"Z", b"I"))
            self.rfile.read(5)  # it says good-bye

    def _first(self):
        length, code = struct.unpack("!ii", self.rfile.read(8))
        self.rfile.read(length - 8)
        return code


@pytest.fixture
def old_postgres():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Greets) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"postgresql://chover@127.0.0.1:{server.server_address[1]}/chat"
        server.shutdown()
        thread.join()
