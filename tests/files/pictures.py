"""Small pictures, built block by block: each tells SECRET wherever its kind can tell something."""

from __future__ import annotations

import struct
import zlib

SECRET = b"SECRET"
"""What must not be there any more."""
SCAN = b"\x01\xff\x00\x02\xff\xd0\x03"
"""Compressed pixels with a stuffed byte and a restart in them."""


def tiff(order: str, turned: int) -> bytes:
    """Exif with a camera and an orientation."""
    head = b"II*\0" if order == "<" else b"MM\0*"
    camera = struct.pack(order + "HHI", 0x010F, 2, 6) + struct.pack(order + "I", 38)
    turn = struct.pack(order + "HHIHH", 0x0112, 3, 1, turned, 0)
    return head + struct.pack(order + "IH", 8, 2) + camera + turn + bytes(4) + SECRET


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg(*, turned: int = 1, order: str = "<") -> bytes:
    return b"".join(
        [
            b"\xff\xd8",
            segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            segment(0xE1, b"Exif\0\0" + tiff(order, turned)),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
            segment(0xE2, b"ICC_PROFILE\0\1\1colours"),
            segment(0xE2, b"MPF\0" + SECRET),
            segment(0xED, b"Photoshop 3.0\0" + SECRET),
            segment(0xFE, SECRET),
            segment(0xDB, bytes(65)),
            segment(0xDA, b"\1\1\0\0\x3f\0") + SCAN,
            segment(0xDA, b"\1\1\0\0\x3f\0") + SCAN,
            b"\xff\xd9" + SECRET,
        ]
    )


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*, turned: int = 1) -> bytes:
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
            chunk(b"gAMA", struct.pack(">I", 45455)),
            chunk(b"tEXt", b"Author\0" + SECRET),
            chunk(b"eXIf", tiff(">", turned)),
            chunk(b"tIME", SECRET + b"x"),
            chunk(b"IDAT", zlib.compress(b"\0\x7f")),
            chunk(b"IEND", b""),
            SECRET,
        ]
    )


def riff(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def webp() -> bytes:
    body = b"".join(
        [
            b"WEBP",
            riff(b"VP8X", b"\x2c" + bytes(9)),
            riff(b"ICCP", b"colours"),
            riff(b"VP8 ", b"pixels"),
            riff(b"EXIF", tiff("<", 6)),
            riff(b"XMP ", SECRET),
        ]
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body + SECRET


def gif() -> bytes:
    return b"".join(
        [
            b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6),
            b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00",
            b"\x21\xff\x0bXMP DataXMP\x06" + SECRET + b"\0",
            b"\x21\xfe\x06" + SECRET + b"\0",
            b"\x21\xf9\x04\0\0\0\0\0",
            b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0x80) + bytes(6) + b"\x02\x02\x44\x01\0",
            b"\x3b" + SECRET,
        ]
    )
