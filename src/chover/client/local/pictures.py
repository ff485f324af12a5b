"""Decodes pictures in a process of its own (picture_process), one at a time and with limits."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio import subprocess
from functools import cache
from importlib.util import find_spec
from typing import Final

from chover.client.display.half_blocks import Pixels
from chover.client.local.picture_process import HEAD, Outcome
from chover.i18n import N_, _

SECONDS: Final = 20.0
COMMAND: Final = (sys.executable, "-P", "-m", "chover.client.local.picture_process")
"""-P: do not import files from the directory where the client was started."""
MISSING: Final = N_("Pictures need one more package: pip install 'chover[pictures]'.")


class CannotDecode(Exception):
    """The text is one line for the person."""


_NO_PICTURE: Final = N_("this is no picture that can be shown here")
_REASONS: Final[dict[int, str]] = {
    Outcome.NO_DECODER: MISSING,
    Outcome.TOO_LARGE: N_("this picture has too many pixels to be shown here"),
}


@cache
def can_decode() -> bool:
    """Whether the package that decodes pictures is installed; it is not imported for that."""
    return find_spec("PIL") is not None


async def decode(data: bytes, width: int, height: int) -> Pixels:
    """A picture made to fit into a box of so many pixels. Raises CannotDecode."""
    try:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, str(width), str(height), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError as error:
        reason = error.strerror or error
        raise CannotDecode(_("the picture cannot be decoded: {reason}", reason=reason)) from error
    try:
        async with asyncio.timeout(SECONDS):
            found = (await process.communicate(data))[0]
    except TimeoutError:
        raise CannotDecode(_("decoding this picture took too long")) from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if process.returncode != Outcome.DONE or len(found) < HEAD.size:
        raise CannotDecode(_(_REASONS.get(process.returncode or 0, _NO_PICTURE)))
    across, down = HEAD.unpack_from(found)
    return Pixels(across, down, found[HEAD.size :])
