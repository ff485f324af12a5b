"""Pictures of previews: only what a browser can decode without harm, and without metadata."""

from __future__ import annotations

from typing import Final

from chover.files import dimensions, kinds, metadata
from chover.ports.files import PreviewPicture

MOST_BYTES: Final = 2_000_000
MOST_PIXELS: Final = 16_000_000
"""64 MB in the memory of a browser."""
LEAST_SIDE: Final = 32
"""A smaller picture is a mark for counting readers, or an icon."""


def checked(data: bytes) -> PreviewPicture | None:
    """The picture without its metadata, of the type that its first bytes show; None if it is none that can be shown."""
    kind = kinds.kind_of(data[: kinds.HEAD_BYTES], whole=True)
    if kind not in metadata.STRIPPERS:
        return None
    try:
        clean = metadata.strip(kind, data)
    except metadata.Malformed:
        return None
    size = dimensions.pixels_of(kind, clean[: dimensions.HEAD_BYTES])
    if size is None or size[0] * size[1] > MOST_PIXELS or min(size) < LEAST_SIDE:
        return None
    return PreviewPicture(kind, clean, *size)
