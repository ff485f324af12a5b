"""Passes a message to another program: in a file without a name, whose descriptor the environment gives.

Nothing is written to a directory, and only that program can read it.
"""

from __future__ import annotations

import os
import tempfile
from typing import TypeVar

import msgspec

_Message = TypeVar("_Message", bound=msgspec.Struct)


class BadMessage(Exception):
    """The message cannot be read; the text is the reason."""


def written(message: msgspec.Struct) -> int:
    """The inheritable descriptor of a file with the message, at its beginning."""
    with tempfile.TemporaryFile() as file:
        file.write(msgspec.msgpack.encode(message))
        file.flush()
        file.seek(0)
        descriptor = os.dup(file.fileno())
    os.set_inheritable(descriptor, True)
    return descriptor


def taken(variable: str, kind: type[_Message]) -> _Message | None:
    """The message whose descriptor ``variable`` gives, once; None without one. Raises BadMessage."""
    descriptor = os.environ.pop(variable, "")
    if not descriptor.isdecimal():
        return None
    try:
        with os.fdopen(int(descriptor), "rb") as file:
            return msgspec.msgpack.decode(file.read(), type=kind)
    except (OSError, OverflowError, TypeError, msgspec.MsgspecError) as error:
        # A number that can be no descriptor is taken for no file at all: a TypeError.
        raise BadMessage(str(error)) from error
