"""The type of a file, detected from its first bytes, not from what its sender says.

An upload must never be served as a page from this server's own address. So everything that a browser would execute
(HTML, SVG, XML, scripts) is text or bytes here, whatever its name.
"""

from __future__ import annotations

from typing import Final, NamedTuple

HEAD_BYTES: Final = 4096
"""How much is looked at."""
BYTES: Final = "application/octet-stream"
TEXT: Final = "text/plain; charset=utf-8"


class FileSignature(NamedTuple):
    """How files of a type begin: bytes at one offset, and optionally others at another."""

    kind: str
    begins: bytes
    at: int = 0
    then: bytes = b""
    then_at: int = 0


MARKS: Final = (
    FileSignature("image/png", b"\x89PNG\r\n\x1a\n"),
    FileSignature("image/jpeg", b"\xff\xd8\xff"),
    FileSignature("image/gif", b"GIF87a"),
    FileSignature("image/gif", b"GIF89a"),
    FileSignature("image/webp", b"RIFF", 0, b"WEBP", 8),
    FileSignature("image/avif", b"ftypavif", 4),
    FileSignature("video/mp4", b"ftypisom", 4),
    FileSignature("video/mp4", b"ftypiso2", 4),
    FileSignature("video/mp4", b"ftypmp4", 4),
    FileSignature("video/mp4", b"ftypavc1", 4),
    FileSignature("video/mp4", b"ftypdash", 4),
    FileSignature("audio/mp4", b"ftypM4A", 4),
    FileSignature("video/webm", b"\x1a\x45\xdf\xa3"),
    FileSignature("audio/mpeg", b"ID3"),
    FileSignature("audio/ogg", b"OggS"),
    FileSignature("audio/flac", b"fLaC"),
    FileSignature("audio/wav", b"RIFF", 0, b"WAVE", 8),
    FileSignature("application/pdf", b"%PDF-"),
    FileSignature("application/zip", b"PK\x03\x04"),
    FileSignature("application/gzip", b"\x1f\x8b"),
)
SHOWN: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", TEXT})
"""What a browser may display instead of saving it: none of these is executed."""
PLAYED: Final = ("audio/", "video/")


def kind_of(head: bytes, *, whole: bool) -> str:
    """The type of a file with these first bytes (HEAD_BYTES are enough). ``whole``: there are no others."""
    for mark in MARKS:
        if head.startswith(mark.begins, mark.at) and head.startswith(mark.then, mark.then_at):
            return mark.kind
    return TEXT if _is_text(head, whole=whole) else BYTES


def is_shown(kind: str) -> bool:
    """Whether it may be displayed in a page or a tab; everything else is saved."""
    return kind in SHOWN or kind.startswith(PLAYED)


def _is_text(head: bytes, *, whole: bool) -> bool:
    if any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # The last character may be cut off; it has four bytes at most.
        return not whole and error.start > len(head) - 4
    return True


def fits(kind: str, allowed: tuple[str, ...]) -> bool:
    """Whether a type matches those of a setting: ``image/png``, ``image/*`` or ``*``."""
    plain = kind.partition(";")[0]
    return any(one in {plain, "*"} or (one.endswith("/*") and plain.startswith(one[:-1])) for one in allowed)
