"""Pictures of a screen: loaded in the background when they are visible, and kept as painted rows for a while."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from chover.client.display.half_blocks import Room, room_for
from chover.client.display.own_files import OwnFile
from chover.client.display.text import Clean, plain
from chover.client.download import NotDownloaded, download
from chover.client.local.host import ClientHost, NotHere
from chover.client.local.picture_process import MOST_BYTES
from chover.client.screen.rendering.pictures import PaintedPicture, PictureWay
from chover.client.screen.terminal import ScreenTerminal
from chover.i18n import _

KEPT: Final = 60
"""Pictures that are kept: painted rows of at most some 100 kB each."""
COLUMNS: Final = 60
"""A picture is no wider in a conversation."""


class WantedPicture(NamedTuple):
    href: str
    room: Room


class ScreenPictures:
    """``way`` says how they are drawn now."""

    def __init__(self, host: ClientHost, terminal: ScreenTerminal, way: Callable[[], PictureWay]) -> None:
        self._host = host
        self._terminal = terminal
        self._way = way
        self._kept: OrderedDict[WantedPicture, PaintedPicture] = OrderedDict()
        self._reasons: dict[WantedPicture, Clean] = {}
        self._wanted: Sequence[WantedPicture] = ()
        self._loading: WantedPicture | None = None
        self._running = False
        self.dropped = 0
        """How often all were dropped: then those that are visible are wanted anew."""

    def room(self, file: OwnFile, columns: int, rows: int) -> Room | None:
        """The room that is kept free for a picture, before it is loaded; None if it is none that can be shown."""
        if file.kind != "picture" or not file.width or not rows:
            return None
        return room_for(file.width, file.height, min(columns, COLUMNS), rows)

    def rows(self, file: OwnFile, room: Room) -> Sequence[str]:
        """As many painted rows as its room has; blank ones until it is loaded."""
        found = self._kept.get(WantedPicture(file.href, room), PaintedPicture()).rows
        return [*found, *[""] * (room.rows - len(found))]

    def reason(self, file: OwnFile, room: Room) -> Clean:
        """Why a picture cannot be shown, or ""."""
        return self._reasons.get(WantedPicture(file.href, room), Clean(""))

    @property
    def busy(self) -> bool:
        """Whether something is loaded."""
        return self._running

    def enlarge(self, file: OwnFile, room: Room) -> None:
        """Load a large picture, before what is visible below it."""
        self.want([WantedPicture(file.href, room), *self._wanted])

    def want(self, wanted: Sequence[WantedPicture]) -> None:
        """These are visible now. What is not there is loaded, one after the other; what has left the screen is not."""
        for picture in wanted:
            if picture in self._kept:
                self._kept.move_to_end(picture)
        self._wanted = [each for each in wanted if each not in self._kept and each != self._loading]
        if self._wanted and not self._running:
            self._running = True
            self._terminal.background(self._load())

    async def _load(self) -> None:
        try:
            while self._wanted:
                picture, *self._wanted = self._wanted
                self._loading = picture
                try:
                    self._keep(picture, await self._painted(picture))
                except (NotDownloaded, NotHere) as reason:
                    self._reasons[picture] = plain(_("not shown: {reason}", reason=reason))
                    self._keep(picture, PaintedPicture())
        finally:
            self._loading, self._running = None, False

    async def _painted(self, picture: WantedPicture) -> PaintedPicture:
        """Raises NotDownloaded and NotHere."""
        way, room = self._way(), picture.room
        data = await download(self._host, picture.href, MOST_BYTES)
        pixels = await self._host.decode(data, *way.box(room))
        return await asyncio.to_thread(way.paint, pixels, room)

    def _keep(self, picture: WantedPicture, painted: PaintedPicture) -> None:
        self._terminal.send(painted.sends)
        self._kept[picture] = painted._replace(sends="")
        if len(self._kept) > KEPT:
            self._drop_oldest()
        self._terminal.refresh()

    def _drop_oldest(self) -> None:
        picture, painted = self._kept.popitem(last=False)
        self._reasons.pop(picture, None)
        self._terminal.send(painted.forgets)

    def forget(self) -> None:
        """Drop all: the terminal may have lost them, or they are drawn in another way now."""
        self.dropped += 1
        while self._kept:
            self._drop_oldest()
