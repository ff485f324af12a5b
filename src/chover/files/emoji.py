"""The emoji of a server: pictures with a name that its operator adds, kept as uploads of the server itself."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from chover.files import dimensions, kinds, metadata
from chover.files.blobs import digest_of
from chover.files.uploads import ID_BYTES, Uploads, on_disk
from chover.plurals import counted
from chover.ports import File, StoreError
from chover.ports.files import SERVER_FILES, BadEmoji, Emoji

_log = logging.getLogger(__name__)

NAME: Final = re.compile(r"[a-z0-9_-]{2,32}")
KINDS: Final = {"image/png": "PNG", "image/webp": "WebP", "image/gif": "GIF"}
MOST: Final = 500
"""How many emoji a server can have."""
MOST_BYTES: Final = 256_000
MOST_PIXELS: Final = 512
"""Of width and height."""
LOOK_SECONDS: Final = 10.0
"""How often a node looks for what was added on another one."""
_VERSION_CHARS: Final = 12


class ServerEmoji:
    """Implements ports.files.EmojiSet. The list is in memory; the rows of uploads are the truth.

    ``changed`` is called whenever the list is another one.
    """

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads
        self._all: dict[str, Emoji] = {}
        self.version = ""
        self.changed: Callable[[], None] = lambda: None
        self._changing = asyncio.Lock()

    def all(self) -> Sequence[Emoji]:
        return tuple(self._all.values())

    async def reload(self) -> None:
        """Read the list from the store. Raises StoreError."""
        rows = await self._uploads.rows.of(SERVER_FILES)
        # The oldest row of a name counts: two nodes may have added it at once.
        named = {row.name: Emoji(row.name, row.id, row.kind, row.size, row.uploaded_at) for row in rows}
        self._all = dict(sorted(named.items()))
        before, self.version = self.version, _version(self._all.values())
        if before != self.version:
            self.changed()

    async def follow(self) -> None:
        """Look for what other nodes have changed, until it is cancelled."""
        while True:
            try:
                await self.reload()
            except StoreError as error:
                _log.debug("cannot read the list of emoji yet: %s", error)
            await asyncio.sleep(LOOK_SECONDS)

    async def add(self, name: str, data: bytes) -> Emoji:
        """See ports.files.EmojiSet."""
        kind, data = _checked(name, data)
        async with self._changing:
            await self.reload()
            if name in self._all:
                raise BadEmoji(f":{name}: is there already: remove it first with chover emoji remove {name}")
            if len(self._all) >= MOST:
                raise BadEmoji(f"this server has {MOST} emoji, and that is the maximum: remove some first")
            path = await on_disk(self._write, data)
            file = File(
                secrets.token_urlsafe(ID_BYTES), await on_disk(digest_of, path), name, kind, len(data), SERVER_FILES,
                self._uploads.now(),
            )  # fmt: skip
            await self._uploads.keep(file, path)
            await self.reload()
        return self._all[name]

    def _write(self, data: bytes) -> Path:
        self._uploads.require_disk()
        path, file = self._uploads.blobs.begin()
        return _filled(path, file, data)

    async def remove(self, name: str) -> None:
        """See ports.files.EmojiSet."""
        async with self._changing:
            found = [row.id for row in await self._uploads.rows.of(SERVER_FILES) if row.name == name]
            if not found:
                raise BadEmoji(f"there is no emoji :{name}: here; chover emoji list shows them")
            await self._uploads.discard(found)
            await self.reload()


def _filled(path: Path, file: BinaryIO, data: bytes) -> Path:
    with file:
        file.write(data)
    return path


def _version(emoji: Iterable[Emoji]) -> str:
    """A hash of the list; empty for an empty one."""
    listed = "\n".join(f"{each.name} {each.id}" for each in emoji)
    return hashlib.sha256(listed.encode()).hexdigest()[:_VERSION_CHARS] if listed else ""


def _checked(name: str, data: bytes) -> tuple[str, bytes]:
    """The kind of a picture and what is kept of it, without metadata. Raises BadEmoji."""
    if not NAME.fullmatch(name):
        raise BadEmoji(f"{name!r} is no name for an emoji: 2 to 32 of a to z, 0 to 9, _ and -")
    if len(data) > MOST_BYTES:
        raise BadEmoji(f"the picture has {counted(len(data), 'byte')}, and at most {MOST_BYTES} are allowed")
    kind = kinds.kind_of(data[: kinds.HEAD_BYTES], whole=len(data) <= kinds.HEAD_BYTES)
    if kind not in KINDS:
        raise BadEmoji(
            f"the file is {kind.split(';')[0]} by its content; an emoji is a picture in {', '.join(KINDS.values())}"
        )
    pixels = dimensions.pixels_of(kind, data)
    if pixels is None:
        raise BadEmoji("the picture is damaged: save it anew in an image editor")
    if max(pixels) > MOST_PIXELS:
        size = f"{pixels[0]} × {pixels[1]}"
        raise BadEmoji(f"the picture has {size} pixels; at most {MOST_PIXELS} × {MOST_PIXELS} are allowed")
    return kind, _stripped(kind, data)


def _stripped(kind: str, data: bytes) -> bytes:
    try:
        return metadata.strip(kind, data) if kind in metadata.STRIPPERS else data
    except metadata.Malformed as error:
        raise BadEmoji(f"the picture is damaged ({error}): save it anew in an image editor") from error
