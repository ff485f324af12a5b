"""The process that decodes one picture: ``python -P -m chover.client.local.picture_process WIDTH HEIGHT``.

A picture of a stranger may be made to harm what decodes it. So that happens here, with limits, and not in the process
that has the conversations. The file comes on standard input; width, height and pixels go to standard output.
"""

from __future__ import annotations

import contextlib
import enum
import io
import struct
import sys
from typing import Final

MOST_BYTES: Final = 16 * 1024 * 1024
"""A larger file is not fetched either, for a picture of a few cells."""
MOST_PIXELS: Final = 40_000_000
"""160 MB while it is decoded. What claims more is refused before anything of it is decoded."""
CPU_SECONDS: Final = 10
MEMORY_BYTES: Final = 1024 * 1024 * 1024
FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
HEAD: Final = struct.Struct(">II")
"""Width and height, before the pixels."""


class Outcome(enum.IntEnum):
    """The exit status; others are a crash."""

    DONE = 0
    NO_DECODER = 3
    TOO_LARGE = 4
    NO_PICTURE = 5


def decoded(data: bytes, width: int, height: int) -> bytes:
    """The picture as HEAD and RGBA, no larger than the box and with its own proportions.

    Raises ValueError for one with too many pixels, and OSError for what is no picture.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - it may not be installed

    # Its own limit is another one, and not told apart from what is no picture.
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(io.BytesIO(data), formats=[name for name in FORMATS if name in _known()]) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ValueError(image.width * image.height)
        # A JPEG is decoded at an eighth of its size, if that is enough.
        image.draft("RGB", (2 * max(width, height), 2 * max(width, height)))
        turned = ImageOps.exif_transpose(image).convert("RGBA")
    scale = min(width / turned.width, height / turned.height, 1)
    size = max(round(turned.width * scale), 1), max(round(turned.height * scale), 1)
    small = turned.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    return HEAD.pack(*size) + small.tobytes()


def _known() -> set[str]:
    from PIL import Image  # noqa: PLC0415 - see above

    Image.init()
    return set(Image.OPEN)


def _limit() -> None:
    """Neither much time nor much memory, and no files. Windows has no such limits."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - Windows has none

    for kind, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        # macOS refuses some of them.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def main(arguments: list[str]) -> Outcome:
    _limit()
    width, height = map(int, arguments)
    try:
        found = decoded(sys.stdin.buffer.read(MOST_BYTES + 1)[:MOST_BYTES], width, height)
    except ImportError:
        return Outcome.NO_DECODER
    except (ValueError, MemoryError):
        return Outcome.TOO_LARGE
    except Exception:  # noqa: BLE001 - the decoders raise many kinds
        return Outcome.NO_PICTURE
    sys.stdout.buffer.write(found)
    return Outcome.DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
