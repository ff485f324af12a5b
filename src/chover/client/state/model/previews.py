"""Previews of links: what the server has told of pages, and what it was asked (PREVIEW, docs/protocol.md)."""

from __future__ import annotations

from typing import Final, NamedTuple

from chover.client.display.text import Clean, plain
from chover.wire.message import Message, format_line

CAPABILITY: Final = "chover.chat/previews"
_VENDOR: Final = "chover.chat/"
KEPT: Final = 500
"""How many answers are remembered."""
AT_ONCE: Final = 4
"""Pages that are asked for at a time: whoever scrolls through many links asks for those where they rest."""
PATIENCE: Final = 30_000
"""Milliseconds after which a page is asked for again: the connection was lost meanwhile."""


class PagePreview(NamedTuple):
    """What a page says about itself, each empty where it says nothing."""

    title: Clean
    description: Clean
    site: Clean


class PagePreviews:
    def __init__(self) -> None:
        self._known: dict[tuple[str, str], PagePreview | None] = {}
        self._asked: dict[tuple[str, str], int] = {}

    def of(self, msgid: str, url: str) -> PagePreview | None:
        """The preview of a link in a message, if there is one and it is known."""
        return self._known.get((msgid, url))

    def ask(self, channel: str, msgid: str, url: str, now: int) -> str:
        """The line that asks for a preview; "" if it is known, or was asked for, or too many were."""
        wanted = msgid, url
        if wanted in self._known or now - self._asked.get(wanted, -PATIENCE) < PATIENCE:
            return ""
        self._asked = {each: at for each, at in self._asked.items() if now - at < PATIENCE}
        if len(self._asked) >= AT_ONCE:
            return ""
        self._asked[wanted] = now
        return format_line("PREVIEW", channel, msgid, url)

    def told(self, message: Message) -> None:
        """The server's answer. Without a title there is nothing that a line could show."""
        if len(message.params) < 2:
            return
        title, description, site, url = (
            message.tags.get(_VENDOR + name, "") for name in ("title", "description", "site", "url")
        )
        known = message.params[1], url
        self._asked.pop(known, None)
        self._known[known] = PagePreview(plain(title), plain(description), plain(site)) if plain(title) else None
        if len(self._known) > KEPT:
            del self._known[next(iter(self._known))]

    def refused(self, msgid: str) -> None:
        """The message is gone, or this server makes no previews now: nothing is asked again for a while."""
        for wanted in [each for each in self._asked if each[0] == msgid]:
            self._known[wanted] = None
            del self._asked[wanted]
