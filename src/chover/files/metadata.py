"""Removes private metadata from images: place, camera, time, names, comments, and data after the end.

The picture itself is not decoded, so nothing is lost, and no image can be a decompression bomb. Its orientation (Exif)
and its colours (ICC profile) are kept. A file that does not conform to its format raises Malformed.

Sources: JPEG, ITU T.81 annex B; Exif 2.32, 4.6; PNG (W3C, third edition), 11; GIF89a; WebP container (RFC 9649).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Final


class Malformed(ValueError):
    """It is not what its first bytes say."""


def strip(kind: str, data: bytes) -> bytes:
    """The same image without metadata; other types are returned unchanged. Raises Malformed."""
    take = STRIPPERS.get(kind)
    if take is None:
        return data
    try:
        return take(data)
    except (IndexError, struct.error) as error:
        raise Malformed(f"{kind}: it ends too early") from error


# ---- JPEG

_SOS, _EOI, _APP0, APP1, _APP2, APP14 = 0xDA, 0xD9, 0xE0, 0xE1, 0xE2, 0xEE
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length: TEM, and the restarts inside a scan."""
EXIF: Final = b"Exif\0\0"


def _jpeg(data: bytes) -> bytes:
    out = [data[:2]]
    turned, place = 1, 2
    while True:
        place, marker = _marker(data, place)
        if marker == _EOI:
            break
        if marker in _ALONE:
            out.append(bytes((0xFF, marker)))
            continue
        segment = _segment(data, place)
        place += len(segment)
        if marker == APP1 and segment[2:].startswith(EXIF):
            turned = orientation(segment[2 + len(EXIF) :]) or turned
        if _stays(marker, segment):
            out.append(bytes((0xFF, marker)) + segment)
        if marker == _SOS:
            end = _scan_ends(data, place)
            out.append(data[place:end])
            place = end
    if turned != 1:
        exif = EXIF + _turned(turned)
        out.insert(1, b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    return b"".join([*out, b"\xff\xd9"])


def _segment(data: bytes, place: int) -> bytes:
    """The contents of a segment, from its length on."""
    (length,) = struct.unpack_from(">H", data, place)
    segment = data[place : place + length]
    if length < 2 or len(segment) < length:
        raise Malformed("image/jpeg: a segment is cut off")
    return segment


def jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Markers and their contents, from the length on, up to the first scan.

    Raises Malformed, IndexError and struct.error.
    """
    place, marker = 2, 0
    while marker not in {_SOS, _EOI}:
        place, marker = _marker(data, place)
        if marker in _ALONE or marker == _EOI:
            continue
        segment = _segment(data, place)
        place += len(segment)
        yield marker, segment


def _marker(data: bytes, place: int) -> tuple[int, int]:
    """The offset after the marker here, and the marker. It may be preceded by any number of 0xFF."""
    if data[place] != 0xFF:
        raise Malformed("image/jpeg: there is no marker where one must be")
    while data[place] == 0xFF:
        place += 1
    return place + 1, data[place]


def _stays(marker: int, segment: bytes) -> bool:
    if marker == _APP2:
        return segment[2:].startswith(b"ICC_PROFILE\0")
    # Of the segments that programs add, JFIF's and Adobe's define the colours; 0xFE is a comment.
    return marker in {_APP0, APP14} or not (_APP0 <= marker <= 0xEF or marker == 0xFE)


def _scan_ends(data: bytes, place: int) -> int:
    """The offset of the next marker that is not part of the scan."""
    while True:
        place = data.find(b"\xff", place)
        if place < 0 or place + 1 >= len(data):
            raise Malformed("image/jpeg: a scan is cut off")
        after = data[place + 1]
        if after not in {0x00, 0xFF} and after not in _ALONE:
            return place
        place += 1 if after == 0xFF else 2


# ---- Exif: only one number of it is looked at

_ORIENTATION: Final = 0x0112
_SHORT: Final = 3


def orientation(tiff: bytes) -> int:
    """The orientation of the picture, 2 to 8; 1 if it is not rotated, or if that cannot be read."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if not order:
        return 1
    try:
        (start,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, entry)
            if tag == _ORIENTATION and kind == _SHORT:
                return value if 2 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _turned(value: int) -> bytes:
    """Exif data that contains only the orientation."""
    entry = struct.pack("<HHIHH", _ORIENTATION, _SHORT, 1, value, 0)
    return b"II*\0" + struct.pack("<IH", 8, 1) + entry + bytes(4)


# ---- PNG

_PNG_HEAD: Final = 8
_PNG_STAYS: Final = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)
"""The critical chunks; and those for colours, pixel size, and frames of an animation."""


