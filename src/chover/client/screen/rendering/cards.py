"""What stands below the text of a message: cards of files, and what the page says that it links to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from chover.client.display.half_blocks import Room
from chover.client.display.message import MessageLine
from chover.client.display.own_files import OwnFile, about
from chover.client.display.text import Clean, Row, Span, Style, fit, plain, width
from chover.client.state.model.previews import PagePreview

SIGN: Final = Clean("▤ ")
EDGE: Final = Clean("▏ ")
NARROW: Final = 24
"""With fewer columns, only the title of a page is shown."""
_SOFT: Final = Style(soft=True)


class PictureSource(Protocol):
    """Where pictures come from."""

    def room(self, file: OwnFile, columns: int, rows: int) -> Room | None:
        """The room of a picture, before it is loaded; None if it is none that can be shown."""

    def rows(self, file: OwnFile, room: Room) -> Sequence[str]:
        """As many painted rows as its room has; blank ones until it is loaded."""

    def reason(self, file: OwnFile, room: Room) -> Clean:
        """Why it cannot be shown, or ""."""


class DrawnPicture(NamedTuple):
    """A picture of a message, in the room that is kept for it."""

    file: OwnFile
    room: Room
    rows: Sequence[str]
    reason: Clean


def file_card(file: OwnFile, columns: int, reason: str = "") -> MessageLine:
    """One row with the name of a file, which is a link, and what it is. Narrow terminals cut both.

    ``reason`` says why it is not shown, if it should be.
    """
    room = max(columns - width(SIGN), 2)
    details = plain(f"  {reason or about(file)}")
    name = fit(file.name, max(room - width(details), room // 2))
    rest = fit(details, room - width(name))
    return MessageLine([Span(SIGN, _SOFT), Span(name, link=file.href), *([Span(rest, _SOFT)] if rest.strip() else [])])


def preview_rows(preview: PagePreview, url: str, columns: int) -> list[Row]:
    """The site and the title, and a row of the description if there is one and room for it."""
    room = max(columns - width(EDGE), 2)
    site = Clean(f"{fit(preview.site, room // 3)}: ") if preview.site and columns >= NARROW else Clean("")
    title = Span(fit(preview.title, room - width(site)), Style(bold=True), url)
    rows: list[Row] = [[Span(EDGE, _SOFT), *([Span(site, _SOFT)] if site else []), title]]
    if preview.description and columns >= NARROW:
        rows.append([Span(EDGE, _SOFT), Span(fit(preview.description, room), _SOFT)])
    return rows
