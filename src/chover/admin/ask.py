"""Sends a verb to a running server: one line of JSON each way over the operator's socket.

It uses only the standard library's sockets, because such a command should be quick and small.
"""

from __future__ import annotations

import contextlib
import json
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

NAME: Final = "admin.sock"
"""The socket's name in the data directory."""
ANSWER_SECONDS: Final = 30.0
STOP_SECONDS: Final = 90.0
"""More than the longest ``server.drain_seconds`` and the steps after it."""

# The longest path in sun_path: 108 bytes on Linux and 104 on macOS, including a NUL.
_PATH_BYTES: Final = 103


class AskError(Exception):
    """No answer, or a refusal; the text is one line that says what to do."""


class NobodyThere(AskError):
    """No server is running there."""


def ask(path: Path, verb: str, *, until_gone: bool = False, patience: float = 0, **parameters: Any) -> list[Any]:
    """Have the server with the socket ``path`` execute a verb, and return the rows of its answer.

    ``until_gone`` then waits until the server has closed the socket, its last step; at most 90 seconds. ``patience`` is
    how many seconds the answer may take; 0: ANSWER_SECONDS. Raises AskError.
    """
    with _connected(path, patience or ANSWER_SECONDS) as connection:
        try:
            with contextlib.suppress(ConnectionError):  # A server that refuses may hang up before it is asked.
                connection.sendall(json.dumps({"verb": verb, **parameters}).encode() + b"\n")
            rows = _rows(connection.makefile("rb").readline())
            if until_gone:
                connection.settimeout(STOP_SECONDS)
                connection.recv(1)
        except TimeoutError as error:
            raise AskError(f"the server at {path} does not answer; look at its log") from error
        except ConnectionError as error:
            raise AskError(f"the server at {path} ended before it answered; its log says why") from error
        except ValueError as error:
            raise AskError(f"the program that answers at {path} is not a server of this version: {error}") from error
    return rows


def _rows(line: bytes) -> list[Any]:
    if not line.endswith(b"\n"):
        raise ConnectionResetError
    answer = json.loads(line)
    if "error" in answer:
        raise AskError(answer["error"])
    return list(answer["rows"])


@contextlib.contextmanager
def _connected(path: Path, patience: float) -> Iterator[socket.socket]:
    require_unix_sockets()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(patience)
        try:
            with short(path) as address:
                connection.connect(address)
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError) as error:
            raise NobodyThere(f"no server is running on {path.parent}; start one with: chover serve") from error
        except OSError as error:
            raise AskError(
                f"{path} cannot be opened ({error.strerror or error}); run this as the user of the server"
            ) from error
        yield connection


def require_unix_sockets() -> None:
    """Raises AskError if Python has no Unix sockets, as on Windows."""
    if not hasattr(socket, "AF_UNIX"):
        raise AskError(
            "the operator's socket needs Unix sockets, which Python on Windows lacks; stop the server with Ctrl-C there"
        )


@contextlib.contextmanager
def short(path: Path) -> Iterator[str]:
    """The path of a socket, or a temporary one that leads to it, short enough for ``sun_path``.

    A long directory is reached by a link in a new directory that only this user can enter.
    """
    if len(bytes(path)) <= _PATH_BYTES:
        yield str(path)
        return
    # Not in the user's TMPDIR, which may be just as long.
    with tempfile.TemporaryDirectory(prefix="chover-", dir="/tmp") as directory:
        link = Path(directory, "d")
        link.symlink_to(path.parent.absolute())
        yield str(link / path.name)