def _png(data: bytes) -> bytes:
    out = [data[:_PNG_HEAD]]
    for name, chunk in _png_chunks(data):
        if name == b"eXIf" and (turned := orientation(chunk[8:-4])) != 1:
            body = b"eXIf" + _turned(turned)
            out.append(struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)))
        elif name in _PNG_STAYS:
            out.append(chunk)
    return b"".join(out)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and complete chunk, up to the end of the picture; data after that is not part of it."""
    place, name = _PNG_HEAD, b""
    while name != b"IEND":
        (length,) = struct.unpack_from(">I", data, place)
        end = place + 12 + length
        name = data[place + 4 : place + 8]
        if end > len(data) or len(name) < 4:
            raise Malformed("image/png: a chunk is cut off")
        yield name, data[place:end]
        place = end


# ---- WebP

_WEBP_STAYS: Final = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
"""Everything that makes up the picture (RFC 9649, 2.7); anything else is metadata."""
_VP8X: Final = b"VP8X"
_HAS_METADATA: Final = 0x08 | 0x04
"""Bits of the first byte of VP8X: there is Exif, there is XMP."""


def _webp(data: bytes) -> bytes:
    (size,) = struct.unpack_from("<I", data, 4)
    if size + 8 > len(data):
        raise Malformed("image/webp: it is cut off")
    chunks = [_webp_chunk(name, chunk) for name, chunk in _webp_chunks(data[: size + 8]) if name in _WEBP_STAYS]
    body = b"".join([b"WEBP", *chunks])
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_chunk(name: bytes, chunk: bytes) -> bytes:
    if name != _VP8X:
        return chunk
    return chunk[:8] + bytes((chunk[8] & ~_HAS_METADATA,)) + chunk[9:]


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 12
    while place < len(data):
        (length,) = struct.unpack_from("<I", data, place + 4)
        end = place + 8 + length + length % 2
        if end > len(data):
            raise Malformed("image/webp: a chunk is cut off")
        yield data[place : place + 4], data[place:end]
        place = end


# ---- GIF

_EXTENSION, _IMAGE, _TRAILER, _COMMENT, _APPLICATION = 0x21, 0x2C, 0x3B, 0xFE, 0xFF
_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
"""The application extensions that say how often an animation is repeated."""


def _gif(data: bytes) -> bytes:
    place = 13 + _colours(data[10])
    out = [data[:place]]
    while data[place] != _TRAILER:
        start = place
        if data[place] == _IMAGE:
            place += 10 + _colours(data[place + 9]) + 1
            stays = True
        elif data[place] == _EXTENSION:
            label = data[place + 1]
            stays = label != _COMMENT and (label != _APPLICATION or data[place + 3 : place + 14] in _LOOPS)
            place += 2
        else:
            raise Malformed("image/gif: there is no block where one must be")
        place = _blocks_end(data, place)
        if stays:
            out.append(data[start:place])
    return b"".join([*out, b"\x3b"])


def _colours(packed: int) -> int:
    """The size of a colour table in bytes."""
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _blocks_end(data: bytes, place: int) -> int:
    while data[place]:
        place += 1 + data[place]
    return place + 1


STRIPPERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
    "image/gif": _gif,
}
