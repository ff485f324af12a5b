"""Files: the configuration, and pictures that people upload."""

from __future__ import annotations

from functools import partial
from typing import Any

from chover.config import ConfigError, load
from chover.config.words import as_toml
from chover.files import dimensions, kinds, metadata
from tests.fuzz.target import Target

ADDED = 64
"""Bytes that a stripped picture may have more than before: the Exif that says how it is turned."""


class _File:
    """A configuration file in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read_text(self, encoding: str) -> str:
        return self._data.decode(encoding)

    def __str__(self) -> str:
        return "chover.toml"


def configuration(data: bytes) -> None:
    """One line says what is wrong; what is right is the same after it was written out (passwords are not)."""
    try:
        found = _read(data)
    except ConfigError as error:
        assert "\n" not in str(error)
        return
    again = "\n".join(as_toml(found))
    if "is set but not shown" not in again:
        assert _read(again.encode()) == found


def _read(data: bytes) -> Any:
    file: Any = _File(data)
    return load(file, {})


def picture(kind: str, data: bytes) -> None:
    """What was stripped stays as it is, is of the same kind, and is hardly longer than what came."""
    try:
        once = metadata.strip(kind, data)
    except metadata.Malformed:
        return
    assert metadata.strip(kind, once) == once
    assert len(once) <= len(data) + ADDED
    size = dimensions.pixels_of(kind, once)
    assert size is None or all(0 < side <= dimensions.MOST for side in size)
    if kinds.kind_of(data[: kinds.HEAD_BYTES], whole=True) == kind:
        assert kinds.kind_of(once[: kinds.HEAD_BYTES], whole=True) == kind


def measured(data: bytes) -> None:
    """A kind that is measured and never changed."""
    size = dimensions.pixels_of("image/avif", data)
    assert size is None or all(0 < side <= dimensions.MOST for side in size)
    kinds.kind_of(data, whole=True)


TARGETS = {
    "configuration": Target(configuration),
    **{f"picture_{kind.partition('/')[2]}": Target(partial(picture, kind), 8192) for kind in metadata.STRIPPERS},
    "picture_avif": Target(measured),
}
