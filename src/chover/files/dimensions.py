"""The size of a picture in pixels, as it is shown, so that clients can reserve space before it is loaded.

Only the header is read and nothing is decoded. The header may be wrong, so clients must keep to the reserved space.

Sources: PNG (W3C, third edition), 11.2.1; ITU T.81, B.2.2; GIF89a, 18; RFC 9649, 2.5 to 2.7; HEIF (ISO/IEC 23008-12),
6.5.3 and 6.5.10.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final

from chover.files import metadata

HEAD_BYTES: Final = 256 * 1024
"""How much is read. Once the metadata is removed, only colours and little else come before the picture."""
MOST: Final = 65_535
"""Pixels in either direction; a picture that claims more is damaged or malicious."""


def pixels_of(kind: str, data: bytes) -> tuple[int, int] | None:
    """Width and height of a picture of this type; None if they cannot be determined."""
    read = READERS.get(kind)
    try:
        found = read(data) if read else None
    except (IndexError, struct.error, metadata.Malformed):
        return None
    return found if found and all(0 < side <= MOST for side in found) else None


def _png(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _gif(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _jpeg(data: bytes) -> tuple[int, int] | None:
    turned = 1
    for marker, segment in metadata.jpeg_segments(data):
        if marker == metadata.APP1 and segment[2:].startswith(metadata.EXIF):
            turned = metadata.orientation(segment[2 + len(metadata.EXIF) :])
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", segment, 3)
            # Values from 5 on mean that the picture is rotated by 90 degrees (Exif 2.32, 4.6.4).
            return (height, width) if turned >= 5 else (width, height)
    return None


_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start of frame, for any process; the three others in this range are tables."""


def _webp(data: bytes) -> tuple[int, int] | None:
    name, at = data[12:16], 20
    if name == b"VP8X":
        return _three(data, at + 4) + 1, _three(data, at + 7) + 1
    if name == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, at + 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, at + 6)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _three(data: bytes, at: int) -> int:
    """24 bits, little-endian."""
    low, high = struct.unpack_from("<HB", data, at)
    return int(high << 16 | low)


def _avif(data: bytes) -> tuple[int, int] | None:
    """The largest of its images; the others are tiles, transparency or a thumbnail."""
    sizes, at = [], data.find(b"ispe")
    while at >= 0:
        sizes.append(struct.unpack_from(">II", data, at + 8))
        at = data.find(b"ispe", at + 4)
    if not sizes:
        return None
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    turn = data.find(b"irot")
    return (height, width) if turn >= 0 and data[turn + 4] & 1 else (width, height)


READERS: Final[dict[str, Callable[[bytes], tuple[int, int] | None]]] = {
    "image/png": _png,
    "image/gif": _gif,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
    "image/avif": _avif,
}
